"""What the ranker sees of the candidates: a row of numbers each, none of which is a property of one collection.

Scores are stretched over the candidates at hand or are cosines; words count by their share of the question's worth.
No raw BM25, no length, no place in a document: they mean something else in each collection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from chassis.terms import terms
from orchestrator.reranking import agreement, overlap
from orchestrator.reranking.passage import passage
from orchestrator.search.words import Hit, Query, Term, most

SCORES: Final = (
    "fused",
    "lexical",
    "dense",
    "cosine",
    "saturation",
    "lexical_place",
    "dense_place",
    "place",
    "both",
)
NAMES: Final = (*SCORES, *overlap.NAMES, *agreement.NAMES)
"""The columns, in order; the model is made for exactly these."""

Rows = Sequence[tuple[float, ...]]


def features(query: Query, hits: Sequence[Hit], asked: Sequence[Term]) -> Rows:
    """Return a row for each candidate, in their order."""
    question = terms(query.text)
    total = sum(term.idf for term in asked) or 1.0
    worth = {term.text: term.idf / total for term in asked}
    read = [passage(hit.chunk) for hit in hits]
    scores = _scores(hits, most(asked) or 1.0)
    words = [overlap.overlap(question, worth, one) for one in read]
    agreed = agreement.agreement(question, [row[0] for row in scores], read)
    return [(*one, *two, *three) for one, two, three in zip(scores, words, agreed, strict=True)]


def _scores(hits: Sequence[Hit], reachable: float) -> Rows:
    lexical = {at: hit.lexical for at, hit in enumerate(hits) if hit.lexical is not None}
    dense = {at: hit.dense for at, hit in enumerate(hits) if hit.dense is not None}
    words, meaning = stretched(lexical), stretched(dense)
    word_places, meaning_places = _places(lexical), _places(dense)
    fused = stretched({at: hit.score for at, hit in enumerate(hits)})
    least = min(dense.values(), default=0.0)
    return [
        (
            fused[at],
            words.get(at, 0.0),
            meaning.get(at, 0.0),
            dense.get(at, least),
            lexical.get(at, 0.0) / reachable,
            word_places.get(at, 0.0),
            meaning_places.get(at, 0.0),
            1.0 / (1 + at),
            words.get(at, 0.0) * meaning.get(at, 0.0),
        )
        for at in range(len(hits))
    ]


def stretched(scores: Mapping[int, float]) -> dict[int, float]:
    """Stretch the scores to 0..1; all are 1 when they are all the same."""
    if not scores:
        return {}
    least, greatest = min(scores.values()), max(scores.values())
    width = greatest - least
    return {at: (score - least) / width if width else 1.0 for at, score in scores.items()}


def _places(scores: Mapping[int, float]) -> dict[int, float]:
    """Return one over the place of each by its score."""
    order = sorted(scores, key=lambda at: (-scores[at], at))
    return {at: 1.0 / place for place, at in enumerate(order, start=1)}
