"""Lines over sizes, as an SVG that reads on light and dark pages."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 420, 280
LEFT, RIGHT, TOP, BOTTOM = 56, 110, 34, 40
COLOURS = ("#3366cc", "#dc3912", "#109618", "#990099", "#ff9900", "#0099c6")
TICKS = 4
LABEL = 14
"""Least distance between the names of two lines."""

Line = Sequence[tuple[float, float]]


class Logarithmic:
    """Sizes: each ten times is as far. Its ticks are the values themselves."""

    def __init__(self, xs: Sequence[float]) -> None:
        self.ticks = xs

    def share(self, value: float) -> float:
        """Return where the value stands, 0 to 1."""
        low, high = math.log(self.ticks[0]), math.log(self.ticks[-1])
        return (math.log(value) - low) / (high - low) if high > low else 0.5


class Even:
    """A few values, each as far from the next. Its ticks are the values themselves."""

    def __init__(self, xs: Sequence[float]) -> None:
        self.ticks = xs

    def share(self, value: float) -> float:
        """Return where the value stands, 0 to 1."""
        return self.ticks.index(value) / (len(self.ticks) - 1) if len(self.ticks) > 1 else 0.5


class Linear:
    """Many values, from 0 to the next round number."""

    def __init__(self, xs: Sequence[float]) -> None:
        self._top = _round(xs[-1])
        self.ticks = [self._top * tick / TICKS for tick in range(TICKS + 1)]

    def share(self, value: float) -> float:
        """Return where the value stands, 0 to 1."""
        return value / self._top


Scale = Logarithmic | Even | Linear


@dataclass(frozen=True, slots=True)
class Panel:
    """One set of lines: y from 0, x as its scale has it."""

    title: str
    across: str
    """What x is."""
    lines: Mapping[str, Line]
    scale: type[Scale] = Logarithmic


def drawn(panels: Sequence[Panel]) -> str:
    """Return the panels side by side."""
    size = f'width="{WIDTH * len(panels)}" height="{HEIGHT}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="11" fill="#808080">'
    body = [
        f'<g transform="translate({WIDTH * place} 0)">{"".join(_panel(panel))}</g>'
        for place, panel in enumerate(panels)
    ]
    return "\n".join([head, *body, "</svg>"]) + "\n"


def _panel(panel: Panel) -> Iterator[str]:
    points = [point for line in panel.lines.values() for point in line]
    scale = panel.scale(sorted({x for x, _ in points}))
    top = _round(max(y for _, y in points))
    yield f'<text x="{LEFT}" y="18" font-size="13">{escape(panel.title)}</text>'
    yield f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(panel.across)}</text>'
    for tick in range(TICKS + 1):
        y = _y(top * tick / TICKS, top)
        yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}" stroke="#808080" stroke-opacity="0.3"/>'
        yield f'<text x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{top * tick / TICKS:g}</text>'
    for x in scale.ticks:
        yield f'<text x="{_x(x, scale)}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{x:,g}</text>'
    yield from _lines(panel.lines, scale, top)


def _lines(lines: Mapping[str, Line], scale: Scale, top: float) -> Iterator[str]:
    below = float(HEIGHT)
    for name, line in sorted(lines.items(), key=lambda item: item[1][-1][1]):
        colour = COLOURS[list(lines).index(name) % len(COLOURS)]
        places = [(_x(x, scale), _y(y, top)) for x, y in line]
        path = " ".join(f"{x},{y}" for x, y in places)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield from (f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in places)
        below = min(places[-1][1] + 4, below - LABEL)
        yield f'<text x="{WIDTH - RIGHT + 10}" y="{below}" fill="{colour}">{escape(name)}</text>'


def _x(value: float, scale: Scale) -> float:
    return round(LEFT + scale.share(value) * (WIDTH - LEFT - RIGHT), 1)


def _y(value: float, top: float) -> float:
    return round(HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM), 1)


def _round(value: float) -> float:
    """Return the next number with one leading digit, so that ticks are easy to read."""
    if value <= 0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(value))
    return math.ceil(value / unit) * unit
