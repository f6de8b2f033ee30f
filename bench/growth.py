"""What was measured at each size of a growing corpus: as a table, as JSON and as a picture."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import linear_regression, median
from typing import Any, NamedTuple, Self

from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval
from rich.console import Console
from rich.table import Table

from bench.plot import Panel, drawn
from bench.report import RESULTS, saved
from bench.statistics import Estimate, percentile, ratio

MODES = {
    "dense": retrieval.SEARCH_MODE_DENSE,
    "lexical": retrieval.SEARCH_MODE_LEXICAL,
    "hybrid": retrieval.SEARCH_MODE_HYBRID,
}
PARTS = ("milvus", "postgres", "ingestion", "retrieval")
P50, P95 = 0.5, 0.95


class Portion(NamedTuple):
    """Chunks per second of a part of the filling."""

    ours: float
    bare: float
    """Of bare ONNX Runtime on some of the same texts, right afterwards."""


class Searches(NamedTuple):
    """What questions at one size gave."""

    times: Mapping[str, Sequence[float]]
    """Milliseconds by mode."""
    found: float
    """Share of hybrid searches whose first ten held the document that was asked for."""
    degraded: int
    """Searches of all modes that had to give something up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One size."""

    chunks: int
    rate: float
    """Median chunks per second on the way here from the size before; 0 when it was filled by another run."""
    share: Estimate | None
    """The same over the bare model's."""
    p50: Mapping[str, float]
    p95: Mapping[str, float]
    found: float
    degraded: int
    memory: Mapping[str, float]
    """Megabytes by part."""

    @classmethod
    def of(cls, chunks: int, portions: Sequence[Portion], searches: Searches, memory: Mapping[str, float]) -> Self:
        """Sum up."""
        ours, bare = [portion.ours for portion in portions], [portion.bare for portion in portions]
        return cls(
            chunks=chunks,
            rate=median(ours) if ours else 0.0,
            share=ratio(ours, bare) if ours else None,
            p50={mode: percentile(times, P50) for mode, times in searches.times.items()},
            p95={mode: percentile(times, P95) for mode, times in searches.times.items()},
            found=searches.found,
            degraded=searches.degraded,
            memory=memory,
        )

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Self:
        """Return the point that JSON holds."""
        share = fields["share"]
        return cls(**{**fields, "share": Estimate(**share) if share else None})


@dataclass(frozen=True, slots=True)
class Growth:
    """All sizes of one corpus, those of earlier runs included."""

    corpus: str
    points: dict[int, Point]
    folder: Path = RESULTS

    @classmethod
    def of(cls, corpus: str, size: int, folder: Path = RESULTS) -> Self:
        """Return what is known of a corpus of that many chunks; what was larger was another one."""
        file = folder / f"{name(corpus)}.json"
        known = json.loads(file.read_text(encoding="utf-8"))["points"] if file.exists() else []
        points = (Point.read(fields) for fields in known)
        return cls(corpus, {point.chunks: point for point in points if point.chunks <= size}, folder)

    def add(self, point: Point) -> None:
        """Note a point at once, so that a run that is broken off has told what it saw."""
        self.points[point.chunks] = point
        points = [asdict(self.points[size]) for size in sorted(self.points)]
        saved(name(self.corpus), {"points": points}, self.folder)

    def tell(self, plot: Path) -> None:
        """Print the table, and draw the picture."""
        points = [self.points[size] for size in sorted(self.points)]
        Console().print(tabled(points))
        plot.parent.mkdir(parents=True, exist_ok=True)
        plot.write_text(drawn(panels(points)), encoding="utf-8")


def name(corpus: str) -> str:
    """Return the name of the results."""
    return f"growth-{corpus}"


def tabled(points: Sequence[Point]) -> Table:
    """Return a column a size."""
    table = Table("", *(f"{point.chunks:,} chunks" for point in points), "a thousand chunks", title="a growing corpus")
    for mode in MODES:
        table.add_row(
            f"{mode}: p50, p95 in ms", *(f"{point.p50[mode]:.0f}, {point.p95[mode]:.0f}" for point in points), ""
        )
    table.add_row("found in the first ten", *(f"{point.found:.2f}" for point in points), "")
    table.add_row("degraded", *(str(point.degraded) for point in points), "")
    table.add_row("chunks/s on the way", *(f"{point.rate:.0f}" for point in points), "")
    table.add_row("of the bare model's", *(str(point.share or "") for point in points), "")
    for part in PARTS:
        sizes = [f"{point.memory[part]:.0f}" for point in points]
        table.add_row(f"{part}, MB", *sizes, f"{slope(points, part):.2f}")
    return table


def slope(points: Sequence[Point], part: str) -> float:
    """Return the megabytes that a thousand chunks add."""
    if len(points) < 2:  # noqa: PLR2004 - a line has two ends
        return 0.0
    thousands = [point.chunks / 1000 for point in points]
    return linear_regression(thousands, [point.memory[part] for point in points]).slope


def panels(points: Sequence[Point]) -> list[Panel]:
    """Return what is drawn."""
    latency = {mode: [(point.chunks, point.p95[mode]) for point in points] for mode in MODES}
    memory = {part: [(point.chunks, point.memory[part]) for point in points] for part in PARTS}
    return [Panel("search p95, ms", "chunks", latency), Panel("memory, MB", "chunks", memory)]
