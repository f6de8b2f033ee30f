"""Events of OpenLineage as a collector gets them: over HTTP, and in a file."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from pydantic import ValidationError

from ingestion.committing.words import Batch
from ingestion.lineage.batches import told
from ingestion.lineage.openlineage import OpenLineage
from ingestion.settings import IngestionSettings
from rigs.drafts import draft


class Collector(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append((self.path, self.headers.get("authorization"), json.loads(body)))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *arguments):
        pass


@pytest.fixture
def collector():
    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        server.got, server.status = [], 201
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def happened():
    one = draft("guide.md")
    return told(Batch(drafts=(one,)), {one.corpus.id: 7})[0]


def address(collector):
    return f"http://127.0.0.1:{collector.server_port}"


def test_a_collector_gets_one_run_a_commit_with_versions_of_everything(collector, happened):
    OpenLineage(address(collector), "forebay", "s3cret").hear(happened)

    ((path, key, event),) = collector.got
    assert (path, key, event["eventType"]) == ("/api/v1/lineage", "Bearer s3cret", "COMPLETE")
    corpus = f"{happened.corpus.tenant}/{happened.corpus.name}"
    assert event["job"]["name"] == f"{corpus}.ingest"
    (source,), (target,) = event["inputs"], event["outputs"]
    assert (source["namespace"], source["name"]) == (f"forebay/{corpus}", "guide.md")
    assert source["facets"]["version"]["datasetVersion"] == happened.written[0].sha256
    assert (target["name"], target["facets"]["version"]["datasetVersion"]) == (corpus, "7")
    assert target["outputFacets"]["outputStatistics"]["rowCount"] == happened.written[0].chunks
    details = event["run"]["facets"]["forebay"]
    assert (details["corpusVersion"], details["index"], details["written"][0]["document"]) == (7, 1, "guide.md")


def test_a_file_grows_by_a_line_a_commit(tmp_path, happened):
    file = tmp_path / "new folder" / "events.jsonl"
    listener = OpenLineage(file.as_uri(), "forebay")

    listener.hear(happened)
    listener.hear(happened)

    runs = [json.loads(line)["run"]["runId"] for line in file.read_text().splitlines()]
    assert len(set(runs)) == 2


def test_a_collector_that_refuses_is_a_failure_of_the_listener(collector, happened):
    collector.status = 400

    with pytest.raises(Exception, match="400"):
        OpenLineage(address(collector), "forebay").hear(happened)


@pytest.mark.parametrize("url", ["collector:5000", "ftp://collector", "file://relative", "http://", "http://a b"])
def test_an_address_that_makes_no_sense_is_refused_at_start(url):
    with pytest.raises(ValidationError, match="lineage_url"):
        IngestionSettings(lineage_url=url)
