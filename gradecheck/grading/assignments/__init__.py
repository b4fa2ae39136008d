"""What is asked: the file that says so, the starter that students fill in, the model answer."""
