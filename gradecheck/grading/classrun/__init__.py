"""A run over a class: submissions are marked in parallel, kept in a journal, summarised and written."""
