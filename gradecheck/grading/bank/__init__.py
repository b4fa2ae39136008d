"""The bank: right answers, computed once for an assignment and kept."""
