"""Where the bug is: the smallest change of a submission's own code that makes it right."""
