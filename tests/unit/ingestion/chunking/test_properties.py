"""What holds for every document: nothing is lost, nothing is too long, everything is in order."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from ingestion.chunking import ChunkSettings, by_word, chunk, embedded_text
from ingestion.parsing.document import Kind, Limits
from ingestion.parsing.outline import Outline

TEXTS = st.lists(
    st.sampled_from(["word", "Two.", "a:", "e.g.", "\n", "x" * 90, "| cell", "- item", "文。", "É"]), min_size=1
)
STEPS = st.lists(
    st.tuples(st.sampled_from([1, 2, 3, *Kind]), TEXTS.map(" ".join)),
    max_size=25,
)
A_ROW_THAT_ANNOUNCES = [
    (Kind.TABLE, "\n".join([" ".join(["word"] * 12), *["Two. " * 10] * 2, "a:"])),
    (Kind.PARAGRAPH, " ".join(["x" * 90] * 2)),
]
"""The last row of a table whose head is repeated, and what it announces."""


def count(text):
    """Tokens as a model makes them: a few letters each, and none of white space."""
    return sum(-(-len(word) // 6) for word in text.split())


def document(steps):
    outline = Outline(Limits())
    for kind, text in [*steps, (Kind.PARAGRAPH, "end")]:
        outline.block(kind, text) if isinstance(kind, Kind) else outline.heading(kind, text)
    return outline.parsed("A title", "text/plain", {})


@example(steps=A_ROW_THAT_ANNOUNCES, tokens=30, least=0, overlap=0, memory=False)
@given(
    steps=STEPS, tokens=st.integers(30, 80), least=st.integers(0, 25), overlap=st.integers(0, 2), memory=st.booleans()
)
def test_every_letter_is_in_a_chunk_and_no_chunk_is_too_long(steps, tokens, least, overlap, memory):
    parsed = document(steps)
    chunks = chunk(
        parsed, ChunkSettings(tokens=tokens, least=least, overlap=overlap), by_word(count) if memory else count
    )
    covered = {at for one in chunks for at in range(one.start, one.end)}

    assert all(
        at in covered or parsed.text[at].isspace() for block in parsed.blocks for at in range(block.start, block.end)
    )
    assert [one.ordinal for one in chunks] == list(range(len(chunks)))
    assert all(before.start < after.start and before.end < after.end for before, after in pairwise(chunks))
    for one in chunks:
        assert one.text.strip()
        assert one.text.endswith(parsed.text[one.start : one.end])
        assert one.tokens == count(embedded_text(one, parsed.title)) <= tokens


@given(steps=STEPS)
def test_without_overlap_no_letter_is_in_two_chunks(steps):
    chunks = chunk(document(steps), ChunkSettings(tokens=40, least=10), count)

    assert all(before.end <= after.start for before, after in pairwise(chunks))


@given(texts=st.lists(st.text(max_size=20), max_size=20))
def test_counting_by_word_changes_no_figure(texts):
    remembered = by_word(count)

    assert [remembered(text) for text in texts * 2] == [count(text) for text in texts * 2]
