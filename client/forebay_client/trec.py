"""Runs and judgements in TREC's forms, and the measures over them.

The measures are those of `ir_measures` (trec_eval's own code behind it), so that figures compare with published ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from chassis.errors import InvalidArgument

MEASURES = ("nDCG@10", "Recall@100", "MRR@10", "MAP@100")


def ranked(hits: Iterable[tuple[str, float]], top_k: int) -> list[tuple[str, float]]:
    """Keep the best score of each document, best first, at most `top_k` documents."""
    best: dict[str, float] = {}
    for document, score in hits:
        best[document] = max(score, best.get(document, score))
    return sorted(best.items(), key=lambda item: (-item[1], item[0]))[:top_k]


def lines(query: str, ranking: Iterable[tuple[str, float]]) -> str:
    """Write one query's ranking in TREC's run form."""
    rows = (
        f"{query} Q0 {document} {rank} {score:.9g} forebay\n" for rank, (document, score) in enumerate(ranking, start=1)
    )
    return "".join(rows)


def measured(qrels: Path, run: Path) -> Mapping[str, float]:
    """Return nDCG@10, Recall@100, MRR@10 and MAP@100, means over the judged queries.

    A query without results counts 0.
    """
    import ir_measures
    from ir_measures import AP, RR, R, nDCG

    measures = dict(zip(MEASURES, (nDCG @ 10, R @ 100, RR @ 10, AP @ 100), strict=True))
    judged = [ir_measures.Qrel(*row) for row in qrels_of(qrels)]
    scored = [ir_measures.ScoredDoc(*row) for row in _run(run)]
    values = ir_measures.calc_aggregate(list(measures.values()), judged, scored)
    return {name: float(values[measure]) for name, measure in measures.items()}


def qrels_of(path: Path) -> list[tuple[str, str, int]]:
    """Read judgements in BEIR's form (query, document, grade, with a heading) or TREC's (query, 0, document, grade)."""
    rows: list[tuple[str, str, int]] = []
    for number, parts in _rows(path):
        if number == 1 and not parts[-1].lstrip("-").isdigit():
            continue
        try:
            rows.append((parts[0], parts[-2], int(parts[-1])))
        except (IndexError, ValueError):
            raise InvalidArgument(f"{path}, line {number}: not a judgement (query, document, grade)") from None
    if not rows:
        raise InvalidArgument(f"{path} holds no judgement")
    return rows


def _run(path: Path) -> list[tuple[str, str, float]]:
    rows: list[tuple[str, str, float]] = []
    for number, parts in _rows(path):
        try:
            rows.append((parts[0], parts[2], float(parts[4])))
        except (IndexError, ValueError):
            raise InvalidArgument(f"{path}, line {number}: not a line of a TREC run") from None
    return rows


def _rows(path: Path) -> Iterable[tuple[int, list[str]]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidArgument(f"{path} cannot be read: {error}") from error
    return [(number, line.split()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
