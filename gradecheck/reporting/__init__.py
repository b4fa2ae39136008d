"""Finds what a comparison report holds, part by part. `reports` renders it."""
