"""Hostile inputs of every kind are counted, and the count is printed at the end."""

from __future__ import annotations

import pytest

from rigs.rounds import Tally

TALLY = pytest.StashKey[Tally]()


@pytest.fixture
def tally(pytestconfig):
    return pytestconfig.stash.setdefault(TALLY, Tally())


def pytest_terminal_summary(terminalreporter, config):
    if tally := config.stash.get(TALLY, None):
        terminalreporter.section("hostile inputs")
        for line in tally.lines():
            terminalreporter.write_line(line)
