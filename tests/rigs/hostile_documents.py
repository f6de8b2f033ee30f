"""Hostile documents of every format: each is put together from pieces that parsers have fallen over."""

from __future__ import annotations

import codecs
import gzip
import json
import random
import zlib

MARKDOWN = [
    *(
        "# a\n",
        "> " * 200,
        "- " * 100,
        "1. x\n",
        "```\n",
        "~~~ x\n",
        "|a|b|\n|-|-|\n",
        "|" * 500,
        "[a](",
        "![",
        "<div>",
        "\n\n",
    ),
    *(
        "[x]: <",
        "***" * 50,
        "`" * 99,
        "\\" * 99,
        "&#x110000;",
        "&" * 50,
        "    code\n",
        "{{< x >}}",
        ":::",
        "$$",
        "\t",
        "\x0b",
        "\r",
    ),
]
YAML = [
    *(
        "a: &a [x, x]\n",
        "b: &b [*a, *a, *a, *a]\n",
        "c: [*b, *b, *b, *b, *b]\n",
        "<<: *a\n",
        "? [a]\n: b\n",
        "title: !!python/object:os.system x\n",
    ),
    *(
        "title: 9999-99-99\n",
        "d: 0x" + "f" * 300 + "\n",
        "{" * 100,
        "e: |\n  x\n",
        "title: [\n",
        "- " * 200,
        "a: b: c\n",
        "%YAML 9.9\n",
        "\ttab: x\n",
    ),
]
HTML = [
    *(
        "<p>",
        "</p>",
        "<div " * 20,
        "<table><tr><td>",
        "<ul><li>" * 30,
        "<!--",
        "-->",
        "<![CDATA[",
        "<!DOCTYPE x [<!ENTITY a '&a;&a;'>]>",
        "&a;",
    ),
    *(
        "<svg><script>",
        "<math><mi>",
        "<meta charset=utf-7>",
        "<title>" * 9,
        "<pre>\n",
        "<a href='javascript:1'>",
        "<p " + "a=b " * 99 + ">",
        "&#0;",
        "text ",
    ),
    *("<template>", "<select><option>", "<frameset>", "<plaintext>", "<noscript>", "<base href=//x>", "<" * 99, "\x00"),
]
PDF = [
    *(
        b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 99999999>>",
        b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>",
        b"[" * 3_000,
        b"<<" * 3_000,
    ),
    *(
        b"<</Type/Catalog/Pages 1 0 R>>",
        b"(" * 500,
        b"<</Length -1>>stream\nx\nendstream",
        b"<</Length 99999999999>>stream\n",
        b"1 0 R",
    ),
    b"<</Type/Font/Subtype/Type0/DescendantFonts[5 0 R]/ToUnicode 4 0 R>>",
]
NAMES = [
    "a",
    "../../../etc/passwd",
    "a\x00b",
    "CON",
    "\u202eth",
    "x" * 300,
    "a/b\\c",
    ".",
    "a;rm -rf",
    "%2e%2e%2f",
    "~",
]


def hostile(dice: random.Random) -> tuple[bytes, str, str]:
    """Return a document as content, media type and name."""
    make, ending, mime = dice.choice(FORMATS)
    content = make(dice)
    if dice.random() < 0.3:
        content = dice.choice(CODINGS)(content)
    if dice.random() < 0.2:
        at = dice.randrange(len(content) + 1)
        content = content[:at] + dice.randbytes(dice.randrange(30)) + content[at + dice.randrange(30) :]
    return content, dice.choice((mime, "", mime)), dice.choice(NAMES) + ending


def _pieces(pieces: list[str], dice: random.Random, most: int = 40) -> str:
    return "".join(dice.choice(pieces) for _ in range(dice.randrange(1, most)))


def _markdown(dice: random.Random) -> bytes:
    front = f"---\n{_pieces(YAML, dice, 12)}---\n" if dice.random() < 0.4 else ""
    return (front + _pieces([*MARKDOWN, *HTML], dice)).encode()


def _html(dice: random.Random) -> bytes:
    return _pieces(HTML, dice, 60).encode()


def _beir(dice: random.Random) -> bytes:
    texts = ["x", "\ud800", "\x00", "a" * 10_000, "\u202e", ""]
    value = dice.choice([*texts, 1e308, None, [], {"a": {"b": []}}, True, 10**300, float("nan")])
    entry = json.dumps(
        {"_id": dice.choice(texts), "text": value, "title": dice.choice(texts), "metadata": {"k": value}}
    )
    return (entry * dice.choice((1, 1, 2)) + dice.choice(("", "\n" + entry, "[" * 5_000, "}"))).encode()


def _pdf(dice: random.Random) -> bytes:
    body = bytearray(b"%PDF-1.7\n")
    for number in range(1, dice.randrange(3, 9)):
        inner = _stream(dice) if dice.random() < 0.4 else dice.choice(PDF)
        body += b"%d 0 obj\n%b\nendobj\n" % (number, inner)
    return bytes(body) + b"xref\n0 %d\ntrailer<</Root %d 0 R/Prev 0>>\nstartxref\n9\n%%%%EOF" % (
        dice.randrange(99),
        dice.randrange(1, 6),
    )


def _stream(dice: random.Random) -> bytes:
    """Return a stream that is compressed, once or again and again, says a wrong length, or is none."""
    plain = dice.choice([b"BT /F1 12 Tf (text) Tj ET " * 9, bytes(5_000_000), b"q " * 50_000, dice.randbytes(200)])
    times = dice.randrange(1, 4)
    for _ in range(times):
        plain = zlib.compress(plain)
    filters = b"/FlateDecode " * times + dice.choice((b"", b"/LZWDecode", b"/ASCIIHexDecode", b"/JBIG2Decode"))
    length = dice.choice((len(plain), 0, 2**31))
    kind = dice.choice(
        (b"", b"/Type/ObjStm/N 99/First 5", b"/Type/XRef/W[1 2 1]/Size 9", b"/Subtype/Image/Width 65535/Height 65535")
    )
    return b"<<%b/Filter[%b]/Length %d>>stream\n%b\nendstream" % (kind, filters, length, plain)


FORMATS = [
    (_markdown, ".md", "text/markdown"),
    (_html, ".html", "text/html"),
    (_beir, ".beir", "application/x-beir+json"),
    (_pdf, ".pdf", "application/pdf"),
    (_markdown, ".txt", "text/plain"),
]
CODINGS = [
    lambda content: codecs.BOM_UTF16_LE + content.decode("latin-1").encode("utf-16-le", "surrogatepass"),
    lambda content: codecs.BOM_UTF8 + content,
    lambda content: content.decode("latin-1").encode("utf-7"),
    lambda content: gzip.compress(content * 50),
    lambda content: content.replace(b"a", b"\xc1\xa1").replace(b"x", b"\xed\xa0\x80"),
    lambda content: content * 20,
    lambda content: b"PK\x03\x04" + content,
]
