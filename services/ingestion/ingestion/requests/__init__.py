"""What a request may be: the limits of the contract."""

from __future__ import annotations

from ingestion.requests.contracts import DiscardQuarantined, GetContract, ListQuarantine, ReplayQuarantine, SetContract
from ingestion.requests.corpora import BeginIndex, CreateCorpus, NumberedIndex
from ingestion.requests.documents import DeleteDocument, PutDocument

__all__ = [
    "BeginIndex",
    "CreateCorpus",
    "DeleteDocument",
    "DiscardQuarantined",
    "GetContract",
    "ListQuarantine",
    "NumberedIndex",
    "PutDocument",
    "ReplayQuarantine",
    "SetContract",
]
