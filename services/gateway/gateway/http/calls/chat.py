"""`POST /v1/chat/completions`: a question out of a conversation, and its answer in OpenAI's form."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Final
from uuid import uuid4

from forebay.gateway.v1alpha1 import gateway_pb2
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb

from chassis.errors import NotFound, Unavailable
from chassis.telemetry import trace_id
from gateway.asking.answering import Answering
from gateway.door import Door
from gateway.http.bodies import Bodies, checked, naming
from gateway.http.exchange import Exchange
from gateway.http.openai import citing, shape
from gateway.http.openai.chat import ChatRequest
from gateway.http.openai.completions import Answer, Choice, Completion, Delta, Particulars
from gateway.http.openai.questions import Question, Turn, standalone

PREFIX: Final = "forebay/"
MOST_TOKENS: Final = 1024
"""Tokens of an answer that anybody gets; who asks for more asks for no more than that."""

_FIELDS: Final = {
    "ask.corpus": "model",
    "ask.question": "messages",
    "ask.filter": "forebay.filter",
    "ask.temperature": "temperature",
    "ask.max_sources": "forebay.max_sources",
}
"""What the client wrote, by what it became."""


class Chat:
    """Answers conversations."""

    def __init__(self, door: Door, answering: Answering, bodies: Bodies, limit: int) -> None:
        self._door = door
        self._answering = answering
        self._bodies = bodies
        self._limit = limit

    async def __call__(self, exchange: Exchange) -> None:
        """Serve one request."""
        await self._door.knows(exchange)
        asked = checked(ChatRequest, await self._bodies.read(exchange.request, self._limit))
        question = standalone([Turn(message.role, message.text) for message in asked.messages])
        ask = _ask(asked, question)
        frame = shape.Frame(f"chatcmpl-{trace_id() or uuid4().hex}", int(time.time()), asked.model)
        serve = self._stream if asked.stream else self._whole
        with naming(_FIELDS):
            async with aclosing(self._answering.answer(exchange, gateway_pb2.AnswerRequest(ask=ask))) as events:
                await serve(exchange, events, frame, asked, question)

    async def _whole(
        self,
        exchange: Exchange,
        events: AsyncIterator[pb.AnswerResponse],
        frame: shape.Frame,
        asked: ChatRequest,
        question: Question,
    ) -> None:
        sources, texts, closing = pb.Sources(), [], None
        async for event in events:
            match event.WhichOneof("event"):
                case "sources":
                    sources = event.sources
                case "text":
                    texts.append(event.text.text)
                case "closing":
                    closing = event.closing
        if closing is None:
            raise _broken_off()
        answer = Answer(
            content="".join(texts), annotations=citing.citations(closing.attributions, sources, _corpus(asked))
        )
        said = _particulars(citing.particulars(closing), question, sources)
        completion = Completion(
            id=frame.id,
            created=frame.created,
            model=frame.model,
            choices=[Choice(message=answer, finish_reason=shape.finish(closing))],
            usage=shape.usage(closing),
            system_fingerprint=shape.fingerprint(closing),
            forebay=said,
        )
        await exchange.say(completion)

    async def _stream(
        self,
        exchange: Exchange,
        events: AsyncIterator[pb.AnswerResponse],
        frame: shape.Frame,
        asked: ChatRequest,
        question: Question,
    ) -> None:
        sources, closing = pb.Sources(), None
        async for event in events:
            match event.WhichOneof("event"):
                case "sources":
                    sources = event.sources
                    first = Delta(role="assistant", content="")
                    await exchange.event(frame.piece(first, particulars=_particulars(Particulars(), question, sources)))
                case "text":
                    await exchange.event(frame.piece(Delta.model_construct(content=event.text.text)))
                case "closing":
                    closing = event.closing
        if closing is None:
            raise _broken_off()
        cited = Delta(annotations=citing.citations(closing.attributions, sources, _corpus(asked)))
        said = citing.particulars(closing)
        await exchange.event(
            frame.piece(cited, finish=shape.finish(closing), fingerprint=shape.fingerprint(closing), particulars=said)
        )
        if asked.stream_options is not None and asked.stream_options.include_usage:
            await exchange.event(frame.usage(shape.usage(closing)))
        await exchange.done()


def _corpus(asked: ChatRequest) -> str:
    return asked.model.removeprefix(PREFIX)


def _ask(asked: ChatRequest, question: Question) -> pb.AnswerRequest:
    """Return what the orchestrator is asked; raise `NotFound` when the model names no corpus."""
    if not asked.model.startswith(PREFIX):
        raise NotFound(f"name a corpus as `model`: {PREFIX}<corpus>; GET /v1/models lists them", reason="UNKNOWN_MODEL")
    return pb.AnswerRequest(
        corpus=_corpus(asked),
        question=question.text,
        max_sources=asked.forebay.max_sources or 0,
        max_output_tokens=min(asked.most_tokens or 0, MOST_TOKENS),
        temperature=asked.temperature or 0.0,
        seed=asked.seed or 0,
        filter=asked.forebay.filter,
    )


def _particulars(said: Particulars, question: Question, sources: pb.Sources) -> Particulars:
    ignored = [f"messages.{number}" for number in question.ignored]
    told = {"question": question.text, "ignored": ignored, "sources": citing.sources(sources)}
    return said.model_copy(update=told)


def _broken_off() -> Unavailable:
    return Unavailable("the answer was broken off; ask again", retry_after=1.0, reason="BROKEN_OFF")
