from __future__ import annotations

from itertools import pairwise
from textwrap import dedent

import pytest

from ingestion.chunking import Chunk, ChunkSettings, chunk, embedded_text
from ingestion.parsing.document import Limits
from ingestion.parsing.reading import read


def words(text):
    return len(text.split())


def cut(source, **settings):
    parsed = read(dedent(source).strip().encode(), "text/markdown", "a.md", Limits())
    return chunk(parsed, ChunkSettings(**{"tokens": 20, "least": 0} | settings), words)


def texts(source, **settings):
    return [one.text for one in cut(source, **settings)]


def test_a_chunk_carries_its_headings_and_not_the_title_twice():
    chunks = cut("# Mills\n\n## Water\n\n### Wheels\n\nThey turn.")

    assert [(one.headings, one.text) for one in chunks] == [(("Water", "Wheels"), "They turn.")]
    assert embedded_text(chunks[0], "Mills") == "Mills\nWater\nWheels\nThey turn."
    assert chunks[0].tokens == 5


def test_sections_are_not_mixed():
    assert texts("# T\n\n## A\n\none two\n\n## B\n\nthree") == ["one two", "three"]


def test_headings_of_one_name_are_two_sections():
    assert texts("# T\n\n## A\n\none\n\n## A\n\ntwo") == ["one", "two"]


def test_small_sections_under_one_parent_are_joined_with_their_headings_in_the_text():
    chunks = cut("# T\n\n## P\n\n### A\n\none\n\n### B\n\ntwo\n\n## Q\n\n### C\n\nthree", least=6)

    assert [(one.headings, one.text) for one in chunks] == [
        (("P",), "A\n\none\n\nB\n\ntwo"),
        (("Q", "C"), "three"),
    ]


def test_no_chunk_is_a_heading_alone_unless_there_is_nothing_else_below_it():
    assert texts("# T\n\n## Empty\n\n## Full\n\ntext", least=6) == ["Empty\n\nFull\n\ntext"]


def test_paragraphs_are_packed_evenly_up_to_the_budget():
    source = "# T\n\n" + "\n\n".join(f"{name}1 {name}2 {name}3 {name}4 {name}5 {name}6." for name in "abcd")

    assert [words(text) for text in texts(source)] == [12, 12]


def test_a_long_paragraph_is_cut_between_sentences():
    source = "# T\n\n" + " ".join(f"Sentence number {at} has six words." for at in range(6))

    assert all(text.startswith("Sentence") and text.endswith(".") for text in texts(source))


def test_a_sentence_that_is_too_long_is_cut_between_words():
    chunks = texts("# T\n\n" + " ".join(f"w{at}" for at in range(50)))

    assert " ".join(chunks).split() == [f"w{at}" for at in range(50)]
    assert max(map(words, chunks)) <= 19


def test_a_word_without_end_is_cut_anywhere():
    chunks = texts("# T\n\n" + "x" * 5000)

    assert "".join(chunks) == "x" * 5000
    assert max(map(len, chunks)) <= 20 * 16


def test_code_stays_whole_when_it_fits_and_is_cut_between_lines_when_not():
    fits = "```\n" + "\n".join(f"a{at} = {at}" for at in range(5)) + "\n```"
    long = "```\n" + "\n".join(f"b{at} = {at}" for at in range(12)) + "\n```"
    chunks = texts(f"# T\n\nSome words come before it here and there.\n\n{fits}\n\n{long}")

    assert "\n".join(f"a{at} = {at}" for at in range(5)) in chunks
    assert all(line.count("=") == 1 for text in chunks for line in text.splitlines() if " = " in line)
    assert len(chunks) >= 4


def test_a_table_that_is_cut_repeats_its_header_line():
    table = "| name | use |\n|---|---|\n" + "\n".join(f"| r{at} | u{at} |" for at in range(8))
    chunks = texts(f"# T\n\n{table}")

    assert len(chunks) > 1
    assert all(text.startswith("name | use\n") for text in chunks)
    assert [row for text in chunks for row in text.splitlines()[1:]] == [f"r{at} | u{at}" for at in range(8)]


def test_what_announces_stays_with_what_it_announces():
    source = "# T\n\n" + "word " * 12 + "\n\nRun this:\n\n```\na b c d e f g\n```"

    assert texts(source)[-1] == "Run this:\n\na b c d e f g"


def test_an_overlap_repeats_the_last_sentence_of_the_chunk_before():
    source = "# T\n\n" + " ".join(f"Sentence {at} is short." for at in range(8))
    chunks = texts(source, overlap=1, tokens=21)

    assert len(chunks) > 1
    assert all(later.startswith(earlier.rsplit(". ", 1)[-1]) for earlier, later in pairwise(chunks))


def test_a_whole_document_is_one_chunk():
    assert [(one.text, one.headings) for one in cut("# T\n\none\n\n## A\n\n" + "two " * 100, whole=True)] == [
        ("T\n\none\n\nA\n\n" + ("two " * 100).strip(), ())
    ]


def test_headings_that_would_crowd_out_the_text_lose_their_outermost():
    deep = "# T\n\n" + "\n\n".join("#" * level + " " + f"h{level} " * 6 for level in range(2, 6)) + "\n\ntext"
    chunk_of_text = cut(deep)[0]

    assert [heading.split()[0] for heading in chunk_of_text.headings] == ["h5"]
    assert chunk_of_text.tokens <= 20


@pytest.mark.parametrize("wrong", [{"tokens": 10, "least": 10}, {"overlap": -1}, {"least": -1}])
def test_figures_that_contradict_one_another_are_refused(wrong):
    with pytest.raises(ValueError, match="least"):
        ChunkSettings(**wrong)


def test_a_title_without_end_is_embedded_in_part():
    one = Chunk(ordinal=0, text="text", headings=(), start=0, end=4, tokens=1)

    assert len(embedded_text(one, "title " * 1000)) < 130
