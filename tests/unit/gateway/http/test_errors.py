import json

import pytest

from chassis import errors
from chassis.status import STATUS_OF
from gateway.http.errors import TABLE, body, headers, status


def test_every_word_has_a_status():
    assert TABLE.keys() == STATUS_OF.keys()


@pytest.mark.parametrize("kind", TABLE)
def test_a_failure_of_each_word_is_in_openais_form(kind):
    said = json.loads(body(kind("what is wrong", reason="THE_REASON")))["error"]

    assert said.keys() == {"message", "type", "param", "code"}
    assert said["code"] == "the_reason"
    assert said["message"] == "what is wrong" if kind is not errors.Internal else "wrong" not in said["message"]


def test_a_word_of_a_service_is_the_nearest_that_is_known():
    class UnknownCorpus(errors.NotFound):
        pass

    assert status(UnknownCorpus()) == 404
    assert json.loads(body(UnknownCorpus()))["error"]["code"] == "model_not_found"


def test_only_what_passes_is_worth_asking_again():
    again = {kind for kind in TABLE if headers(kind("x"))["x-should-retry"] == "true"}

    assert again == {errors.Unavailable, errors.Aborted}
    assert headers(errors.Overloaded("x", retry_after=1))["x-should-retry"] == "true"


def test_a_delay_is_told_in_seconds_and_in_milliseconds():
    told = headers(errors.Overloaded("x", retry_after=0.25))

    assert (told["retry-after"], told["retry-after-ms"]) == ("1", "250")


def test_the_field_that_is_wrong_is_named():
    failure = errors.InvalidArgument("n is odd", violations=(errors.Violation("n", "is odd"),))

    assert json.loads(body(failure))["error"]["param"] == "n"
