"""Training MobileNetV2 in MindSpore, in all the modes of the model zoo's scripts."""
