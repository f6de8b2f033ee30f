"""A library of two tenants and groups that would like to be taken for one another, and readers who try."""

from __future__ import annotations

import random

from hypothesis import strategies as st

from chassis.filters import parsed
from chassis.readers import reader_mark
from fakes.library import Library, Written
from retrieval.records import Reader
from rigs.filters import CONDITIONS

TENANTS, CORPORA = ("acme", "acme-2", "Acme"), ("docs", "plans")
GROUPS = (
    "everyone", "Everyone", "hr", "hr ", "h%", "%", "_", "|", "", "\\", '"', '" or 1 == 1 or readers like "',
    reader_mark("hr"), f"|{reader_mark('hr')}|", "hr|legal", "日本", "' or ''='",
)  # fmt: skip
WIDENING = (
    "exists(@id) or not exists(@id)",
    'tenant == "acme-2" or tenant != "acme-2"',
    'readers != "" or groups != "" or exists(`|`)',
    'starts_with(@id, "") or exists(`" or 1 == 1 or "`)',
    "not exists(`a') or true --`) or not not exists(@mime)",
)
TEXT, NORTH = "a queue of secrets", (0.0, 1.0)


def _library():
    draw = random.Random(5)
    written = []
    for number in range(90):
        place = {"tenant": draw.choice(TENANTS), "corpus": draw.choice(CORPORA), "source": f"{number % 30}.md"}
        if any((one.tenant, one.corpus, one.source) == tuple(place.values()) for one in written):
            continue
        groups = frozenset(draw.sample(GROUPS, draw.randint(1, 2)))
        metadata = {"lang": draw.choice(("en", "de")), "year": str(2019 + number % 5)}
        chunks = tuple((TEXT, NORTH) for _ in range(draw.randint(1, 2)))
        written.append(Written(**place, groups=groups, metadata=metadata, chunks=chunks, committed=draw.random() < 0.8))
    return Library([*written, Written(tenant="acme-2", corpus="theirs", source="0.md", chunks=((TEXT, NORTH),))])


LIBRARY = _library()
NAMES = st.sampled_from((*CORPORA, "theirs", "absent"))
SOURCES = st.sampled_from([*(f"{number}.md" for number in range(30)), "absent.md", "%"])
READERS = st.builds(
    lambda tenant, groups: Reader(tenant=tenant, groups=groups | {"everyone"}),
    st.sampled_from(TENANTS),
    st.frozensets(st.sampled_from(GROUPS), max_size=3),
)
WANTS = st.one_of(st.none(), st.sampled_from(WIDENING).map(parsed), CONDITIONS)


def allowed(reader, corpus):
    """Return the ids of the documents of a corpus that the reader may read."""
    return {
        one.source
        for one in LIBRARY.written
        if (one.tenant, one.corpus, one.committed) == (reader.tenant, corpus, True) and one.groups & reader.groups
    }
