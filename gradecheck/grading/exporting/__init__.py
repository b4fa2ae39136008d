"""Marks as platforms take them back: results.json and the teacher's own file become one that can be uploaded."""
