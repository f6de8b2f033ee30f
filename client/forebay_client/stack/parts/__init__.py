"""Which programs make up the embedded stack, and what each of them needs to know."""
