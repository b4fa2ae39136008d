"""Feedback for students: sentences, and the smallest input that goes wrong."""
