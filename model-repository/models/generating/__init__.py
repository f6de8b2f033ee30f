"""The generator: its rules, and the two files that know Triton and llama.cpp; the backend carries a copy."""
