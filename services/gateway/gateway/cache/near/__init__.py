"""Questions that mean the same as one that was answered. When in doubt, they do not."""
