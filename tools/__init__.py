"""Pocketlens' build tooling: from a trained checkpoint to a verified model package and back."""

__version__ = "0.1.0"
