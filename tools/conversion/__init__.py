"""From a trained model to a package: export, conversion, parity, packing."""
