"""What a student is told: the smallest input that shows it, and in which words."""
