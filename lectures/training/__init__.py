"""Training runs of two sides, for the networks of any lecture: in lock-step, free, on real digits, and on a page."""
