"""Whatever comes, a parser returns a document that holds together, or says what is wrong."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import InvalidArgument
from ingestion.parsing.document import Limits
from ingestion.parsing.reading import read

MIMES = ["text/markdown", "text/plain", "text/html", "application/x-beir+json", ""]
MARKS = """
# - > ``` | --- +++ * _ ` [ ]( ) ![ < > </ /> <table> <tr> <td> <ul> <li> <pre> <h1> </h1> <main> <p> <svg> <!-- -->
&amp; &#0; &#xD800; {{< >}} {% %} ::: \\ a é 文。 {"text":" "}
"""
BLANKS = ["\n", "\n\n", "# ", "1. ", "    ", "\t", "\x0b", "\u202e", "\u200b", "\ufeff", "B c. D", "title: x"]
MARKUP = st.lists(st.sampled_from(MARKS.split() + BLANKS), max_size=60).map("".join)


def holds_together(content, mime, name):
    try:
        parsed = read(content, mime, name, Limits(characters=100_000, blocks=5000))
    except InvalidArgument as refused:
        parsed, said = None, (refused.message, refused.reason)
    if parsed is None:
        assert said[0]
        assert said[1] != "INVALID_ARGUMENT"
        return
    bounds = [bound for block in parsed.blocks for bound in (block.lead, block.start, block.end)]
    assert all(before <= after for before, after in pairwise([0, *bounds, len(parsed.text)]))
    assert all(parsed.text_of(block).strip() for block in parsed.blocks)
    assert parsed.blocks
    assert "\x00" not in parsed.text
    assert "".join([parsed.title, parsed.text, *parsed.metadata.values()]).encode()


@pytest.mark.parametrize("mime", MIMES)
@given(text=MARKUP)
def test_any_markup_is_read_or_refused(mime, text):
    holds_together(text.encode(), mime, "a")


@given(content=st.binary(max_size=300), mime=st.sampled_from([*MIMES, "application/pdf"]), name=st.text(max_size=30))
def test_any_bytes_and_any_name_are_read_or_refused(content, mime, name):
    holds_together(content, mime, name)


@given(content=st.binary(max_size=300).map(lambda junk: b"%PDF-1.4\n" + junk + b"\n%%EOF"))
def test_any_bytes_between_the_marks_of_a_pdf_are_read_or_refused(content):
    holds_together(content, "application/pdf", "a.pdf")


@pytest.mark.parametrize(
    "content",
    [
        b">" * 50_000 + b" x",
        b"- " * 20_000 + b"x",
        b"\n".join(b"  " * depth + b"- x" for depth in range(500)),
        b"[" * 100_000,
        b"*a **b " * 20_000,
        b"a`" * 50_000,
        b"<div\n" * 20_000,
        b"<!--" * 50_000,
        b"|" * 50_000 + b"\n" + b"|-" * 25_000,
        b"{{<" * 50_000,
        b"<a" * 50_000,
        b"<" + b"a" * 200_000,
    ],
)
@pytest.mark.parametrize("mime", ["text/markdown", "text/html", "text/plain"])
def test_deep_and_unclosed_input_ends_soon(content, mime):
    holds_together(content, mime, "a")
