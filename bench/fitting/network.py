"""A small network over lists: which of the candidates of a query is the relevant one, as a share of the list.

The loss is the cross entropy of the list's softmax (Cao et al., ListNet, 2007), minimised with Adam. Several networks
from different starts are averaged, which is one network with as many more hidden units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.fitting.lists import Judged
from bench.fitting.regression import Matrix

HIDDEN = 16
STARTS = 4
EPOCHS = 60
BATCH = 32
RATE = 0.003
DECAY = 0.001
DROPPED = 0.1
NOWHERE = -1e9

Weights = list[NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Network:
    """tanh(x · inner + shift) · outer + x · direct, in the units of the features."""

    inner: Matrix
    shift: Matrix
    outer: Matrix
    direct: Matrix

    def scores(self, rows: Matrix) -> Matrix:
        """Return a score for each row."""
        result: Matrix = np.tanh(rows @ self.inner + self.shift) @ self.outer + rows @ self.direct
        return result


def trained(lists: Sequence[Judged]) -> Network:
    """Fit the queries that have something relevant among their candidates."""
    useful = [one for one in lists if one.grades.sum() > 0]
    rows = np.concatenate([one.rows for one in useful])
    mean, scale = rows.mean(0), rows.std(0) + 1e-6
    longest = max(len(one.rows) for one in useful)
    table = np.zeros((len(useful), longest, rows.shape[1]))
    wanted, there = np.zeros((len(useful), longest)), np.zeros((len(useful), longest))
    for at, one in enumerate(useful):
        table[at, : len(one.rows)] = (one.rows - mean) / scale
        wanted[at, : len(one.rows)] = one.grades / one.grades.sum()
        there[at, : len(one.rows)] = 1
    nets = [_descended(table, wanted, there, np.random.default_rng(start)) for start in range(STARTS)]
    inner = np.hstack([net[0] for net in nets]) / scale[:, None]
    return Network(
        inner=inner,
        shift=np.hstack([net[1] for net in nets]) - mean @ inner,
        outer=np.hstack([net[2] for net in nets]) / STARTS,
        direct=np.stack([net[3] for net in nets]).sum(0) / (STARTS * scale),
    )


def _descended(table: Matrix, wanted: Matrix, there: Matrix, drawn: np.random.Generator) -> Weights:
    columns = table.shape[2]
    net: Weights = [
        drawn.normal(0, columns**-0.5, (columns, HIDDEN)),
        np.zeros(HIDDEN),
        drawn.normal(0, HIDDEN**-0.5, HIDDEN) * 0.3,
        drawn.normal(0, 0.1, (columns,)),
    ]
    means, squares = [np.zeros_like(part) for part in net], [np.zeros_like(part) for part in net]
    step = 0
    for _ in range(EPOCHS):
        for part in np.array_split(drawn.permutation(len(table)), max(1, len(table) // BATCH)):
            step += 1
            shown = table[part] * (drawn.random((len(part), 1, columns)) > DROPPED)
            for at, slope in enumerate(_slopes(net, shown, wanted[part], there[part])):
                full = slope + DECAY * net[at]
                means[at] = 0.9 * means[at] + 0.1 * full
                squares[at] = 0.999 * squares[at] + 0.001 * full * full
                size = np.sqrt(squares[at] / (1 - 0.999**step)) + 1e-8
                net[at] -= RATE * means[at] / (1 - 0.9**step) / size
    return net


def _slopes(net: Weights, shown: Matrix, wanted: Matrix, there: Matrix) -> Weights:
    inner, shift, outer, direct = net
    hidden = np.tanh(shown @ inner + shift)
    scores = hidden @ outer + shown @ direct + (there - 1) * -NOWHERE
    shares = np.exp(scores - scores.max(1, keepdims=True))
    wrong = (shares / shares.sum(1, keepdims=True) - wanted) * there / len(shown)
    back = wrong[..., None] * outer * (1 - hidden * hidden)
    return [
        np.einsum("bkf,bkh->fh", shown, back),
        back.sum((0, 1)),
        np.einsum("bkh,bk->h", hidden, wrong),
        np.einsum("bkf,bk->f", shown, wrong),
    ]
