"""gradecheck holds a hand-written NumPy formula against its torch.nn twin, to the last rounding error."""

__version__ = "0.1.0"
