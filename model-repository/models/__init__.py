"""What Triton serves, and how it is built."""
