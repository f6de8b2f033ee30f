"""All figures of docs/performance.md, one after the other, against the running stack: `make bench`."""

from __future__ import annotations

from pathlib import Path

from bench import answers, ingestion, scale, search, tracing
from forebay_client.commands.ingesting import ingest

DOCS = Path(__file__).parents[1] / "docs"


def main() -> None:
    """Run every comparison with its defaults."""
    tracing.main()
    ingest([DOCS], "docs")
    search.main()
    answers.main()
    ingestion.main([DOCS])
    scale.main()


if __name__ == "__main__":
    main()
