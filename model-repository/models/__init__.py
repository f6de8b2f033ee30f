"""What Triton serves, and how it is built, checked and started; importing it loads no vendor."""
