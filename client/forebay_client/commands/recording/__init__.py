"""Commands about records of requests."""
