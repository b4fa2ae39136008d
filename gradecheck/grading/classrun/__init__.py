"""From a folder of submissions to files: marked in parallel, journalled, summed up, written."""
