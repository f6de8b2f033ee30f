"""Hostile documents through the sandbox: each gets a document or a reason in time, and the next one is well."""

from __future__ import annotations

import json
import random
from collections import Counter

import pytest

from chassis.errors import InvalidArgument
from ingestion.parsing.sandbox import SandboxSettings, sandbox
from rigs.rounds import long_round

MEGA = 1_000_000
LIMITS = {"TOO_LARGE", "TOO_MUCH_TEXT", "TOO_DEEP", "PARSER_LIMIT", "PARSER_FAILED"}
REFUSED = LIMITS | {"NOT_UTF8", "NOT_TEXT", "EMPTY_DOCUMENT", "MALFORMED_DOCUMENT", "UNSUPPORTED_FORMAT"}
READ = {"read"}

CASES = [
    ("nothing", b"", "a.md", {"EMPTY_DOCUMENT"}),
    ("50 MB in one line", b"x" * (50 * MEGA), "a.txt", {"TOO_LARGE"}),
    ("30 MB in one line", b"word " * (6 * MEGA), "a.md", {"TOO_MUCH_TEXT"}),
    ("7 MB in one line", b"word " * (7 * MEGA // 5), "a.md", READ),
    ("10 MB of paragraphs", b"a\n\n" * (10 * MEGA // 3), "a.txt", {"TOO_MUCH_TEXT"}),
    ("10 MB of headings", b"# a\n" * (10 * MEGA // 4), "a.md", LIMITS),
    ("10 MB of NUL", bytes(10 * MEGA), "a.txt", {"NOT_TEXT"}),
    ("random bytes", random.Random(1).randbytes(MEGA), "a.html", {"NOT_UTF8"}),
    ("100,000 open elements", b"<div>" * 100_000 + b"x", "a.html", {"TOO_DEEP"}),
    ("100,000 quotes in one another", b">" * 100_000 + b" x", "a.md", READ),
    ("lists in one another", b"\n".join(b" " * 2 * at + b"- x" for at in range(1500)), "a.md", READ),
    ("100,000 brackets of JSON", b"[" * 100_000, "a.beir", {"MALFORMED_DOCUMENT"}),
    ("100,000 brackets of YAML", b"---\na: " + b"[" * 60_000 + b"\n---\nx", "a.md", READ),
    ("a table of many columns", b"|a" * 50_000 + b"\n" + b"|-" * 50_000 + b"\n" + b"|\n" * 1000, "a.md", READ | LIMITS),
    ("entities that name one another", b'<!DOCTYPE x [<!ENTITY a "&b;&b;">]><p>&a;' * 1000, "a.html", READ),
    ("5 MB of entities", b"&amp;" * MEGA, "a.html", READ),
    ("half characters", "\ud800x".encode("utf-8", "surrogatepass"), "a.md", {"NOT_UTF8"}),
    ("letters turned around", "\u202eabc\u2066 \u05d0\u05d1".encode(), "a.md", READ),
    ("invisible letters only", "\u200b\u2060\ufeff".encode() * 1000, "a.md", {"EMPTY_DOCUMENT"}),
    ("a PDF of nothing but its mark", b"%PDF-1.7", "a.pdf", {"MALFORMED_DOCUMENT"}),
    ("a PDF that points at itself", b"%PDF-1.4\n1 0 obj\n1 0 R\nendobj\ntrailer<</Root 1 0 R>>", "a.pdf", REFUSED),
    ("a path that climbs", b"x", "../../../../etc/passwd", READ),
    ("a name of control characters", b"x", "\x00\x1b[2J\u202e.md", READ),
    ("a name without end", b"x", "a/" * MEGA, READ),
    ("a name of half a character", b"x", "\ud800.md", READ),
]


@pytest.fixture
async def parsing():
    async with sandbox(SandboxSettings(cpu_seconds=20, wall_seconds=120)) as parser:
        yield parser


async def outcome(parsing, content, name):
    mime = "application/x-beir+json" if name.endswith(".beir") else ""
    try:
        await parsing.parse(content, mime, name)
    except InvalidArgument as refused:
        return refused.reason
    return "read"


async def test_hostile_documents_are_read_or_refused_and_the_next_one_is_well(parsing, tally):
    unexpected, ends = {}, Counter()
    for what, content, name, allowed in CASES:
        found = await outcome(parsing, content, name)
        ends[found] += 1
        if found not in allowed:
            unexpected[what] = found
        assert await outcome(parsing, b"# Mills\n\nfine", "mills.md") == "read"

    tally.note("bombs", ends)
    assert unexpected == {}


@pytest.mark.slow
@pytest.mark.timeout(3600)
async def test_a_long_round_of_broken_documents_is_read_or_refused(parsing, tally):
    dice, ends = random.Random(7), Counter()
    seeds = [
        (b"# A\n\n- b\n  - c\n\n|d|e|\n|-|-|\n|1|2|\n\n```\nf\n```\n\n<table><tr><td>g</table>\n", "a.md"),
        (b"<main><h1>A</h1><ul><li>b<ol><li>c</ol></ul><table><tr><th>d<td>e</table><pre>f</pre></main>", "a.html"),
        (json.dumps({"title": "A", "text": "b\n\nc", "metadata": {"d": 1}}).encode(), "a.beir"),
        (b"---\ntitle: a\ntags: [b, c]\n---\ntext\n", "a.md"),
        (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Kids[3 0 R]/Count 1>>endobj\n%%EOF", "a.pdf"),
    ]
    for _ in range(long_round("broken documents")):
        content, name = dice.choice(seeds)
        ends[await outcome(parsing, broken(content, dice), name)] += 1

    tally.note("broken documents", ends)
    assert set(ends) <= READ | REFUSED | {"FORMAT_MISMATCH"}


def broken(content, dice):
    """`content` with bytes turned, pieces doubled and its end lost."""
    body = bytearray(content)
    for _ in range(dice.randrange(1, 6)):
        at = dice.randrange(len(body))
        match dice.randrange(4):
            case 0:
                body[at] = dice.randrange(256)
            case 1:
                body[at:at] = body[at : at + dice.randrange(1, 20)] * dice.randrange(1, 50)
            case 2:
                del body[at : at + dice.randrange(1, 10)]
            case 3:
                body[at:at] = dice.choice(
                    [b"<", b">", b"`", b"|", b"\n", b"\n\n", b"- ", b"{{<", b"\xe2\x80\xae", b"&#0;"]
                )
        body = body or bytearray(b"x")
    return bytes(body)
