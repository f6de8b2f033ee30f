"""HTTP as clients of OpenAI speak it, on a port of its own."""
