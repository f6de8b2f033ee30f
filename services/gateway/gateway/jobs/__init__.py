"""Bulk work, passed on to ingestion."""
