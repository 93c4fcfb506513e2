"""RunPod, against a double of it and against what was recorded."""
