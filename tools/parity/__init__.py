"""The parity ladder: one set of photos through every form of a model, compared rung by rung."""
