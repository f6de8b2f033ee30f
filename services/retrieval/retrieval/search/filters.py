"""What a reader may find, as a filter of the vector store.

Nothing that a caller wrote stands in it. A corpus is a number of ours, a group is a hash, and a tenant, which comes
from a signed token, is checked again.
"""

from __future__ import annotations

import re
from typing import Final

from chassis.errors import Internal
from chassis.readers import reader_mark
from retrieval.records import Corpus, Reader

_TENANT: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ID: Final = re.compile(r"[0-9a-f]{32}")


def readable(reader: Reader, corpus: Corpus) -> str:
    """Return the filter for what lies in the corpus's live index and one of the reader's groups may read."""
    if not _TENANT.fullmatch(reader.tenant) or not _ID.fullmatch(corpus.index):
        raise Internal("a name that is no name came as far as the vector store")
    marks = sorted({reader_mark(group) for group in reader.groups})
    groups = " or ".join(f'readers like "%|{mark}|%"' for mark in marks) or "1 == 2"
    return f'tenant == "{reader.tenant}" and corpus == "{corpus.index}" and ({groups})'
