"""Lecture 03, The Neural Network: what it shows of itself beside its formulas."""
