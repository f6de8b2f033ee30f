"""Keeping a corpus in step with a source: a folder, a git repository or a bucket.

The corpus is the only state. Each document that a sync writes carries the mark of its source, so that the next run
knows what it may replace and delete, wherever it runs and wherever the last one stopped.
"""
