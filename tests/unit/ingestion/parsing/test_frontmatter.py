from __future__ import annotations

import pytest

from ingestion.parsing.markup.frontmatter import split


@pytest.mark.parametrize(
    ("text", "metadata", "rest"),
    [
        ("---\ntitle: A: b\n---\nrest", {}, None),
        ("---\ntitle: A\nweight: 3\n---\nrest", {"title": "A", "weight": "3"}, "rest"),
        ("---\ntags: [a, b]\nnested: {x: 1}\n---\n", {"tags": "a, b"}, ""),
        ("---\ndate: 2024-02-31\n---\nx", {"date": "2024-02-31"}, "x"),
        ('+++\ntitle = "T"\n+++\nx', {"title": "T"}, "x"),
        ("---\n---\nx", {}, "x"),
        ("---\n- a list\n---\nx", {}, None),
        ("---\nno end", {}, None),
        ("text\n---\ntitle: A\n---\n", {}, None),
        ("---\n" + "[" * 50_000 + "\n---\nx", {}, None),
        ("---\ntitle: !!python/object/apply:os.system [x]\n---\nx", {"title": "x"}, "x"),
    ],
)
def test_front_matter_is_read_and_what_is_none_stays_text(text, metadata, rest):
    assert split(text) == (metadata, text if rest is None else rest)


def test_references_do_not_unfold():
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{name}: &{name} [{', '.join(['*' + above] * 9)}]\n"
        for above, name in zip("abcdefgh", "bcdefghi", strict=True)
    )

    metadata, rest = split(f"---\n{bomb}---\nrest")

    assert rest == "rest"
    assert list(metadata) == ["a"]
