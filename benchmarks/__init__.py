"""What `make bench` measures: figures, never a verdict of the tests."""
