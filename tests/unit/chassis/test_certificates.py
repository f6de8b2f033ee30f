import gc
import os
import time

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from structlog.testing import capture_logs

from chassis import names
from chassis.certificates import BrokenCertificates, Certificates, Files, read
from chassis.certificates.meters import Meters
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


@pytest.fixture
def observed():
    """Observes certificates; and what was observed when it is called, by file."""
    reader = InMemoryMetricReader()
    meters = Meters(MeterProvider([reader]))

    def look():
        found = reader.get_metrics_data()
        return {
            point.attributes[names.FILE]: point.value
            for resource in (found.resource_metrics if found else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
            for point in metric.data.data_points
        }

    return meters, look


async def test_the_end_of_each_file_is_told_and_that_of_the_new_one_after_a_change(files, ours, observed):
    meters, look = observed
    certificates = Certificates(files)
    meters.observe(certificates)
    assert look() == pytest.approx(
        {str(files.certificate): time.time() + 86400, str(files.authorities): time.time() + 86400}, abs=60
    )

    ours.signed("localhost", days=9)
    assert await certificates.look()

    assert look()[str(files.certificate)] == pytest.approx(time.time() + 9 * 86400, abs=60)


def test_a_chain_ends_with_its_first_and_a_bundle_of_authorities_with_its_last(files, ours):
    late, soon = (ours.signed(name, days).certificate.read_bytes() for name, days in (("late", 9), ("soon", 2)))
    files.certificate.write_bytes(files.certificate.read_bytes() + soon)
    files.authorities.write_bytes(soon + late)

    ends = read(files).ends

    assert ends[files.certificate] == pytest.approx(time.time() + 86400, abs=60)
    assert ends[files.authorities] == pytest.approx(time.time() + 9 * 86400, abs=60)


def test_certificates_that_nobody_uses_any_more_are_not_told(files, observed):
    meters, look = observed
    certificates = Certificates(files)
    meters.observe(certificates)
    assert look()

    del certificates
    gc.collect()

    assert look() == {}
