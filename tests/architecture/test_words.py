"""What may not stand anywhere in the project."""

from __future__ import annotations

import re
import subprocess

from architecture.sources import ROOT

HOME_OF_SOMEBODY = re.compile(rb"/(?:home|root|Users)/[a-z]")
ADDRESS_IN_LOCK = re.compile(rb"https?://")


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True)
    return [line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def test_no_file_names_somebodys_folder():
    ours = [name for name in tracked() if name != "tests/architecture/test_words.py"]

    assert [name for name in ours if HOME_OF_SOMEBODY.search((ROOT / name).read_bytes())] == []


def test_locks_hold_hashes_and_no_address():
    locks = [name for name in tracked() if name.endswith(".lock")]

    assert "requirements.lock" in locks
    for name in locks:
        text = (ROOT / name).read_bytes()
        assert b"--hash=sha256:" in text
        assert not ADDRESS_IN_LOCK.search(text)
