"""The part of the lock that goes into one image."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

from architecture.sources import ROOT

FILE = ROOT / "services" / "closure.py"
SPEC = importlib.util.spec_from_file_location("closure", FILE)
closure = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(closure)

LOCK = """\
alone==1 \\
    --hash=sha256:01
    # via forebay-other
base==2 \\
    --hash=sha256:02
    # via
    #   top
    #   forebay-chassis
both==3 ; python_full_version < '3.12' \\
    --hash=sha256:03
    # via base
both==4 ; python_full_version >= '3.12' \\
    --hash=sha256:04
    # via base
top[extra]==5 \\
    --hash=sha256:05
    # via forebay-service
"""
MEMBERS = {"forebay-service": {"forebay-chassis", "top"}, "forebay-chassis": {"base"}, "forebay-bare": set()}


def names(text):
    return [line.split("=")[0] for line in text.splitlines() if "==" in line]


def test_a_member_takes_what_it_needs_and_what_that_needs():
    assert names(closure.closure(LOCK, ["forebay-service"], MEMBERS)) == ["base", "both", "both", "top[extra]"]


def test_entries_stay_as_they_are_hashes_and_markers_included():
    assert closure.closure(LOCK, ["base"]) == LOCK[LOCK.index("base==") : LOCK.index("top[")]


def test_a_member_without_packages_of_its_own_takes_those_of_its_members():
    members = MEMBERS | {"forebay-bare": {"forebay-chassis"}}

    assert names(closure.closure(LOCK, ["forebay-bare"], members)) == ["base", "both", "both"]


def test_what_is_left_out_is_left_out_with_what_it_alone_needs():
    assert names(closure.closure(LOCK, ["forebay-service"], MEMBERS, without=["base"])) == ["top[extra]"]


def test_a_name_that_the_lock_does_not_know_is_refused():
    with pytest.raises(ValueError, match="nothing of stranger"):
        closure.closure(LOCK, ["stranger"])


def test_the_gateway_installs_no_index_and_no_model_library():
    members = [str(path) for path in ROOT.glob("*/pyproject.toml")]
    gateway = str(ROOT / "services" / "gateway" / "pyproject.toml")
    command = [sys.executable, str(FILE), "requirements.lock", "forebay-gateway", "--members", *members, gateway]
    printed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout

    assert {"grpcio", "pydantic", "structlog"} <= set(names(printed))
    assert not {"pymilvus", "obstore", "numpy", "pytest", "ruff"} & set(names(printed))
