"""What `helm test` runs: put one page in, ask about it, look at the answer. The corpus is the same each time."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from forebay_client.commands.connection import client
from forebay_client.documents import Document

CORPUS = "helm-test"
QUESTION = "Who winds the water clock?"
EXPECTED = "keeper of the northern gate"


async def main() -> str:
    """Return what is wrong, or nothing."""
    page = Path(__file__).with_name("page.md")
    document = Document(id="water-clock", content=page.read_bytes(), mime_type="text/markdown")
    async with client() as asker:
        await asker.create_corpus(CORPUS)
        async for outcome in asker.put([document], corpus=CORPUS):
            print(f"put: {outcome}".strip())
        answer = await asker.ask(QUESTION, corpus=CORPUS)
    print(f"answer: {answer.text}\nsources: {[source.chunk.document_id for source in answer.sources]}")
    if EXPECTED not in answer.text.lower():
        return f"the answer does not say {EXPECTED!r}"
    if not any(source.chunk.document_id == "water-clock" for source in answer.sources):
        return "the answer does not name its source"
    return ""


if __name__ == "__main__":
    sys.exit(asyncio.run(main()) or 0)
