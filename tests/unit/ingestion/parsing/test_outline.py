from __future__ import annotations

import pytest

from chassis.errors import InvalidArgument
from ingestion.parsing.document import Kind, Limits
from ingestion.parsing.outline import Outline


def filled(*steps, limits=None):
    outline = Outline(limits or Limits())
    for level, text in steps:
        outline.heading(level, text) if level else outline.block(Kind.PARAGRAPH, text)
    return outline.parsed("t", "text/plain", {})


def test_blocks_stand_under_the_headings_that_are_open():
    parsed = filled((1, "A"), (0, "one"), (3, "B"), (0, "two"), (2, "C"), (0, "three"))

    assert [(parsed.text_of(block), block.headings) for block in parsed.blocks] == [
        ("one", ("A",)),
        ("two", ("A", "B")),
        ("three", ("A", "C")),
    ]
    assert parsed.text == "A\n\none\n\nB\n\ntwo\n\nC\n\nthree"


def test_the_first_block_of_a_section_knows_where_its_heading_begins():
    parsed = filled((1, "A"), (2, "B"), (0, "one"), (0, "two"))

    assert [parsed.text[block.lead : block.start] for block in parsed.blocks] == ["B\n\n", ""]


def test_a_heading_with_nothing_below_it_is_kept_as_a_paragraph_of_its_parent():
    parsed = filled((1, "A"), (2, "Empty"), (2, "Full"), (0, "text"), (2, "Last"))

    assert [(parsed.text_of(block), block.headings) for block in parsed.blocks] == [
        ("Empty", ("A",)),
        ("text", ("A", "Full")),
        ("Last", ("A",)),
    ]


def test_sections_of_one_name_are_told_apart_even_when_they_hold_headings_only():
    parsed = filled((1, "A"), (2, "one"), (1, "A"), (2, "two"))

    assert [(parsed.text[block.lead : block.end], block.headings) for block in parsed.blocks] == [
        ("A\n\none", ("A",)),
        ("A\n\ntwo", ("A",)),
    ]


def test_blank_blocks_and_headings_leave_no_trace():
    assert filled((1, " \u200b"), (0, "\n \t"), (0, "x")).text == "x"


def test_a_document_that_unfolds_too_far_is_refused():
    with pytest.raises(InvalidArgument, match="20 characters"):
        filled((0, "x" * 15), (0, "y" * 15), limits=Limits(characters=20))
    with pytest.raises(InvalidArgument, match="2 blocks"):
        filled((0, "x"), (1, "y"), (0, "z"), limits=Limits(blocks=2))
