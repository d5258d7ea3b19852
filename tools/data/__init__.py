"""Photos and data sets on disk."""
