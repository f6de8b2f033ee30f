"""Contracts of corpora, and documents that are held back for breaking them."""

from __future__ import annotations

from forebay_client.quarantine.held import AsyncQuarantine, Mending

__all__ = ["AsyncQuarantine", "Mending"]
