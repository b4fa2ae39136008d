"""What is right, computed once for an assignment and kept."""
