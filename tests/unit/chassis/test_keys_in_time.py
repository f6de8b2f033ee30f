from datetime import UTC, datetime, timedelta

import pytest

from chassis.snapshot import Former, Key, digest

NOW = datetime(2026, 5, 1, tzinfo=UTC)
SOON, BEFORE = NOW + timedelta(seconds=1), NOW - timedelta(seconds=1)
NEW, OLD = "n" * 43, "o" * 43


def key(**fields):
    return Key(id="k", tenant="acme", sha256=digest(NEW), **fields)


@pytest.mark.parametrize(
    ("fields", "secret", "accepted"),
    [
        ({}, NEW, True),
        ({}, OLD, False),
        ({"expires": SOON}, NEW, True),
        ({"expires": NOW}, NEW, False),
        ({"former": Former(sha256=digest(OLD), until=SOON)}, NEW, True),
        ({"former": Former(sha256=digest(OLD), until=SOON)}, OLD, True),
        ({"former": Former(sha256=digest(OLD), until=NOW)}, OLD, False),
        ({"former": Former(sha256=digest(OLD), until=SOON), "expires": BEFORE}, OLD, False),
        ({"former": Former(sha256=digest(OLD), until=SOON)}, "x" * 43, False),
    ],
)
def test_a_secret_is_good_in_its_time(fields, secret, accepted):
    assert key(**fields).accepts(secret, NOW) is accepted


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="timezone"):
        key(expires=datetime(2026, 5, 1))  # noqa: DTZ001 - that is the point
