import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Internal
from chassis.filters import parsed
from chassis.readers import readers_field
from fakes.library import Library, Written
from retrieval.records import Reader
from retrieval.search.filters import readable

CORPUS = Library([Written(source="a.md", chunks=(("text", (1.0,)),))]).corpus("acme", "docs")
READER = Reader(tenant="acme", groups=frozenset({"everyone"}))


def test_a_filter_names_tenant_corpus_and_each_group():
    found = readable(Reader(tenant="acme", groups=frozenset({"hr", "everyone"})), CORPUS)

    assert found.startswith(f'tenant == "acme" and corpus == "{CORPUS.index}" and (')
    assert found.count("readers like") == 2


@given(st.frozensets(st.text(max_size=40), max_size=5))
def test_nothing_that_a_group_is_called_reaches_the_filter(groups):
    found = readable(Reader(tenant="acme", groups=groups), CORPUS)

    marks = " or ".join(['readers like "%\\|[0-9a-f]{16}\\|%"'] * len(groups)) or "1 == 2"
    assert re.fullmatch(f'tenant == "acme" and corpus == "[0-9a-f]{{32}}" and \\({marks}\\)', found)


@given(st.sets(st.text(max_size=20), max_size=4), st.sets(st.text(max_size=20), max_size=4))
def test_a_filter_matches_what_shares_a_group_and_nothing_else(readers, writers):
    found = readable(Reader(tenant="acme", groups=frozenset(readers)), CORPUS)
    marks = re.findall(r"%(\|[0-9a-f]{16}\|)%", found)

    assert any(mark in readers_field(writers) for mark in marks) == bool(readers & writers)


def test_what_is_wanted_narrows_what_is_allowed_and_never_widens_it():
    allowed = readable(READER, CORPUS)

    found = readable(replace(READER, wants=parsed("exists(a) or exists(b)")), CORPUS)

    assert re.fullmatch(re.escape(allowed) + r" and \(\(marks like \S+ or marks like \S+\)\)", found)


def test_a_collection_of_an_older_version_is_not_asked_for_what_it_does_not_keep():
    old = replace(CORPUS, collection="chunks_embedding_v1_4")

    assert readable(replace(READER, wants=parsed("exists(a)")), old) == readable(READER, old)


@pytest.mark.parametrize("tenant", ["", 'acme" or 1 == 1 or tenant == "', "a\\", "a b", "x" * 65, "acme\n"])
def test_a_tenant_that_is_no_name_gets_no_filter(tenant):
    with pytest.raises(Internal):
        readable(Reader(tenant=tenant, groups=frozenset({"everyone"})), CORPUS)
