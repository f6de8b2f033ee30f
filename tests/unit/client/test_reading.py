from __future__ import annotations

import json

import pytest

from chassis.errors import InvalidArgument
from forebay_client.beir import queries
from forebay_client.reading import counted, documents, found


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "guide").mkdir()
    (tmp_path / "guide" / "start.md").write_text("# Start\n", encoding="utf-8")
    (tmp_path / "notes.TXT").write_text("Notes.", encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "secret.md").write_text("# Secret", encoding="utf-8")
    return tmp_path


def beir(path, *lines):
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_a_folder_gives_its_documents_by_relative_path_and_no_hidden_ones(folder):
    assert [file.name for file in found([folder])] == ["guide/start.md", "notes.TXT"]


def test_a_file_that_is_named_is_taken_whatever_its_name(folder):
    assert [file.name for file in found([folder / "picture.png"])] == ["picture.png"]


def test_a_path_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(InvalidArgument, match="nowhere"):
        found([tmp_path / "nowhere"])


def test_a_document_carries_content_and_media_type(folder):
    start, notes = documents(found([folder]))

    assert (start.id, start.content, start.mime_type) == ("guide/start.md", b"# Start\n", "text/markdown")
    assert notes.mime_type == "text/plain"


def test_each_line_of_a_beir_corpus_is_a_document(tmp_path):
    path = beir(
        tmp_path / "corpus.jsonl", {"_id": "1", "title": "One", "text": "first"}, {"_id": "2", "text": "second"}
    )

    read = list(documents(found([path])))

    assert [(one.id, one.title, one.content) for one in read] == [("1", "One", b"first"), ("2", "", b"second")]
    assert counted(found([path])) == 2


def test_a_document_with_a_title_alone_is_its_title(tmp_path):
    path = beir(tmp_path / "corpus.jsonl", {"_id": "1", "title": "One", "text": ""})

    assert [one.content for one in documents(found([path]))] == [b"One"]


@pytest.mark.parametrize("line", ['{"_id": 1, "text": "x"}', '{"text": "x"}', "[]", '{"_id": "1", "text": ""}', '"x"'])
def test_a_line_that_is_no_document_is_named_by_its_number(tmp_path, line):
    path = tmp_path / "corpus.jsonl"
    path.write_text('{"_id": "0", "text": "fine"}\n' + line + "\n", encoding="utf-8")

    with pytest.raises(InvalidArgument, match="line 2"):
        list(documents(found([path])))


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b""])
def test_a_file_that_is_no_file_of_queries_is_refused(tmp_path, content):
    path = tmp_path / "queries.jsonl"
    path.write_bytes(content)

    with pytest.raises(InvalidArgument, match=r"queries\.jsonl"):
        queries(path)


def test_queries_keep_their_order(tmp_path):
    path = beir(tmp_path / "queries.jsonl", {"_id": "b", "text": "two"}, {"_id": "a", "text": "one"})

    assert queries(path) == [("b", "two"), ("a", "one")]
