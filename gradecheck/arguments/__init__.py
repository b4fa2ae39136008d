"""What an argument of a function may hold: kinds, sizes, regimes of numbers, and how much of that is asked."""
