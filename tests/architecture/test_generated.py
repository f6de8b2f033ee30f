"""Generated code is what the generator makes of the contracts now."""

from __future__ import annotations

import os
import subprocess
import sys
from filecmp import dircmp
from pathlib import Path

from architecture.sources import ROOT


def environment() -> dict[str, str]:
    return os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def run(*command: str, folder: Path) -> None:
    finished = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr


def differences(compared: dircmp) -> list[str]:
    found = [*compared.left_only, *compared.right_only, *compared.diff_files]
    for folder in compared.subdirs.values():
        found += differences(folder)
    return found


def test_the_generated_code_is_fresh(tmp_path):
    run(str(ROOT / "protos" / "generate"), str(tmp_path), folder=ROOT)

    compared = dircmp(tmp_path / "forebay", ROOT / "protos" / "gen" / "forebay", ignore=["__pycache__"])
    assert differences(compared) == []


def test_the_contracts_pass_buf_lint_and_format():
    run("buf", "lint", folder=ROOT / "protos")
    run("buf", "format", "--diff", "--exit-code", folder=ROOT / "protos")
