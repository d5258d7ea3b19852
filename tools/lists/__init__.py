"""Class lists, names and thresholds as other people keep them, read into a package's tables."""
