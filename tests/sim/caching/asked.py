"""One question, and what may be heard in answer to it."""

from __future__ import annotations

from dataclasses import dataclass

from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb

from chassis.identity import Identity
from chassis.snapshot import Caching, Policy, PriceList, Priority
from gateway.access.roles import Kind
from gateway.cache.near.matching import alike
from gateway.cache.near.reading import read
from gateway.visits.visit import Visit

POLICY = Policy(caching=Caching(exact=True, near=True, seconds=60))


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who asks what."""

    place: tuple[str, str]
    """Tenant and corpus."""
    groups: frozenset[str]
    question: str
    filter: str

    def visit(self) -> Visit:
        tenant, _ = self.place
        who = Identity(tenant=tenant, groups=self.groups, roles=frozenset({"read"}), key_id="key")
        return Visit(
            call="Answer",
            kind=Kind.ANSWER,
            who=who,
            policy=POLICY,
            priority=Priority.STANDARD,
            table=1,
            prices=PriceList(),
            tell=lambda *_: None,
        )

    def request(self) -> pb.AnswerRequest:
        return pb.AnswerRequest(corpus=self.place[1], question=self.question, filter=self.filter)

    def check(self, text: str, least: int, most: int) -> None:
        """Raise `AssertionError` when the text is no answer to this, or not from one of these versions."""
        tenant, corpus, version, read_by, filtered, _, answered, _ = text.split("|")
        assert (tenant, corpus) == self.place, "an answer from another corpus"
        assert (read_by, filtered) == (",".join(sorted(self.groups)), self.filter), (
            "an answer of another reader or filter"
        )
        assert alike(read(answered), read(self.question)), "an answer to another question"
        assert least <= int(version) <= most, f"an answer of version {version}, asked at {least}, now {most}"
