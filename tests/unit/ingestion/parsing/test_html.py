from __future__ import annotations

import pytest

from chassis.errors import InvalidArgument
from ingestion.parsing.document import Kind, Limits
from ingestion.parsing.reading import read


def parsed(source):
    return read(source.encode(), "text/html", "a.html", Limits())


def blocks(source):
    document = parsed(source)
    return [(block.kind, document.text_of(block)) for block in document.blocks]


def test_a_page_gives_its_title_language_and_description():
    document = parsed(
        '<html lang="en"><head><title>Guide | Site</title><meta name="Description" content="About."></head>'
        "<body><h1>Guide</h1><p>x"
    )

    assert document.title == "Guide"
    assert document.metadata == {"title": "Guide", "description": "About.", "language": "en"}


def test_only_what_a_reader_reads_is_kept():
    source = (
        "<nav>n</nav><script>s</script><style>t</style><p>A &amp; b<br>c <b>d</b>e</p><template>u</template>"
        '<p hidden>v</p><div aria-hidden="true">w</div><form>f<button>g</button></form><footer>h</footer><!-- i -->tail'
    )

    assert blocks(source) == [(Kind.PARAGRAPH, "A & b\nc de"), (Kind.PARAGRAPH, "f"), (Kind.PARAGRAPH, "tail")]


def test_the_main_part_wins_over_what_is_around_it():
    assert blocks("<div>side</div><main><p>main</p></main><div>side</div>") == [(Kind.PARAGRAPH, "main")]


def test_lists_tables_and_code_keep_their_shape():
    source = """
        <ul><li>one<ul><li>two</ul><li><p>three</p><p>four</p></ul>
        <ol start=3><li>t</ol><dl><dt>term<dd>what it is</dl>
        <table><caption>Cap</caption><tr><th>a<th>b<tr><td>1<td><p>2</p><p>3</p></table>
        <pre>x\n  <span>y</span></pre>
        """

    assert blocks(source) == [
        (Kind.LIST, "- one\n  - two\n- three\n  four"),
        (Kind.LIST, "3. t"),
        (Kind.LIST, "- term\n  what it is"),
        (Kind.PARAGRAPH, "Cap"),
        (Kind.TABLE, "a | b\n1 | 2 3"),
        (Kind.CODE, "x\n  y"),
    ]


def test_headings_make_the_path():
    document = parsed("<h1>A</h1><section><h2>B</h2><div>text<p>more</div></section>")

    assert [(document.text_of(block), block.headings) for block in document.blocks] == [
        ("text", ("A", "B")),
        ("more", ("A", "B")),
    ]


def test_entities_do_not_unfold():
    bomb = '<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><p>&b;&lt;'

    assert len(parsed(bomb).text) < len(bomb)


def test_deep_nesting_is_refused_before_it_costs_anything():
    with pytest.raises(InvalidArgument) as refused:
        parsed("<div>" * 100_000 + "x")

    assert refused.value.reason == "TOO_DEEP"


def test_many_open_items_are_no_nesting():
    assert len(parsed("<ul>" + "<li>x" * 5000 + "</ul>" + "<p>y" * 5000).blocks) == 5001
