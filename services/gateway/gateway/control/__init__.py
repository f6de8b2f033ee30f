"""Control, watched for what holds, and called for whoever operates and administrates."""
