"""What several folders of tests share: one embedded stack a run, started when the first test asks for it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from rigs.stack import ROOT, embedded

settings.register_profile("unhurried", deadline=None)  # an example is slow because the machine is busy
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def stack(tmp_path_factory):
    """A running embedded stack. Tests that use it share a worker: `pytestmark = pytest.mark.xdist_group("stack")`."""
    with embedded(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture(scope="session")
def docs(stack):
    """The stack with this project's own documentation in the corpus `docs`."""
    stack.run("ingest", str(ROOT / "docs"), "--corpus", "docs")
    return stack


@pytest.fixture(scope="session")
def data():
    """The folder of real collections; tests that need it are long rounds."""
    folder = os.environ.get("FOREBAY_DATA") or str(ROOT.parent / "shared" / "data")
    path = Path(folder)
    assert path.is_dir(), f"{path} does not exist; name the folder of collections with DATA=…"
    return path
