"""What can be called over HTTP: one file each."""
