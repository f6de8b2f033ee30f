"""What a reader may find, as a filter of the vector store.

Nothing that a caller wrote stands in it. A corpus is a number of ours, a group is a hash, a tenant, which comes from a
signed token, is checked again, and what is wanted is rendered from parsed words.

A collection that an older version made cannot be filtered by what is wanted: there the catalogue alone decides.
"""

from __future__ import annotations

import re
from typing import Final

from chassis.errors import Internal
from chassis.filters import expression, filterable
from chassis.readers import reader_mark
from retrieval.records import Corpus, Reader

_TENANT: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ID: Final = re.compile(r"[0-9a-f]{32}")


def readable(reader: Reader, corpus: Corpus) -> str:
    """Return the filter for what lies in the live index, what the reader may read there, and what they want."""
    if not _TENANT.fullmatch(reader.tenant) or not _ID.fullmatch(corpus.index):
        raise Internal("a name that is no name came as far as the vector store")
    marks = sorted({reader_mark(group) for group in reader.groups})
    groups = " or ".join(f'readers like "%|{mark}|%"' for mark in marks) or "1 == 2"
    allowed = f'tenant == "{reader.tenant}" and corpus == "{corpus.index}" and ({groups})'
    if reader.wants is None or not filterable(corpus.collection):
        return allowed
    return f"{allowed} and ({expression(reader.wants)})"
