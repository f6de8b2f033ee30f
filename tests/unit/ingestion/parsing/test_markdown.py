from __future__ import annotations

from textwrap import dedent

import pytest

from ingestion.parsing.document import Kind, Limits
from ingestion.parsing.reading import read


def blocks(source):
    parsed = read(dedent(source).encode(), "text/markdown", "a.md", Limits())
    return [(block.kind, parsed.text_of(block)) for block in parsed.blocks]


def test_title_comes_from_front_matter_then_from_the_first_heading_then_from_the_name():
    def title(source):
        return read(source, "", "guides/set-up.md", Limits()).title

    assert title(b"---\ntitle: Front\n---\n# Head\nx") == "Front"
    assert title(b"intro\n\n# Head *one*\nx") == "Head one"
    assert title(b"x") == "set-up"


def test_front_matter_alone_becomes_the_text():
    parsed = read(b"---\ntitle: Guides\ndescription: How to do things.\n---\n", "", "_index.md", Limits())

    assert parsed.text == "Guides\n\nHow to do things."


def test_inline_marks_disappear_and_their_text_stays():
    source = (
        "A *b* **c** `d_e` ~~f~~ [g](http://h) ![i](j) <b>k</b> <http://l> \\*m\\*<br>n <your-name> x[^1]\n\n[^1]: note"
    )

    assert blocks(source) == [
        (Kind.PARAGRAPH, "A b c d_e f g i k http://l *m*\nn <your-name> x"),
        (Kind.PARAGRAPH, "note"),
    ]


def test_lists_keep_their_markers_and_depth():
    source = """
        3. one
           - deep
           - [x] done
        4. two

           more of two
        """

    assert blocks(source) == [(Kind.LIST, "3. one\n  - deep\n  - [x] done\n4. two\n   more of two")]


def test_code_inside_a_list_stands_on_its_own():
    source = """
        1. Run:

           ```sh
           make up
             --now
           ```

        2. Wait.
        """

    assert blocks(source) == [(Kind.LIST, "1. Run:"), (Kind.CODE, "make up\n  --now"), (Kind.LIST, "2. Wait.")]


def test_tables_are_rows_of_cells():
    assert blocks("| a | b |\n|---|---|\n| `1` | *2* |\n|  | 3 |") == [(Kind.TABLE, "a | b\n1 | 2\n | 3")]


def test_quotes_are_paragraphs_and_alerts_lose_their_mark():
    assert blocks("> [!NOTE]\n> Careful.\n>\n> > Deep.") == [(Kind.PARAGRAPH, "Careful."), (Kind.PARAGRAPH, "Deep.")]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{{< alert title="Note" color=x >}}\nText.\n{{< /alert >}}', "Note Text."),
        ('{% hint style="info" %}\nText.\n{% endhint %}', "Text."),
        ("{{% config name='otel.x' %}} Sets x.", "otel.x Sets x."),
        (":::tip[Try]\nText.\n:::", "Try Text."),
        ("`{{< kept >}}` and {{ kept }}", "{{< kept >}} and {{ kept }}"),
    ],
)
def test_tags_of_site_generators_are_no_text(source, expected):
    assert blocks(source) == [(Kind.PARAGRAPH, expected)]


def test_html_is_read_as_html_and_comments_are_dropped():
    source = "<!-- a\n\nb -->\n\n<details>\n<summary>More</summary>\n\nIn *md*.\n\n</details>\n\n<h2>H</h2>\n\nx"

    assert blocks(source) == [(Kind.PARAGRAPH, "More"), (Kind.PARAGRAPH, "In md."), (Kind.PARAGRAPH, "x")]


def test_headings_make_the_path():
    parsed = read(b"# A {#anchor}\n\nSetext\n------\n\ntext\n\n- # in a list", "", "a.md", Limits())

    assert [(parsed.text_of(block), block.headings) for block in parsed.blocks] == [
        ("text", ("A", "Setext")),
        ("- in a list", ("A", "Setext")),
    ]
