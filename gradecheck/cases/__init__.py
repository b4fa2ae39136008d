"""Inputs for one call: drawn, told apart, and made small."""
