"""What other members write against is typed as they expect."""

from __future__ import annotations

from pathlib import Path

from mypy import api

from architecture.sources import ROOT


def test_the_public_names_of_the_chassis_have_the_types_that_services_count_on():
    program = Path(__file__).with_name("chassis_in_use.py")
    told, _, code = api.run(["--config-file", str(ROOT / "pyproject.toml"), "--no-error-summary", str(program)])

    assert told == ""
    assert code == 0
