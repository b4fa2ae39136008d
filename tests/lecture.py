"""The packs as the tests ask for them: Lecture 03, and together with it the rest of the course."""

from gradecheck.packs.mistakes.grouping import by_function
from lectures import beyond
from lectures.beyond import mistakes as mistakes_beyond
from lectures.beyond import variants as variants_beyond
from lectures.lecture03 import PACK, mistakes, variants

CONTRACTS = PACK.contracts
MISTAKES = by_function(mistakes.MISTAKES)
VARIANTS = by_function(variants.VARIANTS)

PROVED = {**CONTRACTS, **beyond.PACK.contracts}
"""The rows whose catalogues `make mutants` tries."""
PROVED_MISTAKES = {**MISTAKES, **by_function(mistakes_beyond.MISTAKES)}
PROVED_VARIANTS = {**VARIANTS, **by_function(variants_beyond.VARIANTS)}
