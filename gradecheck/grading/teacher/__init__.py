"""What a teacher changes, kept in marks.toml beside the results and joined to the machine's marks at the end."""
