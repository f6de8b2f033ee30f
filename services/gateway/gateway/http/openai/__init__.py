"""OpenAI's requests and answers as types, and how ours become theirs."""
