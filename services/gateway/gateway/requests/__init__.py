"""The limits of every request, with the names of the fields as the client wrote them.

The services behind check their own; what is wrong is found here before any of them is called. Documents that are put
are the exception: each gets its verdict from ingestion, so that one bad document does not end the stream.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import BaseModel

from chassis.fields import CorpusName
from chassis.validation import checked
from gateway.requests import fields
from gateway.visits.visit import Asked


class AnswerRequest(BaseModel):
    """Of Answer."""

    ask: fields.Ask


class SearchRequest(BaseModel):
    """Of Search."""

    query: fields.Query


class EmbedRequest(BaseModel):
    """Of Embed."""

    texts: fields.Texts


class CreateCorpusRequest(BaseModel):
    """Of CreateCorpus."""

    corpus: fields.NewCorpus


class BeginIndexRequest(BaseModel):
    """Of BeginIndex."""

    index: fields.NewIndex


class IndexRequest(BaseModel):
    """Of SwitchIndex and DropIndex."""

    index: fields.NumberedIndex


class GetCorpusRequest(BaseModel):
    """Of GetCorpus."""

    corpus: fields.Corpus


class DocumentRequest(BaseModel):
    """Of GetDocument and DeleteDocument."""

    document: fields.Document


class ListDocumentsRequest(BaseModel):
    """Of ListDocuments."""

    page: fields.Page


class LineageRequest(BaseModel):
    """Of GetLineage."""

    origin: fields.Document


class ContractRequest(BaseModel):
    """Of SetContract and GetContract; what is in a contract concerns the ingestion service."""

    contract: fields.Corpus


class ListQuarantineRequest(BaseModel):
    """Of ListQuarantine."""

    page: fields.HeldPage


class ReplayQuarantineRequest(BaseModel):
    """Of ReplayQuarantine."""

    replay: fields.Replay


class DiscardQuarantinedRequest(BaseModel):
    """Of DiscardQuarantined."""

    discard: fields.Discard


class PurgeCacheRequest(BaseModel):
    """Of PurgeCache."""

    corpus: CorpusName | Literal[""]


_MODELS: Final[Mapping[str, type[BaseModel]]] = {
    "Answer": AnswerRequest,
    "Search": SearchRequest,
    "Embed": EmbedRequest,
    "CreateCorpus": CreateCorpusRequest,
    "GetCorpus": GetCorpusRequest,
    "GetDocument": DocumentRequest,
    "GetLineage": LineageRequest,
    "ListDocuments": ListDocumentsRequest,
    "DeleteDocument": DocumentRequest,
    "SetContract": ContractRequest,
    "GetContract": ContractRequest,
    "ListQuarantine": ListQuarantineRequest,
    "ReplayQuarantine": ReplayQuarantineRequest,
    "DiscardQuarantined": DiscardQuarantinedRequest,
    "ListIndexes": GetCorpusRequest,
    "BeginIndex": BeginIndexRequest,
    "SwitchIndex": IndexRequest,
    "DropIndex": IndexRequest,
    "PurgeCache": PurgeCacheRequest,
}
"""What the gateway checks, by the name of the RPC."""

_UNCHECKED: Final[Mapping[str, str]] = {
    "CreateJob": "job",
    "TakeShard": "ask",
    "ReportShard": "report",
    "GetJob": "job",
    "ListJobRefusals": "page",
    "CancelJob": "job",
    "UpdateCorpus": "corpus",
    "DeleteCorpus": "corpus",
    "DeleteDocuments": "documents",
}
"""Where the request lies in a message that the services behind check, by the name of the RPC."""

_SUBJECTS: Final = ("document_id", "job", "name", "number")
_LONGEST: Final = 512
"""Characters of a name; what has not been checked may be as long as it likes."""


def asked(call: str, request: Any) -> Asked:
    """Return what the request asks for; raise `InvalidArgument` that names what is wrong with it."""
    if model := _MODELS.get(call):
        [field] = model.model_fields
        inner = getattr(checked(model, **{field: getattr(request, field)}), field)
    elif field := _UNCHECKED.get(call, ""):
        inner = getattr(request, field)
    else:
        return Asked()
    corpus = getattr(inner, "corpus", "") or (getattr(inner, "name", "") if call == "CreateCorpus" else "")
    subjects = (str(getattr(inner, name, "") or "") for name in _SUBJECTS if call != "CreateCorpus")
    return Asked(
        corpus=name(corpus),
        subject=name(next((subject for subject in subjects if subject), "")),
        text=getattr(inner, "question", "") or getattr(inner, "query", ""),
        texts=len(getattr(inner, "texts", ())),
        output_tokens=getattr(inner, "max_output_tokens", 0),
    )


def name(text: str) -> str:
    """Return a name that was perhaps not checked, as a record can hold it."""
    return text[:_LONGEST].replace("\0", "\ufffd")
