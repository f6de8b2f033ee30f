"""What a request may take at most, before it is served, and what it took, once it is over.

A reservation is rather too large than too small: what was not used comes back, what was used beyond it is a debt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from chassis.snapshot import Kind as RouteKind
from chassis.snapshot import Snapshot
from gateway.limits.pricing import price
from gateway.limits.words import Cost, millionths
from gateway.visits.account import ANSWER, Spent
from gateway.visits.visit import Visit

GENERATOR: Final = "generator"
ROLES: Final[Mapping[str, tuple[str, ...]]] = {
    "Answer": ("embedding", "reranker", GENERATOR),
    "Search": ("embedding", "reranker"),
    "Embed": ("embedding",),
}
"""The models that a call may use, by their roles."""

DEFAULT_OUTPUT: Final = 192
"""Tokens of an answer whose request names no limit, as the contract says."""

RERANKED: Final = 50
"""Candidates that are looked at again."""

COMPARED: Final = 64
"""Texts that an answer has embedded, at most: the question, its sentences and those of its sources."""

_ASCII: Final = 128


@dataclass(frozen=True, slots=True)
class Estimates:
    """Knows the models of each role, and how long prompts are."""

    models: Mapping[str, Sequence[str]]
    prompt: int
    """Tokens of a prompt besides the question."""

    def most(self, visit: Visit) -> Cost:
        """Return the most that the request may take."""
        spent = [one for role in ROLES.get(visit.call, ()) for one in self._dearest(visit, role)]
        return cost(spent, visit)

    def used(self, visit: Visit) -> Cost:
        """Return what the request took, as far as it was told: a stream that broke off has been accounted for so far.

        One that broke off before the language model's first word counts with its prompt, which may have been read.
        """
        account = visit.account
        spent = list(account.spent.values())
        begun = any(one.step == "generate" for one in spent)
        if ANSWER in account.untold and account.sources and not begun:
            spent += [replace(one, output_tokens=0) for one in self._dearest(visit, GENERATOR)]
        return cost(spent, visit)

    def _dearest(self, visit: Visit, role: str) -> Sequence[Spent]:
        """Return the work of a role by the model that makes it dearest: which one is chosen is not known yet."""
        possible = [[self._work(visit, role, model)] for model in self.models.get(role, ()) or ("",)]
        return max(possible, key=lambda spent: price(spent, visit.prices))

    def _work(self, visit: Visit, role: str, model: str) -> Spent:
        asked = visit.asked
        if role == GENERATOR:
            return Spent(
                step="generate",
                role=role,
                model=model,
                inferences=1,
                input_tokens=self.prompt + _tokens(asked.text),
                output_tokens=asked.output_tokens or DEFAULT_OUTPUT,
            )
        if role == "reranker":
            return Spent(step="rerank", role=role, model=model, inferences=RERANKED)
        texts = {"Embed": asked.texts, "Answer": COMPARED}.get(visit.call, 1)
        return Spent(step="embed", role=role, model=model, inferences=texts)


def cost(spent: Sequence[Spent], visit: Visit) -> Cost:
    """Return what work counts as: tokens of language models alone, and the money of all."""
    tokens = sum(one.input_tokens + one.output_tokens for one in spent if one.step == "generate")
    return Cost(tokens, millionths(price(spent, visit.prices)))


def models(snapshot: Snapshot) -> Mapping[str, Sequence[str]]:
    """Return the names of the models that may play each role."""
    return {
        route.role: [target.model for target in route.targets]
        for route in snapshot.routes
        if route.kind is RouteKind.MODEL
    }


def _tokens(text: str) -> int:
    """Return the most tokens that a text usually has: fewer than its letters in ASCII, up to two a letter elsewhere."""
    foreign = sum(ord(letter) >= _ASCII for letter in text)
    return (len(text) - foreign + 1) // 2 + 2 * foreign
