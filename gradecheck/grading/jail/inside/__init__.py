"""What a jail shows of ours: the standard library, NumPy and these files, which import nothing of ours but each other.

A worker has them as a package `inside`. The marker imports the same files from here, so that both read one protocol.
"""
