"""Settings of certificates that cannot work stop the process, in words."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from chassis.channel import ChannelSettings
from chassis.server import ServerSettings
from pool.settings import TritonSettings


@pytest.mark.parametrize("kind", [ChannelSettings, TritonSettings])
@pytest.mark.parametrize("given", [{"certificate_file": "a"}, {"certificate_file": "a", "key_file": "b"}])
def test_a_caller_that_shows_a_certificate_needs_all_three_files(kind, given):
    with pytest.raises(ValidationError, match="all three together"):
        kind(**given)


@pytest.mark.parametrize("given", [{"certificate_file": "a"}, {"key_file": "a"}, {"ca_file": "a"}])
def test_a_server_with_half_a_certificate_is_refused(given):
    with pytest.raises(ValidationError, match="go together"):
        ServerSettings(**given)


def test_callers_cannot_be_told_apart_without_an_authority():
    with pytest.raises(ValidationError, match="ca_file alone"):
        ServerSettings(certificate_file="a", key_file="b", callers="gateway")


def test_names_of_callers_are_separated_by_commas():
    settings = ServerSettings(certificate_file="a", key_file="b", ca_file="c", callers="gateway, orchestrator,")

    assert settings.names() == {"gateway", "orchestrator"}


def test_without_files_calls_go_and_come_in_plain():
    assert ChannelSettings().files() is TritonSettings().files() is ServerSettings().files() is None
