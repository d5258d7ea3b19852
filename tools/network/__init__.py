"""MobileNetV2 in MindSpore, its checkpoints, and the demo's weights."""
