"""Entries of `sync` and `bulk` that cannot work are refused before anything is installed."""

from __future__ import annotations

import pytest
from helm_python import HelmError

from rigs.chart import merged, rendered, values


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"sync": {"a": {"source": "s3://b"}}}, "sync.a.corpus must name a corpus"),
        ({"sync": {"a": {"corpus": "c"}}}, "sync.a must say either source or folder.claim"),
        ({"sync": {"a": {"corpus": "c", "source": "git@host:x"}}}, "sync.a.source must begin with https://"),
        ({"sync": {"a": {"corpus": "c", "source": "https://me:pw@host/x"}}}, "they belong in the Secret"),
        ({"sync": {"a": {"corpus": "c", "folder": {"claim": "d"}, "ref": "main"}}}, "sync.a.ref is for a repository"),
        ({"bulk": {"a": {"corpus": "c"}}}, "bulk.a must say either manifest or job"),
        ({"bulk": {"a": {"manifest": "s3://b/m"}}}, "bulk.a.corpus must name a corpus"),
        ({"bulk": {"a": {"corpus": "c", "manifest": "m.jsonl"}}}, "bulk.a.manifest must begin with https://"),
        ({"bulk": {"a": {"manifest": "/m", "volume": {"claim": "d"}}}}, "bulk.a.manifest must be a path on the volume"),
        ({"sync": {"a": {"corpus": "c", "nonsense": 1}}}, "nonsense"),
        ({"bulk": {"a": {"job": "b", "nonsense": 1}}}, "nonsense"),
        ({"bulk": {"a_b": {"job": "b"}}}, "a_b"),
    ],
)
def test_entries_that_cannot_work_are_refused_in_words(wrong, words):
    with pytest.raises(HelmError, match=words):
        rendered(merged(values("dev"), wrong))


def test_an_entry_needs_a_key_where_there_is_no_demo():
    entry = {"sync": {"a": {"corpus": "c", "source": "s3://b"}}}

    with pytest.raises(HelmError, match=r"sync.a.key.secret must name a Secret"):
        rendered(merged(values("production"), entry))
