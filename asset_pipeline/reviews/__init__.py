"""What was drawn for a sprite, and what people decided about it: candidates, approvals, rejections, pins."""
