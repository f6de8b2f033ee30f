from __future__ import annotations

import json

import pytest

from chassis.errors import InvalidArgument
from ingestion.parsing.document import Kind, Limits
from ingestion.parsing.reading import read


def test_paragraphs_are_parted_by_blank_lines():
    parsed = read(b"one\nstill one\n\n  \n\ntwo\n", "text/plain", "notes/plan.txt", Limits())

    assert [parsed.text_of(block) for block in parsed.blocks] == ["one\nstill one", "two"]
    assert (parsed.title, parsed.mime) == ("plan", "text/plain")


def test_lines_with_bullets_are_a_list():
    parsed = read(b"- one\n- two\n\n1. a\n2) b", "", "x.txt", Limits())

    assert [block.kind for block in parsed.blocks] == [Kind.LIST, Kind.LIST]


def test_a_line_of_a_beir_corpus_is_a_document():
    line = {"_id": "7", "title": "T", "text": "First.\n\nSecond.", "metadata": {"year": 2020, "deep": {"no": 1}}}
    parsed = read(json.dumps(line).encode(), "application/x-beir+json", "7", Limits())

    assert (parsed.title, parsed.text) == ("T", "First.\n\nSecond.")
    assert parsed.metadata == {"year": "2020", "title": "T"}


def test_a_beir_document_without_text_is_its_title():
    assert read(b'{"_id":"7","title":"Only","text":""}', "application/x-beir+json", "7", Limits()).text == "Only"


@pytest.mark.parametrize("content", [b"[]", b"{", b'{"text": 3}', b"null", b"[" * 100_000, b'{"text": "\\ud800"}'])
def test_other_json_is_refused(content):
    with pytest.raises(InvalidArgument) as refused:
        read(content, "application/x-beir+json", "7", Limits())

    assert refused.value.reason in {"MALFORMED_DOCUMENT", "EMPTY_DOCUMENT"}


@pytest.mark.parametrize("content", [b"", b" \n\t ", "\u200b\u200b".encode(), b"\xef\xbb\xbf"])
def test_nothing_is_refused_as_empty(content):
    with pytest.raises(InvalidArgument) as refused:
        read(content, "text/plain", "a.txt", Limits())

    assert refused.value.reason == "EMPTY_DOCUMENT"
