"""Backups of corpora: everything that cannot be computed again, in a folder that can be checked. An operator's tool."""
