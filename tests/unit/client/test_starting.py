"""What the command line says when there is nobody to speak to."""

from __future__ import annotations

import sys

import pytest

from forebay_client.commands.app import main


@pytest.mark.parametrize("command", [["sync", "."], ["ingest", "."], ["ask", "why?"]])
def test_a_gateway_that_is_not_there_is_told_in_a_sentence(monkeypatch, tmp_path, capsys, command):
    monkeypatch.setenv("FOREBAY_HOME", str(tmp_path))
    monkeypatch.delenv("FOREBAY_ADDRESS", raising=False)
    monkeypatch.setattr(sys, "argv", ["forebay", *command, "--corpus", "handbook"])

    with pytest.raises(SystemExit) as ending:
        main()

    assert ending.value.code == 1
    assert "nothing is running here" in capsys.readouterr().err
