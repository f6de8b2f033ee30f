"""Manifests: what a line says, where its document is, and how they are cut."""

from __future__ import annotations

import hashlib
import json

import pytest

from chassis.errors import FailedPrecondition, InvalidArgument
from forebay_client.bulk import shards as cutting
from forebay_client.bulk.entries import Entry, entry
from forebay_client.bulk.manifest import Manifest
from forebay_client.bulk.shards import shards
from forebay_client.bulk.writing import written
from forebay_client.commands.filling.working import is_manifest
from forebay_client.mirroring.folder import Folder
from forebay_client.mirroring.globs import Globs
from forebay_client.mirroring.wishes import Wishes
from forebay_client.objects import Unreadable


def manifest(folder, text):
    (folder / "m.jsonl").write_bytes(text if isinstance(text, bytes) else text.encode())
    return Manifest(str(folder / "m.jsonl"))


def lines(count, size=0):
    return "".join(json.dumps({"path": f"{number}.md", "title": "x" * size}) + "\n" for number in range(count))


async def test_a_manifest_is_cut_into_pieces_that_cover_it(tmp_path):
    text = lines(25).encode()
    pieces = await shards(manifest(tmp_path, text), 10)

    assert [piece.entries for piece in pieces] == [10, 10, 5]
    assert [piece.start for piece in pieces] == [0, pieces[0].end, pieces[1].end]
    assert pieces[-1].end == len(text)
    assert all(hashlib.sha256(text[piece.start : piece.end]).digest() == piece.sha256 for piece in pieces)


async def test_a_piece_reads_back_as_it_was_cut(tmp_path):
    source = manifest(tmp_path, lines(25))
    second = (await shards(source, 10))[1]

    part = await source.part(second.start, second.end)

    assert json.loads(part.splitlines()[0])["path"] == "10.md"


async def test_long_lines_close_a_shard_early(tmp_path):
    pieces = await shards(manifest(tmp_path, lines(100, size=200_000)), 1000)

    assert len(pieces) > 4
    assert all(piece.end - piece.start < cutting.SHARD_BYTES + cutting.LONGEST_LINE for piece in pieces)


async def test_blank_lines_and_a_missing_last_line_break_do_no_harm(tmp_path):
    pieces = await shards(manifest(tmp_path, '\n{"path":"a"}\n\n{"path":"b"}'), 10)

    assert [piece.entries for piece in pieces] == [2]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "no entry"),
        (b"\n\n", "no entry"),
        (b'{"path":"a"}\nnot json\n', "line 2"),
        (b'{"path":"a"}\n{"path":"a","uri":"s3://b/c"}\n', "line 2"),
        (b"{}\n", "either path or uri"),
        (b'{"path":"a","colour":"red"}\n', "colour is not known"),
        (b'{"path":"a","groups":"hr"}\n', "groups"),
        (b'{"path":"a","metadata":{"year":2026}}\n', "metadata.year"),
        (b'{"path":"\xff"}\n', "line 1"),
        (b"[" * 200_000, "line 1"),
        (b"x" * 3_000_000, "a line of more than"),
    ],
)
async def test_a_manifest_that_is_none_is_refused_by_its_line(tmp_path, text, told):
    with pytest.raises(InvalidArgument, match=told):
        await shards(manifest(tmp_path, text))


async def test_more_shards_than_a_job_may_have_are_refused(tmp_path):
    with pytest.raises(InvalidArgument, match="20001 shards"):
        await shards(manifest(tmp_path, '{"path":"a"}\n' * 20_001), 1)


async def test_documents_are_read_where_they_are_said_to_be(tmp_path):
    odd = tmp_path / "a b%20ü#?*.md"
    odd.write_bytes(b"odd")
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "m.jsonl").write_text("", encoding="utf-8")
    source = Manifest(str(tmp_path / "below" / "m.jsonl"))

    assert await source.content(Entry(path=str(odd))) == b"odd"
    assert await source.content(Entry(path=f"../{odd.name}")) == b"odd"
    assert await source.content(Entry(uri=odd.as_uri())) == b"odd"


@pytest.mark.parametrize("where", [{"path": "nowhere.md"}, {"path": "."}, {"uri": "s3://x"}, {"uri": "ftp://x/y"}])
async def test_a_document_that_is_not_there_is_unreadable(tmp_path, where):
    with pytest.raises(Unreadable):
        await manifest(tmp_path, "").content(Entry(**where))


async def test_a_document_that_is_too_large_is_not_read(tmp_path):
    (tmp_path / "big.md").write_bytes(b"x" * (8 * 2**20 + 1))

    with pytest.raises(Unreadable, match="larger than 8 MiB"):
        await manifest(tmp_path, "").content(Entry(path="big.md"))


async def test_a_manifest_that_went_away_is_told(tmp_path):
    source = manifest(tmp_path, lines(3))
    (tmp_path / "m.jsonl").unlink()

    with pytest.raises(FailedPrecondition, match="cannot be read"):
        await source.part(0, 10)


def test_an_entry_is_named_after_where_it_is():
    assert entry(b'{"uri":"s3://x/a.md"}', "").id == "s3://x/a.md"
    assert entry(b'{"path":"a.md","document_id":"A"}', "").id == "A"


async def test_a_folder_becomes_a_manifest(tmp_path):
    (tmp_path / "a.md").write_bytes(b"a")
    (tmp_path / "b.png").write_bytes(b"b")
    (tmp_path / "empty.md").touch()
    (tmp_path / "ü.txt").write_bytes(b"c")
    wishes = Wishes(globs=Globs(exclude=("*.jsonl",)), prefix="p/", groups=("hr",))

    assert await written(Folder(tmp_path), tmp_path / "m.jsonl", wishes) == (2, 1)

    assert len(await shards(Manifest(str(tmp_path / "m.jsonl")))) == 1
    told = [json.loads(line) for line in (tmp_path / "m.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(one["document_id"], one["mime_type"], one["groups"]) for one in told] == [
        ("p/a.md", "text/markdown", ["hr"]),
        ("p/ü.txt", "text/plain", ["hr"]),
    ]
    assert await Manifest(str(tmp_path / "m.jsonl")).content(Entry(uri=told[1]["uri"])) == b"c"


async def test_a_manifest_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(InvalidArgument, match="cannot be written"):
        await written(Folder(tmp_path), tmp_path / "nowhere" / "m.jsonl", Wishes())


@pytest.mark.parametrize(
    ("text", "manifest_"), [("s3://x/m.jsonl", True), ("m.jsonl", True), ("load-2026.11", False), ("a/b", True)]
)
def test_a_manifest_is_told_from_the_name_of_a_job(text, manifest_):
    assert is_manifest(text) is manifest_
