"""The wire face of resources."""
