"""A record, in lines that a person reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

_MICRO: Final = 1_000_000


def lines(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield how a request was served, in the order in which it happened."""
    begun = datetime.fromtimestamp(body["begun"] / _MICRO, UTC)
    yield f"request {body['id']}, trace {body['trace'] or 'none'}"
    yield (
        f"{begun:%Y-%m-%d %H:%M:%S} UTC: {body['key']} of {body['tenant']} called {body['call']}{_about(body)},"
        f" priority {body['priority']}"
    )
    yield f"it ended with {body['outcome']}{_finish(body)} after {body['took'] / _MICRO:.3f} s"
    yield from _made_with(body)
    for step in body["spent"]:
        yield f"used: {_step(step)}"
    for step in body["saved"]:
        yield f"saved: {_step(step)}"
    if untold := body.get("untold"):
        yield f"more may have been used, for the end was not heard of: {', '.join(untold)}"
    if body["sources"]:
        yield f"sources: {', '.join(body['sources'])}"
    if body["degraded"]:
        yield f"given up: {', '.join(body['degraded'])}"
    if body["guards"]:
        yield f"guards: {', '.join(body['guards'])}"
    if body["documents"]:
        yield f"documents: {', '.join(f'{count} {what}' for what, count in sorted(body['documents'].items()))}"
    yield f"cost: {body['cost']} {body['currency']} by price list {body['versions']['prices']}{_spared(body)}"


def _about(body: Mapping[str, Any]) -> str:
    corpus, subject = body["corpus"], body["subject"]
    return (f" on corpus {corpus}" if corpus else "") + (f", {subject}" if subject else "")


def _finish(body: Mapping[str, Any]) -> str:
    finish = f" ({body['finish']})" if body["finish"] else ""
    return finish + (f", cache {body['cache']}" if body["cache"] else "")


def _made_with(body: Mapping[str, Any]) -> Iterator[str]:
    versions = body["versions"]
    if versions["corpus"]:
        yield f"corpus version {versions['corpus']}"
    if versions["prompt"]:
        yield f"prompt {versions['prompt']}"
    if versions["models"]:
        yield f"models: {', '.join(versions['models'])}"
    if versions["routes"]:
        yield f"routes: {', '.join(versions['routes'])}"
    yield f"policy {versions['policy']} of table {versions['table']}"


def _step(step: Mapping[str, Any]) -> str:
    model = f" by {step['model']}@{step['version']}" if step["model"] else ""
    read = f", {step['input_tokens']} tokens read" if step["input_tokens"] else ""
    written = f", {step['output_tokens']} written" if step["output_tokens"] else ""
    return f"{step['step']}{model}: {step['inferences']} inferences{read}{written}, {step['cost']}"


def _spared(body: Mapping[str, Any]) -> str:
    return f"; saved {body['spared']}" if body["saved"] else ""
