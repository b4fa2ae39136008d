"""Lecture 03 as the tests ask for it: its contracts, and its catalogues by function."""

from gradecheck.packs.mistakes.grouping import by_function
from lectures.lecture03 import PACK, mistakes, variants

CONTRACTS = PACK.contracts
MISTAKES = by_function(mistakes.MISTAKES)
VARIANTS = by_function(variants.VARIANTS)
