"""How good a model is on photos whose labels are known, and which thresholds suit it."""
