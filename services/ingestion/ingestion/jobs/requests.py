"""What a request about jobs may be: the limits of the contract."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from chassis.fields import AnyText, CorpusName, Line
from ingestion.jobs.words import Plan, Progress, Range, Refusal, Report

__all__ = ["CreateJob", "ListJobs", "NamedJob", "Refusals", "ReportShard", "TakeShard"]

LONGEST_SHARD: Final = 16 * 2**20
LEASE: Final = 60
PAGE: Final = 100

Count = Annotated[int, Field(ge=0, lt=2**53)]
LeaseSeconds = Annotated[int, Field(ge=5, le=3600)]


def _in_order(shards: list[ShardRange]) -> list[ShardRange]:
    if any(one.end <= one.start or one.end - one.start > LONGEST_SHARD for one in shards):
        raise ValueError(f"must each end after they start, at most {LONGEST_SHARD} bytes further")
    if any(after.start < before.end for before, after in pairwise(shards)):
        raise ValueError("must be in order and must not overlap")
    return shards


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class ShardRange(_Request):
    """A piece of a manifest."""

    start: Count
    end: Count
    entries: Annotated[int, Field(ge=1, le=10_000)]
    sha256: Annotated[bytes, Field(min_length=32, max_length=32)]


class CreateJob(_Request):
    """`CreateJobRequest`, checked."""

    name: CorpusName
    corpus: CorpusName
    manifest: Annotated[Line, Field(max_length=2048)]
    shards: Annotated[list[ShardRange], Field(min_length=1, max_length=20_000), AfterValidator(_in_order)]

    def plan(self, tenant: str) -> Plan:
        """Return it in words."""
        shards = tuple(Range(one.start, one.end, one.entries, one.sha256) for one in self.shards)
        return Plan(tenant=tenant, name=self.name, corpus=self.corpus, manifest=self.manifest, shards=shards)


class TakeShard(_Request):
    """`TakeShardRequest`, checked."""

    job: CorpusName
    worker: Annotated[Line, Field(max_length=128)]
    lease_seconds: LeaseSeconds


class ShardProgress(_Request):
    """What became of documents."""

    committed: Count
    unchanged: Count
    refused: Count
    others: Count
    chunks: Count


class RefusedDocument(_Request):
    """A document that was not written."""

    document_id: Annotated[str, Field(max_length=512)]
    reason: Annotated[str, Field(max_length=512)]


class ReportShard(_Request):
    """`ReportShardRequest`, checked."""

    job: CorpusName
    ordinal: Annotated[int, Field(lt=20_000)]
    lease: Annotated[Line, Field(max_length=64)]
    progress: ShardProgress
    lease_seconds: LeaseSeconds
    finished: Annotated[list[RefusedDocument], Field(max_length=10_000)] | None
    released: Annotated[Line, Field(max_length=512)] | None

    def report(self) -> Report:
        """Return it in words."""
        refusals = (
            None if self.finished is None else tuple(Refusal(one.document_id, one.reason) for one in self.finished)
        )
        return Report(
            ordinal=self.ordinal,
            lease=self.lease,
            progress=Progress(**self.progress.model_dump()),
            seconds=self.lease_seconds,
            finished=refusals,
            released=self.released,
        )


class NamedJob(_Request):
    """A job by its name."""

    job: CorpusName


class ListJobs(_Request):
    """`ListJobsRequest`, checked."""

    page_size: Annotated[int, Field(ge=1, le=1000)]
    page_token: Annotated[AnyText, Field(max_length=64)]


class Refusals(_Request):
    """`ListJobRefusalsRequest`, checked."""

    job: CorpusName
    page_token: Annotated[str, Field(pattern=r"^\d{0,6}$")]
