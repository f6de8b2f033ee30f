from __future__ import annotations

from decimal import Decimal

from gateway.limits.estimating import COMPARED, Estimates, models
from gateway.limits.pricing import price
from gateway.limits.words import Cost
from gateway.visits.account import Spent
from rigs.limits import PRICES, SNAPSHOT, visit, written

ESTIMATES = Estimates(models(SNAPSHOT), 300)


def test_an_answer_may_take_the_dearest_model_that_its_route_has():
    most = ESTIMATES.most(visit(text="four", output_tokens=100))

    assert most == Cost(402, 302 * 5 + 100 * 20 + COMPARED * 10)


def test_an_answer_that_names_no_limit_is_taken_at_the_default():
    assert ESTIMATES.most(visit(text="")).tokens == 300 + 192


def test_letters_outside_ascii_are_taken_as_two_tokens():
    assert ESTIMATES.most(visit(text="日本", output_tokens=1)).tokens == 300 + 4 + 1


def test_a_search_takes_no_tokens_and_texts_cost_what_they_are():
    assert ESTIMATES.most(visit(call="Search", text="q")) == Cost(0, 10)
    assert ESTIMATES.most(visit(call="Embed", texts=100)) == Cost(0, 1000)
    assert ESTIMATES.most(visit(call="GetCorpus")) == Cost()


def test_what_was_used_is_what_was_told_until_it_ended():
    assert ESTIMATES.used(visit(spent=[written(5)])) == Cost(15, 15)
    assert ESTIMATES.used(visit()) == Cost()


def test_tokens_of_other_models_than_those_of_language_are_not_counted():
    spent = Spent(step="embed", role="embedding", model="embedding", inferences=2, input_tokens=900)

    assert ESTIMATES.used(visit(spent=[spent])) == Cost(0, 20)


def test_prices_are_exact_and_parts_of_a_millionth_count_as_one():
    one = written(1)

    assert price([one], PRICES) == Decimal("0.000007")
    assert price([Spent(step="generate", model="small", input_tokens=1)], PRICES) == Decimal("0.0000005")
    assert ESTIMATES.used(visit(spent=[Spent(step="generate", model="small", input_tokens=1)])) == Cost(1, 1)
    assert price([Spent(step="search", inferences=1)], PRICES) == 0


def test_an_answer_that_broke_off_while_its_prompt_was_read_counts_with_the_prompt():
    broken, whole = visit(text="four"), visit(text="four")
    broken.account.sources = whole.account.sources = ("page@1#0",)
    broken.account.untold.add("answer")

    assert ESTIMATES.used(broken) == Cost(302, 302 * 5)
    assert ESTIMATES.used(whole) == Cost()
