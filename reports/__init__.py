"""Turns records into documents: terminal tables, Markdown, JSON, pages. Nothing here runs a formula."""
