"""What a folder has, and what stands in the way of mirroring it."""

from __future__ import annotations

import os

import pytest

from chassis.errors import InvalidArgument
from forebay_client.mirroring.folder import Folder
from forebay_client.mirroring.words import Item, Skipped
from forebay_client.objects import Unreadable


@pytest.fixture
def root(tmp_path):
    (tmp_path / "root" / "guide").mkdir(parents=True)
    (tmp_path / "root" / "guide" / "start.md").write_text("# Start\n", encoding="utf-8")
    (tmp_path / "secret.md").write_text("# Outside\n", encoding="utf-8")
    return tmp_path / "root"


async def listed(root):
    entries = [entry async for entry in Folder(root).items()]
    items = {entry.name for entry in entries if isinstance(entry, Item)}
    return items, {entry.name: entry.why for entry in entries if isinstance(entry, Skipped)}


async def test_files_have_names_below_the_root(root):
    assert await listed(root) == ({"guide/start.md"}, {})


async def test_links_are_followed_to_files_inside_and_nowhere_else(root):
    (root / "inside.md").symlink_to(root / "guide" / "start.md")
    (root / "outside.md").symlink_to(root.parent / "secret.md")
    (root / "nothing.md").symlink_to("nowhere.md")
    (root / "loop.md").symlink_to("loop.md")
    (root / "guide" / "up").symlink_to(root)

    items, skipped = await listed(root)

    assert items == {"guide/start.md", "inside.md"}
    assert set(skipped) == {"outside.md", "nothing.md", "loop.md", "guide/up"}
    assert "leads out" in skipped["outside.md"]


async def test_a_name_that_is_no_text_is_told_in_letters(root):
    with open(os.fsencode(root) + b"/caf\xe9.md", "wb") as file:  # noqa: ASYNC230, PTH123 - no text, so no path
        file.write(b"x")

    assert (await listed(root))[1] == {"caf\\xe9.md": "its name is not UTF-8"}


async def test_a_folder_that_nobody_can_look_into_is_told_and_the_rest_goes_on(root):
    here = os.open(root, os.O_RDONLY)
    for _ in range(70):  # deeper than any path may be long
        os.mkdir("d" * 64, dir_fd=here)
        below = os.open("d" * 64, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)

    items, skipped = await listed(root)

    assert items == {"guide/start.md"}
    assert [why for why in skipped.values() if "cannot be read" in why]


async def test_pipes_and_hidden_files_are_not_waited_for(root):
    os.mkfifo(root / "pipe.md")
    (root / ".git").mkdir()
    (root / ".git" / "config.md").write_text("x", encoding="utf-8")

    assert await listed(root) == ({"guide/start.md"}, {})


async def test_a_file_that_goes_away_is_unreadable(root):
    folder = Folder(root)
    [item] = [item async for item in folder.items()]
    (root / item.name).unlink()

    with pytest.raises(Unreadable, match="cannot be read"):
        await folder.read(item)


async def test_a_file_that_changes_while_it_is_read_is_not_taken_half(root):
    """A file of the kernel's that is longer than it says, as one that grows under the reader's hands."""
    folder = Folder(root)
    (root / "growing.md").symlink_to("/proc/self/stat")

    with pytest.raises(Unreadable, match="changes while"):
        await folder.read(Item("growing.md", 1, ""))


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(InvalidArgument, match="nowhere"):
        Folder(tmp_path / "nowhere")
