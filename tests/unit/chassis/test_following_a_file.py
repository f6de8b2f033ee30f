import os

import pytest

from chassis.snapshot import BrokenFile
from chassis.snapshot.following.file import FileFollower

GOOD = "version: {version}\ntenants: [{{name: acme}}]\nkeys: []\nroutes: []\n"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "config.yaml"


def write(file, text, at):
    file.write_text(text)
    os.utime(file, (at, at))


async def test_a_change_is_read_once(file):
    write(file, GOOD.format(version=1), 1)
    following = FileFollower(file, every=1.0)

    assert (await following.first()).version == 1
    assert await following.news() is None
    write(file, GOOD.format(version=2), 2)
    assert (await following.news()).version == 2
    assert await following.news() is None


@pytest.mark.parametrize("broken", ["version: [", "version: -1", "tenants: 3", "", "\x00", "- a"])
async def test_a_broken_file_changes_nothing_until_it_is_right_again(file, broken):
    write(file, GOOD.format(version=1), 1)
    following = FileFollower(file, every=1.0)
    await following.first()

    write(file, broken, 2)
    assert await following.news() is None
    write(file, GOOD.format(version=3), 3)
    assert (await following.news()).version == 3


async def test_a_file_that_is_gone_changes_nothing(file):
    write(file, GOOD.format(version=1), 1)
    following = FileFollower(file, every=1.0)
    await following.first()

    file.unlink()
    assert await following.news() is None


async def test_a_file_that_is_not_text_changes_nothing(file):
    write(file, GOOD.format(version=1), 1)
    following = FileFollower(file, every=1.0)
    await following.first()

    file.write_bytes(b"\xff\xfe\x00")
    assert await following.news() is None


async def test_without_a_good_file_nothing_starts(file):
    with pytest.raises(FileNotFoundError):
        await FileFollower(file, every=1.0).first()
    write(file, "tenants: 3", 1)
    with pytest.raises(BrokenFile, match=r"config.yaml:1"):
        await FileFollower(file, every=1.0).first()
