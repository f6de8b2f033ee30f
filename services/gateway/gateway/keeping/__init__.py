"""How long corpora and documents stay and how they go, passed on to ingestion."""
