from __future__ import annotations

import pytest

from chassis.errors import (
    Cancelled,
    DeadlineExceeded,
    Internal,
    InvalidArgument,
    NotFound,
    Overloaded,
    Unavailable,
)
from pool.failures import meaning

SAYINGS = [
    (Unavailable("[request id: <id_unknown>] Exceeds maximum queue size"), Overloaded),
    (Unavailable("Request timeout expired"), DeadlineExceeded),
    (Unavailable("failed to connect to all addresses"), Unavailable),
    (NotFound("Request for unknown model: 'm' has no available versions"), Unavailable),
    (NotFound("Request for unknown model: 'm' is not found"), Unavailable),
    (Internal("Stub process 'm_0' is not healthy."), Unavailable),
    (Internal("ValueError: out of range"), Internal),
    (InvalidArgument("unexpected shape for input 'x'"), Internal),
    (InvalidArgument("the message is larger than this system takes"), Internal),
    (DeadlineExceeded("Deadline Exceeded"), DeadlineExceeded),
    (Cancelled("the server gave the call up"), Unavailable),
]


@pytest.mark.parametrize(("said", "meant"), SAYINGS, ids=lambda value: str(value)[:40])
def test_what_triton_says_has_one_meaning(said, meant):
    assert type(meaning(said)) is meant


def test_a_full_queue_says_when_to_come_back():
    assert meaning(Unavailable("Exceeds maximum queue size")).retry_after > 0


@pytest.mark.parametrize("said", [said for said, _ in SAYINGS], ids=lambda said: said.message[:40])
def test_the_servers_own_words_are_not_passed_on(said):
    assert said.message not in meaning(said).message
