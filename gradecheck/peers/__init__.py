"""Published code held against the contracts: `python -m gradecheck.peers` on the adapters of examples/peers/."""
