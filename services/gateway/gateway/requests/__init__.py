"""The limits of every request, with the names of the fields as the client wrote them.

The services behind check their own; what is wrong is found here before any of them is called. Documents that are put
are the exception: each gets its verdict from ingestion, so that one bad document does not end the stream.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import BaseModel, create_model

from chassis.fields import CorpusName
from chassis.validation import checked
from gateway.requests import fields
from gateway.visits.visit import Asked

_CHECKED: Final[Mapping[str, tuple[str, Any]]] = {
    "Answer": ("ask", fields.Ask),
    "Search": ("query", fields.Query),
    "Embed": ("texts", fields.Texts),
    "CreateCorpus": ("corpus", fields.NewCorpus),
    "GetCorpus": ("corpus", fields.Corpus),
    "GetDocument": ("document", fields.Document),
    "GetLineage": ("origin", fields.Document),
    "ListDocuments": ("page", fields.Page),
    "DeleteDocument": ("document", fields.Document),
    "SetContract": ("contract", fields.Corpus),
    "GetContract": ("contract", fields.Corpus),
    "ListQuarantine": ("page", fields.HeldPage),
    "ReplayQuarantine": ("replay", fields.Replay),
    "DiscardQuarantined": ("discard", fields.Discard),
    "ListIndexes": ("corpus", fields.Corpus),
    "BeginIndex": ("index", fields.NewIndex),
    "SwitchIndex": ("index", fields.NumberedIndex),
    "DropIndex": ("index", fields.NumberedIndex),
    "PurgeCache": ("corpus", CorpusName | Literal[""]),
}
"""Where the request lies in its message, and what it may be, by the name of the RPC.

What else is in a contract concerns the ingestion service.
"""

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


def _model(call: str) -> type[BaseModel]:
    field, kind = _CHECKED[call]
    made: dict[str, Any] = {field: (kind, ...)}
    return create_model(call, **made)


_MODELS: Final = {call: _model(call) for call in _CHECKED}

_SUBJECTS: Final = ("document_id", "job", "name", "number")
_LONGEST: Final = 512
"""Characters of a name; what has not been checked may be as long as it likes."""


def asked(call: str, request: Any) -> Asked:
    """Return what the request asks for; raise `InvalidArgument` that names what is wrong with it."""
    if call in _CHECKED:
        field, _ = _CHECKED[call]
        inner = getattr(checked(_MODELS[call], **{field: getattr(request, field)}), field)
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
