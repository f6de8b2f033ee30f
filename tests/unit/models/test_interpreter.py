"""Which Python runs the models."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from models.failure import ModelsError
from models.interpreter import Interpreter, chosen, probed


def python(version, library="/lib"):
    return Interpreter(path=Path("python"), version=version, library=Path(library) if library else None)


def choose(*found, system="linux"):
    pythons = {Path(str(number)): one for number, one in enumerate(found)}
    return chosen(iter(pythons), system, pythons.get)


def test_the_first_that_fits_is_taken():
    assert choose(None, python((3, 13)), python((3, 12), None), python((3, 11)), python((3, 12))).version == (3, 11)


def test_when_none_fits_it_says_what_was_seen_and_what_to_do():
    with pytest.raises(ModelsError) as raised:
        choose(python((3, 13)), python((3, 12), None))

    assert "uv python install 3.12" in str(raised.value)
    assert "python (3.13)" in str(raised.value)
    assert "python (3.12, no shared library)" in str(raised.value)


def test_elsewhere_than_on_linux_it_points_to_the_container():
    with pytest.raises(ModelsError, match="runs on Linux x86-64 only"):
        choose(python((3, 11)), system="darwin")


def test_a_python_is_asked_what_it_is():
    assert probed(Path(sys.executable)).version == sys.version_info[:2]
    assert probed(Path("/nowhere/python3")) is None
