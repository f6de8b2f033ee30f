import os

import pytest
from structlog.testing import capture_logs

from chassis.certificates import BrokenCertificates, Certificates, Files, read
from rigs.certificates import authority


@pytest.fixture
def ours(tmp_path):
    return authority(tmp_path)


@pytest.fixture
def files(ours):
    pair = ours.signed("localhost")
    return Files(certificate=pair.certificate, key=pair.key, authorities=ours.pair.certificate)


def touch(file, at):
    os.utime(file, (at, at))


def test_a_pair_that_belongs_together_is_read(files):
    material = read(files)

    assert material.certificate == files.certificate.read_bytes()
    assert material.key == files.key.read_bytes()
    assert material.authorities == files.authorities.read_bytes()


def test_a_key_of_another_certificate_is_refused(files, ours):
    other = ours.signed("other")

    with pytest.raises(BrokenCertificates, match=r"other\.key is not the key"):
        read(Files(certificate=files.certificate, key=other.key))


@pytest.mark.parametrize(
    "broken", [b"", b"\xff\xfe", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
@pytest.mark.parametrize("which", ["certificate", "key", "authorities"])
def test_what_is_no_pem_is_refused_and_not_repeated(files, which, broken):
    getattr(files, which).write_bytes(broken)

    with pytest.raises(BrokenCertificates) as caught:
        read(files)
    assert str(getattr(files, which)) in str(caught.value)
    assert "AAAA" not in str(caught.value)


async def test_a_change_is_told_once(files, ours):
    certificates = Certificates(files)
    told = []
    certificates.on_change(told.append)
    assert not await certificates.look()

    ours.signed("localhost")
    touch(files.key, 2)

    assert await certificates.look()
    assert not await certificates.look()
    assert told == [certificates.current] == [read(files)]


async def test_half_of_a_change_is_waited_out(files, ours):
    certificates = Certificates(files)
    before = certificates.current
    old_key = files.key.read_bytes()
    ours.signed("localhost")
    new_key = files.key.read_bytes()

    files.key.write_bytes(old_key)
    with capture_logs() as logs:
        assert not await certificates.look()
        assert not await certificates.look()
    assert certificates.current is before
    assert [log["log_level"] for log in logs] == ["warning"]

    files.key.write_bytes(new_key)
    assert await certificates.look()
    assert certificates.current.key == new_key


async def test_files_that_are_gone_change_nothing(files):
    certificates = Certificates(files)
    before = certificates.current
    files.certificate.unlink()

    assert not await certificates.look()
    assert certificates.current is before


def test_without_good_files_nothing_starts(files):
    files.key.unlink()

    with pytest.raises(FileNotFoundError):
        Certificates(files)
