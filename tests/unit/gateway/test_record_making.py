from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from chassis.identity import Identity
from chassis.snapshot import Policy, Price, PriceList, Priority, Recording
from forebay_client.records.explaining import lines
from gateway.access.roles import Kind
from gateway.records.costs import cost, written
from gateway.records.making import digest, recorded
from gateway.visits.account import Spent
from gateway.visits.visit import Asked, Visit, new_id

PRICES = PriceList(
    version=4,
    prices=(
        Price(model="llama", input_tokens=Decimal("0.1"), output_tokens=Decimal("0.4")),
        Price(model="minilm", inferences=Decimal("0.02")),
    ),
)
WRITING = Spent(
    step="generate", role="generator", model="llama", version="1", inferences=1, input_tokens=1001, output_tokens=7
)


def visit(text="stored"):
    visit = Visit(
        call="Answer",
        kind=Kind.ANSWER,
        who=Identity(tenant="acme", groups=frozenset({"hr"}), roles=frozenset({"read"}), key_id="reader"),
        policy=Policy(name="gold", recording=Recording(text=text, days=30)),
        priority=Priority.STANDARD,
        table=9,
        prices=PRICES,
        tell=lambda _name, _value: None,
        trace_id="a" * 32,
        asked=Asked(corpus="docs", text="Who\0 am I?"),
    )
    account = visit.account
    account.note([Spent(step="search", inferences=1), replace(WRITING, output_tokens=3)])
    account.note([WRITING])
    account.pieces.extend(["You are ", "Ann."])
    account.sources, account.finish, account.corpus_version = ("page.md@2#0",), "stop", 12
    account.prompt, account.models, account.routes = "answer@1", ("generator=llama@1",), ("generator=pool/llama@1",)
    account.degraded.append("dense")
    return visit


def test_a_record_says_who_asked_what_was_used_with_which_versions_and_what_it_cost():
    body = recorded(visit(), "OK").body

    assert (body["tenant"], body["key"], body["corpus"], body["outcome"]) == ("acme", "reader", "docs", "OK")
    assert body["versions"] == {
        "corpus": 12,
        "prompt": "answer@1",
        "models": ["generator=llama@1"],
        "routes": ["generator=pool/llama@1"],
        "table": 9,
        "policy": "gold",
        "prices": 4,
    }
    assert [(step["step"], step["output_tokens"]) for step in body["spent"]] == [("search", 0), ("generate", 7)]
    assert body["cost"] == "0.0001029"
    assert body["sources"] == ["page.md@2#0"]


def test_costs_are_exact_and_what_has_no_price_is_free():
    assert cost(WRITING, PRICES) == Decimal("0.0001029")
    assert cost(Spent(step="embed", model="minilm", inferences=3), PRICES) == Decimal("0.00006")
    assert cost(Spent(step="rerank", model="other", inferences=50), PRICES) == 0
    assert [written(Decimal(text)) for text in ("0", "0.000", "1E+3", "12.50")] == ["0", "0", "1000", "12.5"]


def test_texts_are_stored_beside_the_record_which_holds_their_digests():
    record = recorded(visit(), "OK")

    assert (record.texts.question, record.texts.answer, record.texts.days) == ("Who\ufffd am I?", "You are Ann.", 30)
    assert record.body["answer"] == digest(record.texts.salt, "You are Ann.")
    assert "Ann" not in str(record.body)


def test_hashed_texts_keep_their_salt_alone_and_two_digests_of_one_text_differ():
    one, two = recorded(visit("hashed"), "OK"), recorded(visit("hashed"), "OK")

    assert (one.texts.question, one.texts.answer) == (None, None)
    assert one.body["question"] != two.body["question"]


def test_texts_that_are_left_out_leave_no_trace():
    record = recorded(visit("left-out"), "OK")

    assert record.texts is None
    assert {"question", "answer"}.isdisjoint(record.body)


@pytest.mark.parametrize("outcome", ["OK", "TOO_MANY_CALLS"])
def test_a_record_is_told_in_lines(outcome):
    told = "\n".join(lines(recorded(visit(), outcome).body))

    for words in (
        "reader of acme called Answer on corpus docs",
        f"it ended with {outcome} (stop)",
        "used: generate by llama@1: 1 inferences, 1001 tokens read, 7 written, 0.0001029",
        "sources: page.md@2#0",
        "given up: dense",
        "cost: 0.0001029 EUR by price list 4",
    ):
        assert words in told


def test_work_whose_end_was_not_heard_of_is_named_and_steps_that_used_nothing_are_not():
    broken = visit()
    broken.account.untold.add("answer")
    broken.account.note([Spent(step="embed", model="minilm", version="1")])
    body = recorded(broken, "CANCELLED").body

    assert (body["untold"], [step["step"] for step in body["spent"]]) == (["answer"], ["search", "generate"])
    assert "more may have been used, for the end was not heard of: answer" in list(lines(body))


def test_a_later_id_is_greater():
    first = new_id()
    while (second := new_id())[:12] == first[:12]:
        pass
    assert (len(first), first < second) == (32, True)
