"""Lectures as packs: what the engine is told about each of them."""
