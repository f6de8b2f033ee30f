import pytest

from chassis.errors import Internal, InvalidArgument, NotFound, Unauthenticated, Violation
from gateway.blame import blaming


def test_what_is_said_of_an_inner_field_is_said_of_the_clients():
    with pytest.raises(InvalidArgument, match=r"^ask\.corpus is odd$") as caught, blaming("ask"):
        raise InvalidArgument("corpus is odd", violations=(Violation("corpus", "is odd"),))

    assert caught.value.violations == (Violation("ask.corpus", "is odd"),)


def test_what_is_said_of_the_whole_message_stays():
    with pytest.raises(InvalidArgument, match=r"^not a message$"), blaming("ask"):
        raise InvalidArgument("not a message")


def test_a_token_that_a_service_refuses_is_no_fault_of_the_client():
    with pytest.raises(Internal), blaming("ask"):
        raise Unauthenticated("the identity token is not valid")


def test_other_failures_pass():
    with pytest.raises(NotFound, match="nothing there"), blaming("ask"):
        raise NotFound("nothing there")
