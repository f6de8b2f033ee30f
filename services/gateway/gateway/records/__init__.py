"""One durable record of each request: who asked what, how the answer came about, and what it cost."""
