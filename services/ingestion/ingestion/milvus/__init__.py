"""Milvus: what is searched. The only package that knows pymilvus."""

from __future__ import annotations

from ingestion.milvus.index import MilvusIndex

__all__ = ["MilvusIndex"]
