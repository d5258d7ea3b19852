"""Benchmarks: what this project adds to inference, and the whole of it beside its peers."""
