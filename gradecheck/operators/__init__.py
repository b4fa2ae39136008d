"""torch's own operator database held against the bounds that traces give: `python -m gradecheck.operators`."""
