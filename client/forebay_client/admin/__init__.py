"""What can be asked of a gateway by whoever operates or administrates."""
