"""Documents that say of each of their chunks which document, operation and part it is."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable

from forebay.retrieval.v1alpha1 import retrieval_pb2 as pb

from forebay_client import Document

PARTS = 3
WORDS = 6
"""In a part: few enough that no part is cut in two."""
CHUNKING = pb.Chunking(max_tokens=32)
"""So short that each part is a chunk of its own and costs the model next to nothing."""

_MARK = re.compile(r"mk(\d+)v(\d+)p(\d+)")
_WORDS = """
heron sluice turbine weir gravel otter willow ferry lantern harbour copper basalt meadow thistle anvil saddle orchard
pewter chapel barley cellar marble raven tundra violin walnut yarrow zephyr bramble cobalt dagger ember falcon garnet
hollow indigo jasper kettle lichen magnet nettle oyster parrot quarry ribbon saffron timber urchin velvet whisky
"""


def mark(number: int, operation: int, part: int) -> str:
    """Return the word that stands in this chunk and nowhere else."""
    return f"mk{number}v{operation}p{part}"


def name(number: int) -> str:
    """Return a document's id."""
    return f"d{number:04}.md"


def number(document_id: str) -> int:
    """Return the number that an id was made of."""
    return int(document_id[1:-3])


def paper(document: int, operation: int) -> Document:
    """Return what an operation writes."""
    parts = (f"# Part {part}\n\n{sentence(document, operation, part)}\n" for part in range(PARTS))
    content = "\n".join(parts).encode()
    return Document(id=name(document), content=content, metadata={"operation": str(operation)})


def sentence(document: int, operation: int, part: int) -> str:
    """Return the text of a part; no two are alike, so that nothing is taken for a duplicate."""
    draws = random.Random(mark(document, operation, part))
    return f"{mark(document, operation, part)} " + " ".join(draws.sample(_WORDS.split(), WORDS)) + "."


def marks(chunks: Iterable[pb.Chunk]) -> Counter[tuple[int, int, int]]:
    """Count document, operation and part of each mark in the chunks."""
    return Counter(tuple(map(int, found)) for chunk in chunks for found in _MARK.findall(chunk.text))
