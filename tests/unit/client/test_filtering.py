from __future__ import annotations

import pytest
import typer
from typer.testing import CliRunner

from forebay_client.commands.app import app
from forebay_client.filtering import pointed, well_formed


@pytest.mark.parametrize("text", ["", 'lang == "en"', "year >= 2020 and exists(@id)"])
def test_a_good_filter_is_left_as_it_is(text):
    assert well_formed(text) == text


def test_a_mistake_is_marked_where_it_stands():
    with pytest.raises(typer.BadParameter) as caught:
        well_formed('lang == "en" and year > x')

    first, _, line, mark = caught.value.message.splitlines()
    assert first.startswith("is not understood at column 25: expected")
    assert line[mark.index("^")] == "x"


def test_only_what_stands_around_the_mistake_is_shown():
    line, mark = pointed("a" * 500 + "!" + "\n" * 500, 500).splitlines()

    assert line[mark.index("^")] == "!"
    assert len(line) == 120


@pytest.mark.parametrize("command", ["search", "ask"])
def test_a_command_refuses_it_before_anybody_is_asked(command):
    result = CliRunner().invoke(app, [command, "x", "--corpus", "docs", "--filter", "lang = 1"])

    assert result.exit_code == 2
    assert "at column 6" in result.output
