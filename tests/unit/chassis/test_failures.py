from __future__ import annotations

import subprocess
import sys

import pytest
from grpc import StatusCode, aio

from chassis import errors
from chassis.errors import InvalidArgument, NotFound, Overloaded, ServiceError, Unavailable, Violation
from chassis.status import STATUS_OF, code_of, failure_of, status_of


class UnknownCorpus(NotFound):
    """There is no such corpus."""


def test_a_failure_says_its_message_and_its_own_name():
    failure = UnknownCorpus("no corpus is called handbook")

    assert str(failure) == failure.message == "no corpus is called handbook"
    assert failure.reason == "UNKNOWN_CORPUS"


def test_a_reason_can_be_given():
    assert Overloaded("later", reason="QUOTA").reason == "QUOTA"


@pytest.mark.parametrize("kind", [Overloaded, Unavailable])
def test_a_failure_that_passes_may_say_when(kind):
    assert kind("later").retry_after is None
    assert kind("later", retry_after=1.5).retry_after == 1.5


def test_violations_are_kept_in_order():
    violations = (Violation("b", "is wrong"), Violation("a", "is wrong"))

    assert InvalidArgument("no", violations=violations).violations == violations


def test_every_word_of_the_tree_has_a_status_of_its_own():
    words = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ServiceError)}
    public = {kind for kind in words if not kind.__name__.startswith("_")} - {ServiceError}

    assert set(STATUS_OF) == public
    assert len(set(STATUS_OF.values())) == len(STATUS_OF)


def test_a_subclass_takes_the_status_of_its_nearest_ancestor():
    assert code_of(UnknownCorpus("gone")) is StatusCode.NOT_FOUND
    assert code_of(ServiceError("what")) is StatusCode.INTERNAL


def test_internal_says_nothing_of_itself():
    assert status_of(errors.Internal("the disk at /var is full")).details == "internal error"


def test_rules_can_import_what_they_need_without_grpc():
    program = (
        "import sys, chassis.errors, chassis.deadline, chassis.identity, chassis.telemetry, chassis.snapshot, "
        "chassis.validation, chassis.terms, chassis.names, chassis.edges; "
        "sys.exit(any(name.split('.')[0] == 'grpc' for name in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize(
    ("details", "word"), [("Internal error from Core", Unavailable), ("internal error", errors.Internal)]
)
def test_a_stream_that_broke_under_a_message_may_be_tried_again(details, word):
    """gRPC calls it internal, though the other side went away; what the other side itself calls internal is that."""
    broken = aio.AioRpcError(StatusCode.INTERNAL, aio.Metadata(), aio.Metadata(), details)

    assert type(failure_of(broken)) is word
