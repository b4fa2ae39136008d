"""Published code compared with torch: `python -m gradecheck.peers` on the adapters of examples/peers/."""
