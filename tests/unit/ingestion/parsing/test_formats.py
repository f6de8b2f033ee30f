from __future__ import annotations

import pytest

from chassis.errors import InvalidArgument
from ingestion.parsing.formats import Format, detect, stem

AGREE = [
    (b"# x", "", "a.md", Format.MARKDOWN),
    (b"# x", "text/plain", "a.MD", Format.MARKDOWN),
    (b"# x", "text/markdown; charset=utf-8", "a.txt", Format.MARKDOWN),
    (b"x", "application/octet-stream", "a.txt", Format.TEXT),
    (b"x", "", "", Format.TEXT),
    (b"x", "", "no-ending", Format.TEXT),
    (b"<!DOCTYPE html><p>x", "", "page", Format.HTML),
    (b"\xef\xbb\xbf <!-- c --> <html>", "", "page", Format.HTML),
    (b"%PDF-1.7 x", "", "file", Format.PDF),
    (b"junk\n%PDF-1.7 x", "application/pdf", "file.pdf", Format.PDF),
    (b"{}", "application/x-beir+json", "4983", Format.BEIR),
    (b"x", "", "../../etc/passwd", Format.TEXT),
    (b"x", "", "..\\..\\evil.md", Format.MARKDOWN),
    (b"x", "", "a.md\x00.pdf/b.txt", Format.TEXT),
]
DISAGREE = [
    (b"plain", "application/pdf", "a.pdf", "FORMAT_MISMATCH"),
    (b"%PDF-1.7", "text/markdown", "a.md", "FORMAT_MISMATCH"),
    (b"%PDF-1.7", "", "a.html", "FORMAT_MISMATCH"),
    (b"x", "text/html", "a.md", "FORMAT_MISMATCH"),
    (b"PK\x03\x04zip", "", "a.docx", "UNSUPPORTED_FORMAT"),
    (b"\x89PNG\r\n", "", "a.txt", "UNSUPPORTED_FORMAT"),
    (b"\x1f\x8b", "text/plain", "a.md", "UNSUPPORTED_FORMAT"),
    (b"x", "image/png", "a", "UNSUPPORTED_FORMAT"),
    (b"x", "application/msword", "a.md", "UNSUPPORTED_FORMAT"),
]


@pytest.mark.parametrize(("content", "mime", "name", "expected"), AGREE)
def test_type_name_and_content_decide_together(content, mime, name, expected):
    assert detect(content, mime, name) is expected


@pytest.mark.parametrize(("content", "mime", "name", "reason"), DISAGREE)
def test_contradictions_are_refused_with_a_reason(content, mime, name, reason):
    with pytest.raises(InvalidArgument) as refused:
        detect(content, mime, name)

    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("guides/set-up.md", "set-up"),
        ("guides/README.md", "guides"),
        ("a/b/_index.md", "b"),
        ("index.html", "index"),
        ("../../../etc/passwd", "passwd"),
        ("C:\\docs\\plan.txt", "plan"),
        ("", ""),
        ("..", ""),
        ("x" * 100_000 + ".md", "x" * 997),
    ],
)
def test_the_stem_of_a_name_is_all_that_is_taken_from_a_path(name, expected):
    assert stem(name) == expected
