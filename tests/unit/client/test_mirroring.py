"""The plan of a sync: what is taken, what is sent, what is deleted, and when it stops instead."""

from __future__ import annotations

import hashlib
from contextlib import nullcontext

import pytest

from chassis.errors import InvalidArgument
from forebay_client.mirroring.bucket import Bucket
from forebay_client.mirroring.choosing import source_at
from forebay_client.mirroring.folder import Folder
from forebay_client.mirroring.git import Git
from forebay_client.mirroring.globs import Globs
from forebay_client.mirroring.planning import Held, Inventory, TooManyDeletions, Verdict, braked, judged, surplus
from forebay_client.mirroring.wishes import Wishes
from forebay_client.mirroring.words import Item, Skipped

US = "file:///handbook"
EVERYONE = frozenset({"everyone"})


def held(content=b"old", mark=US, version="", groups=EVERYONE):
    return Held(hashlib.sha256(content).hexdigest(), groups, mark, version)


def inventory(*entries, wishes=None):
    taken = Inventory()
    for entry in entries:
        taken.add(entry, wishes or Wishes())
    return taken


@pytest.mark.parametrize(
    ("include", "exclude", "name", "wanted"),
    [
        ((), (), "a/b.md", True),
        ((), (), "a/b.png", False),
        ((), (), ".github/b.md", False),
        (("*.log",), (), "a/b.log", True),
        (("*.log",), (), "a/b.md", False),
        (("docs/*.md",), (), "docs/a.md", True),
        (("docs/*.md",), (), "docs/deep/a.md", False),
        (("docs/**/*.md",), (), "docs/deep/er/a.md", True),
        (("docs/**/*.md",), (), "docs/a.md", True),
        (("**",), (), "any/thing", True),
        (("a?.md",), (), "ab.md", True),
        (("a.md",), (), "a-md", False),
        ((), ("drafts",), "x/drafts/a.md", False),
        ((), ("x/drafts/",), "x/drafts/a.md", False),
        ((), ("drafts",), "drafts.md", True),
        (("*.md",), ("secret*",), "a/secret.md", False),
    ],
)
def test_globs_say_which_names_are_wanted(include, exclude, name, wanted):
    assert Globs(include, exclude).wanted(name) is wanted


@pytest.mark.parametrize(
    ("one", "item", "content", "verdict"),
    [
        (None, Item("a.md", 3, ""), b"new", Verdict.new),
        (held(), Item("a.md", 3, ""), b"old", Verdict.unchanged),
        (held(), Item("a.md", 3, ""), b"new", Verdict.changed),
        (held(), Item("a.md", 3, ""), None, Verdict.unread),
        (held(version="7"), Item("a.md", 3, "", "7"), None, Verdict.unchanged),
        (held(version="7"), Item("a.md", 3, "", "8"), None, Verdict.unread),
        (held(mark="git+x", version="7"), Item("a.md", 3, "", "7"), None, Verdict.unread),
        (held(groups=frozenset({"hr"})), Item("a.md", 3, ""), b"old", Verdict.changed),
        (held(mark=""), Item("a.md", 3, ""), b"old", Verdict.unchanged),
        (held(mark=""), Item("a.md", 3, ""), b"new", Verdict.foreign),
    ],
)
def test_an_item_is_judged_by_its_version_and_then_by_its_content(one, item, content, verdict):
    assert judged(item, content, one, US, Wishes()) is verdict


def test_what_somebody_else_wrote_is_taken_over_when_that_is_asked_for():
    assert judged(Item("a.md", 3, ""), b"old", held(mark=""), US, Wishes(adopt=True)) is Verdict.changed


def test_only_what_this_source_brought_is_deleted():
    corpus = {"a.md": held(), "b.md": held(mark="git+x"), "c.md": held(mark=""), "d.md": held()}

    assert surplus(corpus, inventory(Item("d.md", 1, "")), US) == ["a.md"]


def test_what_could_not_be_looked_at_is_not_deleted():
    corpus = {"closed/a.md": held(), "big.md": held(), "gone.md": held(), "closed.md": held()}
    entries = (Skipped("closed", "cannot be read", folder=True), Item("big.md", 9 * 2**20, ""))

    assert surplus(corpus, inventory(*entries), US) == ["closed.md", "gone.md"]


def test_a_file_that_became_empty_is_gone():
    taken = inventory(Item("a.md", 0, ""))

    assert (taken.empty, surplus({"a.md": held()}, taken, US)) == (1, ["a.md"])


def test_a_prefix_keeps_sources_apart():
    wishes = Wishes(prefix="handbook/")

    assert list(inventory(Item("a.md", 1, ""), wishes=wishes).items) == ["handbook/a.md"]


def test_what_is_not_wanted_is_not_told_as_skipped():
    entries = (Skipped("a.png", "is a link"), Skipped(".cache", "cannot be read", folder=True), Skipped("a.md", "why"))

    assert inventory(*entries).skipped == {"a.md": "why"}


@pytest.mark.parametrize(
    ("ours", "gone", "wishes", "stopped"),
    [
        (100, 20, Wishes(), False),
        (100, 21, Wishes(), True),
        (100, 21, Wishes(most_deleted=50), False),
        (100, 99, Wishes(force=True), False),
        (8, 5, Wishes(), False),
        (8, 6, Wishes(), True),
    ],
)
def test_more_deletions_than_usual_need_force(ours, gone, wishes, stopped):
    corpus = {f"{number}.md": held() for number in range(ours)}
    taken = inventory(*(Item(f"{number}.md", 1, "") for number in range(gone, ours)))
    with pytest.raises(TooManyDeletions) if stopped else nullcontext():
        braked(surplus(corpus, taken, US), corpus, taken, US, wishes)


def test_an_empty_source_deletes_nothing_without_force():
    with pytest.raises(TooManyDeletions, match="--force"):
        braked(["a.md"], {"a.md": held()}, inventory(), US, Wishes())


@pytest.mark.parametrize(
    ("address", "ref", "kind", "mark"),
    [
        ("https://user:secret@git.example/team/book.git", "", Git, "git+https://git.example/team/book.git"),
        ("git@git.example:team/book", "main", Git, "git+git@git.example:team/book"),
        ("git+https://git.example/book", "", Git, "git+https://git.example/book"),
        ("s3://handbook/pages/", "", Bucket, "s3://handbook/pages"),
        (".", "", Folder, None),
        (".", "main", Git, None),
    ],
)
def test_an_address_tells_its_kind_and_its_mark_holds_no_secret(address, ref, kind, mark):
    source = source_at(address, ref)

    assert isinstance(source, kind)
    assert mark is None or source.mark == mark


@pytest.mark.parametrize(("address", "ref"), [("git+--upload-pack=x", ""), ("https://x", "--force"), ("nowhere", "")])
def test_an_address_that_is_none_is_refused(address, ref):
    with pytest.raises(InvalidArgument):
        source_at(address, ref)
