from __future__ import annotations

from fakes.searcher import hit
from orchestrator.evidence.lines import pages, plain


def test_a_source_is_read_line_by_line_without_marks_of_layout():
    (page,) = pages(
        [hit("See [the guide](guide.md). ![x](a.png) Ports are\nfree.\n\n- One item\n- Another item", "Ports")]
    )

    assert [line.text for line in page.lines] == ["See the guide.", "Ports are free.", "- One item", "- Another item"]
    assert page.number == 1
    assert page.heading == "Ports"
    assert "port" in page.heading_stems


def test_a_line_without_an_end_is_cut():
    (page,) = pages([hit("word " * 500)])

    assert max(len(line.text) for line in page.lines) <= 600


def test_a_huge_source_is_read_in_part():
    (page,) = pages([hit("A sentence of six whole words. " * 10_000)])

    assert sum(len(line.text) for line in page.lines) <= 6_000


def test_tags_fences_and_tables_lose_their_marks():
    assert plain("{% hint %}<b>Bold</b>\n```bash\nmake up\n```\n| a | b |\n|---|---|") == "Bold make up a b"


def test_comparisons_are_no_tags():
    assert plain("if a < b and c > d") == "if a < b and c d"


def test_each_source_is_read_once_and_numbered():
    assert [page.number for page in pages([hit("One here."), hit("Two here.")])] == [1, 2]


def test_a_table_is_read_row_by_row_under_the_names_of_its_columns():
    table = "setting | default | does\nTIMEOUT | 120 s | ends a call\nHOME |  | holds the state\n\nThat is all."

    (page,) = pages([hit(table)])

    assert [line.text for line in page.lines] == [
        "TIMEOUT: default 120 s, does ends a call",
        "HOME: does holds the state",
        "That is all.",
    ]


def test_marks_of_a_markdown_table_are_no_row():
    (page,) = pages([hit("| a name | a value |\n|---|---|\n| one | two |")])

    assert [line.text for line in page.lines] == ["one: a value two"]


def test_a_row_alone_has_no_header():
    (page,) = pages([hit("HOME | .forebay")])

    assert [line.text for line in page.lines] == ["HOME: .forebay"]


def test_a_mark_inside_a_cell_does_not_cut_the_table():
    (page,) = pages([hit("command | does\nput PATH… NAME | Puts files. All of them!\nask QUESTION | Answers it.")])

    assert [line.text for line in page.lines] == [
        "put PATH… NAME: does Puts files. All of them!",
        "ask QUESTION: does Answers it.",
    ]
