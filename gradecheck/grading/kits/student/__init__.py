"""check.pyz: a student's own check. It runs wherever Python and NumPy do, and holds right answers, but no formula."""
