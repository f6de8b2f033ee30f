"""Events of OpenLineage, to a collector or into a file. The only file that knows the client."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import attr
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import (
    RunFacet,
    dataset_version_dataset,
    job_type_job,
    output_statistics_output_dataset,
    processing_engine_run,
    set_producer,
)
from openlineage.client.transport import Transport
from openlineage.client.transport.file import FileConfig, FileTransport
from openlineage.client.transport.http import ApiKeyTokenProvider, HttpConfig, HttpTransport, TokenProvider
from openlineage.client.transport.http_common import DEFAULT_RETRY_CONFIG

from ingestion.lineage.words import Happened, Source
from ingestion.parsing.tools import OURS, Tool, parser_of

__all__ = ["OpenLineage"]

PRODUCER = "urn:forebay:ingestion"
SECONDS, RETRIES = 3.0, {"total": 1, "connect": 1, "read": 1}
"""For one attempt, and how many more the client makes; the service cannot stop while it makes them."""


@attr.define
class CommitRunFacet(RunFacet):
    """What the standard facets have no place for."""

    corpusVersion: int  # noqa: N815 - as facets write names
    index: int
    embeddingModel: str  # noqa: N815 - likewise
    analyser: str
    chunker: str
    written: list[dict[str, object]]
    removed: list[str]


class OpenLineage:
    """Sends one event a commit and index: a run that was completed, from originals to the corpus."""

    def __init__(self, url: str, namespace: str, key: str = "") -> None:
        set_producer(PRODUCER)
        self._transport = _transport(url, key)
        self._namespace = namespace

    def hear(self, happened: Happened) -> None:
        """Send an event; raise what the client raises when it could not."""
        self._transport.emit(self._event(happened))

    def _event(self, happened: Happened) -> RunEvent:
        corpus = f"{happened.corpus.tenant}/{happened.corpus.name}"
        work = "index" if happened.rebuilt else "ingest"
        return RunEvent(
            eventType=RunState.COMPLETE,
            eventTime=datetime.now(UTC).isoformat(),
            producer=PRODUCER,
            run=Run(str(uuid4()), {"processing_engine": _engine(), "forebay": _details(happened)}),
            job=Job(self._namespace, f"{corpus}.{work}", {"jobType": _job_type()}),
            inputs=[_input(f"{self._namespace}/{corpus}", source) for source in happened.written],
            outputs=[_output(self._namespace, corpus, happened)],
        )


def _transport(url: str, key: str) -> Transport:
    parts = urlsplit(url)
    if parts.scheme == "file":
        path = Path(unquote(parts.path))
        path.parent.mkdir(parents=True, exist_ok=True)
        return FileTransport(FileConfig(log_file_path=str(path), append=True))
    auth = ApiKeyTokenProvider({"apiKey": key}) if key else TokenProvider({})
    retry = {**DEFAULT_RETRY_CONFIG, **RETRIES}
    return HttpTransport(HttpConfig(url=url, timeout=SECONDS, auth=auth, retry=retry))


def _input(namespace: str, source: Source) -> InputDataset:
    version = dataset_version_dataset.DatasetVersionDatasetFacet(datasetVersion=source.sha256)
    return InputDataset(namespace, source.source_id, facets={"version": version})


def _output(namespace: str, corpus: str, happened: Happened) -> OutputDataset:
    version = dataset_version_dataset.DatasetVersionDatasetFacet(datasetVersion=str(happened.version))
    statistics = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
        rowCount=sum(source.chunks for source in happened.written),
        size=sum(source.size for source in happened.written),
    )
    return OutputDataset(namespace, corpus, facets={"version": version}, outputFacets={"outputStatistics": statistics})


def _engine() -> processing_engine_run.ProcessingEngineRunFacet:
    ours: Tool = parser_of("")
    return processing_engine_run.ProcessingEngineRunFacet(version=ours.version, name=OURS)


def _job_type() -> job_type_job.JobTypeJobFacet:
    return job_type_job.JobTypeJobFacet(processingType="BATCH", integration="FOREBAY", jobType="COMMIT")


def _details(happened: Happened) -> CommitRunFacet:
    made_with = happened.index.settings
    return CommitRunFacet(
        corpusVersion=happened.version,
        index=happened.index.number,
        embeddingModel=f"{made_with.embedding.name} {made_with.embedding.version}",
        analyser=made_with.lexical.analyser,
        chunker=f"{OURS} {happened.pipeline}",
        written=[_written(source) for source in happened.written],
        removed=list(happened.removed),
    )


def _written(source: Source) -> dict[str, object]:
    parser = f"{source.parser.name} {source.parser.version}"
    return {
        "document": source.source_id,
        "generation": source.generation,
        "chunks": source.chunks,
        "parser": parser,
        "by": source.by,
    }
