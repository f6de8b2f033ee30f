import asyncio

import pytest

from chassis.deadline import within
from chassis.errors import DeadlineExceeded, Internal, Unavailable
from retrieval.records import Place, Scored
from retrieval.search.halves import asked

HIT = Scored(Place("0" * 32, 1, 0), 1.0)


def giving(*hits):
    async def half(_limit):
        return list(hits)

    return half


async def giving_nothing(_limit):
    return None


def failing(failure):
    async def half(_limit):
        raise failure

    return half


async def test_both_halves_are_asked_at_once():
    met = asyncio.Barrier(2)

    async def half(_limit):
        await met.wait()
        return []

    async with asyncio.timeout(5):
        assert (await asked({"dense": half, "lexical": half}, 10)).failed == ()


async def test_one_half_may_fail_when_the_other_works():
    answers = await asked({"dense": failing(Unavailable("away")), "lexical": giving(HIT)}, 10)

    assert (dict(answers.found), answers.failed) == ({"lexical": [HIT]}, ("dense",))


async def test_a_half_with_nothing_to_ask_is_named_and_is_no_failure():
    assert (await asked({"dense": giving_nothing, "lexical": giving(HIT)}, 10)).failed == ("dense",)
    assert (await asked({"dense": giving_nothing}, 10)).failed == ("dense",)
    with pytest.raises(Unavailable):
        await asked({"dense": giving_nothing, "lexical": failing(Unavailable("away"))}, 10)


async def test_when_no_half_works_the_first_failure_is_told():
    with pytest.raises(Unavailable, match="away"):
        await asked({"dense": failing(Unavailable("away")), "lexical": failing(DeadlineExceeded("slow"))}, 10)


async def test_a_mistake_of_ours_is_never_hidden():
    with pytest.raises(Internal):
        await asked({"dense": failing(Internal("oops")), "lexical": giving(HIT)}, 10)


async def test_when_the_request_has_no_time_left_half_an_answer_is_none():
    with within(0), pytest.raises(DeadlineExceeded):
        await asked({"dense": failing(DeadlineExceeded("slow")), "lexical": giving(HIT)}, 10)
