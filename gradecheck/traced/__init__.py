"""Bounds from a twin's own trace: any function of torch runs on balls, and says how far rounding may take it.

This room alone imports torch wherever it is imported; everybody else imports it where it is used.
"""
