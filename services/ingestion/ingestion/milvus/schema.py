"""The fields of a collection, and their indexes; `docs/storage.md` says what each is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymilvus import DataType, MilvusClient

from chassis.filters import MARKS, MARKS_LENGTH
from chassis.readers import READERS_LENGTH

__all__ = ["indexes", "schema"]


def indexes(dense: str) -> Mapping[str, Mapping[str, str]]:
    """Return how each field is indexed."""
    return {
        "dense": {"index_type": dense, "metric_type": "IP"},
        "lexical": {"index_type": "SPARSE_INVERTED_INDEX", "metric_type": "IP"},
        "corpus": {"index_type": "INVERTED"},
        "document": {"index_type": "INVERTED"},
    }


def schema(dimension: int) -> Any:
    """Return the fields for vectors of this dimension."""
    fields = MilvusClient.create_schema(enable_dynamic_field=True)  # what filters order by: one field a key
    fields.add_field("id", DataType.VARCHAR, is_primary=True, max_length=96)
    fields.add_field("tenant", DataType.VARCHAR, max_length=64, is_partition_key=True)
    fields.add_field("corpus", DataType.VARCHAR, max_length=32)
    fields.add_field("document", DataType.VARCHAR, max_length=32)
    fields.add_field("readers", DataType.VARCHAR, max_length=READERS_LENGTH)
    fields.add_field(MARKS, DataType.VARCHAR, max_length=MARKS_LENGTH)
    fields.add_field("generation", DataType.INT64)
    fields.add_field("ordinal", DataType.INT64)
    fields.add_field("dense", DataType.FLOAT_VECTOR, dim=dimension)
    fields.add_field("lexical", DataType.SPARSE_FLOAT_VECTOR)
    return fields
