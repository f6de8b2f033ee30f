from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import DeadlineExceeded, Internal, NotFound, Overloaded, Unavailable
from chassis.routing.breaker import Breaker, BreakerLimits, State
from fakes.clock import FakeClock

LIMITS = BreakerLimits(window=10, least_calls=4, failure_rate=0.5, pause=2, patience=5)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def breaker(clock):
    return Breaker(LIMITS, clock)


def call(breaker, failure=None):
    with breaker.guarded():
        if failure is not None:
            raise failure


def die(breaker, times=4):
    for _ in range(times):
        with pytest.raises(Unavailable):
            call(breaker, Unavailable("dead"))


def hang(breaker, clock):
    with breaker.guarded():
        clock.advance(5)
        raise DeadlineExceeded("hung")


def test_enough_deaths_open_it(breaker):
    die(breaker, 3)
    assert breaker.state is State.CLOSED

    die(breaker, 1)

    assert breaker.state is State.OPEN


def test_when_open_a_call_is_refused_and_told_when_to_come_back(breaker, clock):
    die(breaker)
    clock.advance(0.5)

    with pytest.raises(Unavailable) as caught:
        call(breaker)

    assert caught.value.retry_after == 1.5
    with pytest.raises(Unavailable):
        breaker.check()


def test_a_few_deaths_among_many_answers_do_not_open_it(breaker):
    for _ in range(10):
        call(breaker)

    die(breaker, 9)
    assert breaker.state is State.CLOSED

    die(breaker, 1)
    assert breaker.state is State.OPEN


def test_deaths_of_long_ago_are_forgotten(breaker, clock):
    die(breaker, 3)
    clock.advance(11)

    die(breaker, 3)

    assert breaker.state is State.CLOSED


@pytest.mark.parametrize("failure", [Overloaded("full"), NotFound("what"), DeadlineExceeded("1 ms")])
def test_whoever_answers_is_not_to_blame(breaker, failure):
    for _ in range(50):
        with pytest.raises(type(failure)):
            call(breaker, failure)

    assert breaker.state is State.CLOSED


def test_an_answer_that_never_came_is_a_death(breaker, clock):
    for _ in range(4):
        with pytest.raises(DeadlineExceeded):
            hang(breaker, clock)
        clock.advance(-5)

    assert breaker.state is State.OPEN


def test_after_the_pause_one_call_tries_and_its_success_closes(breaker, clock):
    die(breaker)
    clock.advance(2)

    with breaker.guarded():
        assert breaker.state is State.HALF_OPEN
        with pytest.raises(Unavailable):
            call(breaker)

    assert breaker.state is State.CLOSED
    die(breaker, 1)
    assert breaker.state is State.CLOSED


def test_after_the_pause_one_death_opens_again(breaker, clock):
    die(breaker)
    clock.advance(2)

    die(breaker, 1)

    assert breaker.state is State.OPEN
    clock.advance(1.9)
    assert breaker.state is State.OPEN


def test_a_call_that_is_given_up_lets_the_next_one_try(breaker, clock):
    die(breaker)
    clock.advance(2)

    with pytest.raises(KeyboardInterrupt), breaker.guarded():
        raise KeyboardInterrupt

    call(breaker)
    assert breaker.state is State.CLOSED


def test_whoever_makes_mistakes_is_given_nobody_yet_refuses_nobody(breaker, clock):
    for _ in range(6):  # as where there is nobody else
        with pytest.raises(Internal):
            call(breaker, Internal("wrong"))
    assert (breaker.state, breaker.free, breaker.refuses) == (State.OPEN, False, False)

    clock.advance(2)
    assert breaker.free
    tries = breaker.begun()
    assert (tries, breaker.free, breaker.refuses) == (True, False, False)
    breaker.ended(None, 0.1, tries=tries)
    assert breaker.state is State.CLOSED


def test_whoever_makes_mistakes_and_then_dies_refuses(breaker):
    for _ in range(4):
        with pytest.raises(Internal):
            call(breaker, Internal("wrong"))

    die(breaker, 4)

    with pytest.raises(Unavailable, match="not available"):
        call(breaker)


@given(st.lists(st.tuples(st.sampled_from(["well", "dead", "full", "faulty"]), st.floats(0, 3)), max_size=60))
def test_it_always_recovers_once_the_target_does(story):
    clock = FakeClock()
    breaker = Breaker(LIMITS, clock)
    failures = {"well": None, "dead": Unavailable("dead"), "full": Overloaded("full"), "faulty": Internal("wrong")}
    for outcome, pause in story:
        with suppress(Unavailable, Overloaded, Internal):
            call(breaker, failures[outcome])
        clock.advance(pause)

    clock.advance(LIMITS.pause)
    call(breaker)

    assert breaker.state is State.CLOSED
