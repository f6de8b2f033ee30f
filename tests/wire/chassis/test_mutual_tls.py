"""TLS both ways: no certificate, a wrong one or another's name is refused, and renewal is noticed by nobody."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from chassis import errors
from chassis.channel import ChannelSettings, connect
from chassis.server import ServerSettings, running
from rigs.certificates import Authority, authority
from wire.chassis.probe import Probe, mount, until

QUICK = 0.05
"""Seconds between two looks at the files."""


@dataclass
class Place:
    """A server, and what it takes to call it."""

    folder: Path
    authority: Authority
    target: str = ""

    def client(self, name: str, signed_by: Authority | None = None, **given) -> ChannelSettings:
        pair = (signed_by or self.authority).signed(name)
        given = {"certificate_file": pair.certificate, "key_file": pair.key} | given
        return ChannelSettings(ca_file=self.authority.pair.certificate, certificate_interval=QUICK, **given)


async def who(_request, context):
    """Answer with the certificate that the caller showed."""
    return context.auth_context().get("x509_pem_cert", [b"nobody"])[0].decode()


async def slowly(request, _context):
    for letter in request:
        await asyncio.sleep(0.1)
        yield letter


@pytest.fixture
def place(tmp_path):
    made = authority(tmp_path)
    made.signed("localhost")
    return Place(tmp_path, made)


@asynccontextmanager
async def serving(place, **settings):
    shown = place.folder / "localhost.crt", place.folder / "localhost.key"
    files = {"certificate_file": shown[0], "key_file": shown[1], "ca_file": place.authority.pair.certificate}
    given = ServerSettings(
        port=0, health_port=0, settle=0, grace=1, host="localhost", certificate_interval=QUICK, **files | settings
    )
    async with running(given, mount(one=who, many=slowly), verifier=None) as ports:
        place.target = f"localhost:{ports.port}"
        yield place


async def asked(place, settings):
    async with connect(place.target, "probe", settings) as channel:
        return await Probe(channel).one("x", timeout=5)


async def test_who_shows_a_certificate_of_a_caller_is_served(place):
    async with serving(place, callers="gateway, orchestrator"):
        caller = place.client("orchestrator")
        assert await asked(place, caller) == caller.certificate_file.read_text()


async def test_a_call_in_plain_is_refused(place):
    async with serving(place):
        with pytest.raises(errors.Unavailable):
            await asked(place, ChannelSettings())


async def test_who_shows_no_certificate_is_refused(place):
    async with serving(place):
        with pytest.raises(errors.Unavailable):
            await asked(place, place.client("x", certificate_file=None, key_file=None))


async def test_a_certificate_of_another_authority_is_refused(place, tmp_path):
    (tmp_path / "other").mkdir()
    other = authority(tmp_path / "other")
    async with serving(place):
        with pytest.raises(errors.Unavailable):
            await asked(place, place.client("gateway", signed_by=other))


async def test_a_certificate_in_the_name_of_nobody_who_calls_here_is_refused(place):
    async with serving(place, callers="gateway"):
        with pytest.raises(errors.PermissionDenied, match="nobody who calls here"):
            await asked(place, place.client("retrieval"))


async def test_a_server_that_is_not_who_was_called_is_refused(place):
    stranger = place.authority.signed("stranger")
    async with serving(place, certificate_file=stranger.certificate, key_file=stranger.key):
        with pytest.raises(errors.Unavailable):
            await asked(place, place.client("gateway"))


async def test_a_server_in_plain_is_refused_by_who_expects_a_certificate(place):
    async with serving(place, certificate_file=None, key_file=None, ca_file=None):
        with pytest.raises(errors.Unavailable):
            await asked(place, place.client("gateway"))


async def test_without_an_authority_callers_need_no_certificate(place):
    async with serving(place, ca_file=None):
        assert await asked(place, place.client("x", certificate_file=None, key_file=None)) == "nobody"


async def test_certificates_are_renewed_under_load_without_a_failed_call(place):
    """Both sides, twice; a stream that began before goes on to its end."""
    shown = place.client("gateway").certificate_file
    async with serving(place, callers="gateway", connection_age=0.2), loaded(place) as load:
        for _ in range(2):
            place.authority.signed("localhost")
            place.authority.signed("gateway")
            await until(lambda: load.seen[-1] == shown.read_text())
            await until(lambda: asyncio.to_thread(served, place))
            await asyncio.sleep(0.3)

    assert load.streamed == "letters" * 3
    assert len(load.seen) > 50
    assert len(set(load.seen[1:])) == 3


def served(place):
    """Tell whether the server shows the newest certificate."""
    host, port = place.target.split(":")
    return ssl.get_server_certificate((host, int(port))) == (place.folder / "localhost.crt").read_text()


@dataclass
class Load:
    """What came of the calls."""

    seen: list[str]
    """The certificate of the caller, as the server saw it, call by call."""

    streamed: str = ""


@asynccontextmanager
async def loaded(place):
    """Call again and again, beside a stream."""
    load, stopped = Load(seen=[""]), asyncio.Event()
    async with connect(place.target, "probe", place.client("gateway")) as channel, asyncio.TaskGroup() as calls:
        probe = Probe(channel)

        async def stream():
            load.streamed = "".join([letter async for letter in probe.many("letters" * 3)])

        async def one_after_the_other():
            while not stopped.is_set():
                load.seen.append(await probe.one("x"))
                await asyncio.sleep(0.005)

        calls.create_task(stream())
        calls.create_task(one_after_the_other())
        try:
            yield load
        finally:
            stopped.set()
