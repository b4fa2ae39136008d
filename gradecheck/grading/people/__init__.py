"""Who handed in what: students, their attempts, their groups. Knows no marks."""
