"""From a visit to its record."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, Final

from gateway.records.costs import cost, total, written
from gateway.records.words import Record, Texts
from gateway.visits.account import Spent
from gateway.visits.visit import Visit

FORM: Final = 2
"""The version of the fields of a body; `docs/records.md` has them."""

_SALT: Final = 16
_MICRO: Final = 1_000_000


def recorded(visit: Visit, outcome: str) -> Record:
    """Return the record of a visit that ended so: `OK`, or the failure's reason."""
    account, prices = visit.account, visit.prices
    body: dict[str, Any] = {
        "form": FORM,
        "id": visit.id,
        "trace": visit.trace_id,
        "call": visit.call,
        "tenant": visit.who.tenant,
        "key": visit.who.key_id,
        "groups": sorted(visit.who.groups),
        "priority": visit.priority.value,
        "begun": round(visit.begun * _MICRO),
        "took": round((time.monotonic() - visit.started) * _MICRO),
        "outcome": outcome,
        "finish": account.finish,
        "corpus": visit.asked.corpus,
        "subject": visit.asked.subject,
        "documents": dict(account.outcomes),
        "sources": list(account.sources),
        "versions": _versions(visit),
        "guards": list(account.guards),
        "degraded": list(account.degraded),
        "cache": account.cache,
        "spent": _steps(account.spent.values(), visit),
        "saved": _steps(account.saved.values(), visit),
        "untold": sorted(account.untold),
        "cost": written(total(account.spent.values(), prices)),
        "spared": written(total(account.saved.values(), prices)),
        "currency": prices.currency,
        "recording": visit.policy.recording.text,
    }
    texts, digests = _texts(visit)
    return Record(id=visit.id, body=body | digests, texts=texts)


def digest(salt: bytes, text: str) -> str:
    """Return what stands for a text in a record."""
    return sha256(salt + text.encode()).hexdigest()


def _versions(visit: Visit) -> dict[str, Any]:
    account = visit.account
    return {
        "corpus": account.corpus_version,
        "prompt": account.prompt,
        "models": list(account.models),
        "routes": list(account.routes),
        "table": visit.table,
        "policy": visit.policy.name,
        "prices": visit.prices.version,
    }


def _steps(spent: Iterable[Spent], visit: Visit) -> list[dict[str, Any]]:
    return [
        {
            "step": one.step,
            "role": one.role,
            "model": one.model,
            "version": one.version,
            "inferences": one.inferences,
            "input_tokens": one.input_tokens,
            "output_tokens": one.output_tokens,
            "cost": written(cost(one, visit.prices)),
        }
        for one in spent
        if one.inferences or one.input_tokens or one.output_tokens
    ]


def _texts(visit: Visit) -> tuple[Texts | None, dict[str, str]]:
    recording = visit.policy.recording
    if recording.text == "left-out" or not visit.asked.text:
        return None, {}
    salt, question, answer = os.urandom(_SALT), _clean(visit.asked.text), _clean(visit.account.text)
    kept = recording.text == "stored"
    texts = Texts(salt=salt, question=question if kept else None, answer=answer if kept else None, days=recording.days)
    return texts, {"question": digest(salt, question), "answer": digest(salt, answer)}


def _clean(text: str) -> str:
    """Return the text without what stores of text refuse."""
    return text.replace("\0", "\ufffd")
