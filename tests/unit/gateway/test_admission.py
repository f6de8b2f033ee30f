from contextlib import ExitStack

import pytest

from chassis.errors import Overloaded
from fakes.clock import FakeClock
from gateway.limits.admission import Slots


def test_the_call_beyond_the_last_slot_is_refused_and_told_when_to_come_back():
    slots = Slots(2, FakeClock())
    with slots.taking(), slots.taking():
        with pytest.raises(Overloaded) as caught, slots.taking():
            pass
        assert caught.value.retry_after > 0
        assert slots.taken == 2


def test_a_slot_is_given_back_however_the_call_ends():
    slots = Slots(1)
    for failure in (ValueError, KeyboardInterrupt, GeneratorExit):
        with pytest.raises(failure), slots.taking():
            raise failure
    with slots.taking():
        assert slots.taken == 1
    assert slots.taken == 0


def test_a_refused_call_takes_no_slot():
    slots = Slots(1)
    with slots.taking():
        for _ in range(5):
            with pytest.raises(Overloaded), slots.taking():
                pass
    with ExitStack() as stack:
        stack.enter_context(slots.taking())
        assert slots.taken == 1


def test_slow_calls_make_the_others_wait_longer():
    clock = FakeClock()
    slots = Slots(1, clock)

    def wait():
        with slots.taking():
            with pytest.raises(Overloaded) as caught, slots.taking():
                pass
            return caught.value.retry_after

    before = wait()
    for _ in range(20):
        with slots.taking():
            clock.advance(20.0)
    assert before < wait() <= 30.0
