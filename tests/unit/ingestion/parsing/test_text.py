from __future__ import annotations

import pytest

from chassis.errors import InvalidArgument
from ingestion.parsing.text import clean, decode, one_line

SAMPLE = "naïve, 文\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_marked_encodings_are_read(encoding):
    assert decode(SAMPLE.encode(encoding)) == SAMPLE


@pytest.mark.parametrize(
    ("content", "reason", "says"),
    [
        (b"caf\xe9 au lait", "NOT_UTF8", "byte 3"),
        ("naïve".encode("cp1252"), "NOT_UTF8", "UTF-8"),
        (b"\xed\xa0\x80", "NOT_UTF8", "byte 0"),
        ("\ud83d".encode("utf-16-le", "surrogatepass").join([b"\xff\xfe", b""]), "NOT_UTF8", "UTF-16"),
        (b"abc\x00def", "NOT_TEXT", "position 3"),
    ],
)
def test_other_bytes_are_refused_and_the_place_is_named(content, reason, says):
    with pytest.raises(InvalidArgument) as refused:
        decode(content)

    assert refused.value.reason == reason
    assert says in refused.value.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x07b\x1bc", "abc"),
        ("a\u200bb\u2060c\ufeff", "abc"),
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("hidden\U000e0041\U000e0042", "hidden"),
        ("half\ud800", "half"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("e\u0301", "\u00e9"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("plain\ttext\n", "plain\ttext\n"),
    ],
)
def test_what_no_reader_sees_is_removed(text, expected):
    assert clean(text) == expected


def test_a_line_is_cut_at_a_word():
    assert one_line("  two \n words  ") == "two words"
    assert one_line("aaa bbb ccc", 8) == "aaa bbb"
