"""Records into documents: terminal tables, Markdown, JSON. Nothing here runs a formula."""
