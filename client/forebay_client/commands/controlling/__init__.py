"""`forebay apply`, `get`, `diff`, `delete`, `history` and `keys`: what the control plane says, and who may ask."""
