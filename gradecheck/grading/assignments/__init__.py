"""Assignments: the file with what is asked, the starter that students fill in, the model answer."""
