"""Puts the command line together."""

from __future__ import annotations

import sys

import typer

from chassis.errors import ServiceError
from forebay_client.commands.asking import ask
from forebay_client.commands.controlling import keys
from forebay_client.commands.controlling.applying import apply, diff
from forebay_client.commands.controlling.getting import delete, get, history
from forebay_client.commands.demo import demo
from forebay_client.commands.evaluating import evaluate
from forebay_client.commands.filling.contracting import app as contracting
from forebay_client.commands.filling.holding import app as holding
from forebay_client.commands.filling.indexing import index
from forebay_client.commands.filling.jobs import jobs
from forebay_client.commands.filling.originating import lineage
from forebay_client.commands.filling.syncing import sync
from forebay_client.commands.ingesting import ingest
from forebay_client.commands.keeping import caching, corpora, documents
from forebay_client.commands.output import complain
from forebay_client.commands.recording import auditing
from forebay_client.commands.recording.usage import usage
from forebay_client.commands.searching import search
from forebay_client.commands.serving import models
from forebay_client.commands.stack import down, status, up
from forebay_client.commands.tracing import trace

app = typer.Typer(
    name="forebay",
    help="Answers from your own documents: `forebay up`, `forebay ingest PATH… --corpus NAME`, `forebay ask`.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for command in (up, down, status, ingest, sync, ask, search, trace, lineage, models, usage, demo):
    app.command()(command)
for controlling in (apply, diff, get, delete, history):
    app.command()(controlling)
app.command("eval")(evaluate)
app.add_typer(jobs, name="jobs")
app.add_typer(contracting, name="contract")
app.add_typer(holding, name="quarantine")
app.add_typer(corpora.app, name="corpora")
app.add_typer(documents.app, name="documents")
app.add_typer(keys.app, name="keys")
app.add_typer(index, name="index")
app.add_typer(auditing.app, name="audit")
app.add_typer(caching.app, name="cache")


def main() -> None:
    """Run the command line; what fails before a command has begun its work ends it with a sentence, too."""
    try:
        app()
    except ServiceError as failure:
        complain(failure)
        sys.exit(1)
