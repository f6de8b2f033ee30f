"""Two proxies before one stub: ours, and LiteLLM's."""
