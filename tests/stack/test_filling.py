"""Corpora filled from elsewhere, on the whole system: a folder that is followed, and a manifest."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.xdist_group("stack")


@pytest.fixture
def folder(tmp_path):
    for number in range(12):
        text = f"# Page {number}\n\nTurbine number {number} turns in the forebay.\n"
        (tmp_path / f"{number}.md").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_corpus_follows_its_folder_and_is_searched_as_it_is(stack, folder):
    def sync(*more):
        return stack.json("sync", str(folder), "--corpus", "followed", *more)

    first, again = sync(), sync()
    (folder / "0.md").unlink()
    (folder / "1.md").write_text("# Page 1\n\nA heron stands by the sluice.\n", encoding="utf-8")
    told = sync("--dry-run")
    changed = sync()
    hits = stack.json("search", "heron sluice", "--corpus", "followed", "--top-k", "3")["hits"]

    assert (first["added"], first["in_step"]) == (12, True)
    assert (again["added"], again["changed"], again["unchanged"], again["unseen"]) == (0, 0, 12, 0)
    assert (told["changed"], told["deleted"]) == (changed["changed"], changed["deleted"]) == (1, 1)
    assert hits[0]["chunk"]["document_id"] == "1.md"
    assert stack.json("search", "turbine number 0", "--corpus", "followed", "--mode", "lexical")["hits"]
    found = stack.json("search", "Page 0", "--corpus", "followed", "--top-k", "50")["hits"]
    assert {hit["chunk"]["document_id"] for hit in found} == {f"{number}.md" for number in range(1, 12)}


def test_a_manifest_is_worked_through_once_and_reported(stack, folder):
    manifest = folder / "manifest.jsonl"
    stack.run("jobs", "plan", str(folder), "--out", str(manifest))
    with manifest.open("a", encoding="utf-8") as file:
        file.write('{"path": "nowhere.md"}\n')

    finished = stack.run("ingest", "--job", str(manifest), "--corpus", "bulk", "--json", check=False)
    refused, first = (json.loads(line) for line in finished.stdout.splitlines())
    again = stack.run("ingest", "--job", str(manifest), "--corpus", "bulk", "--json", check=False)

    assert (finished.returncode, refused["refused"]["document_id"]) == (4, "nowhere.md")
    assert (first["job"]["state"], first["job"]["progress"]["committed"]) == ("JOB_STATE_DONE", "12")
    assert json.loads(again.stdout.splitlines()[-1])["job"]["progress"]["unchanged"] == "12"
    assert stack.json("search", "turbine", "--corpus", "bulk")["hits"]
