"""Types of fields that several services check alike: texts, names, identifiers.

Bounds on length are added where they are used: `Annotated[Text, Field(max_length=8192)]`.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from chassis.filters import parsed

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_BREAK = re.compile(r"[\t\n\r\u2028\u2029]")


def _no_control(text: str) -> str:
    if found := _CONTROL.search(text):
        raise ValueError(f"must not hold control characters (one is at character {found.start()})")
    return text


def _one_line(text: str) -> str:
    if found := _LINE_BREAK.search(text):
        raise ValueError(f"must be one line (it breaks at character {found.start()})")
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


def _filter(text: str) -> str:
    if text:
        parsed(text)
    return text


AnyText = Annotated[str, AfterValidator(_no_control)]
"""Text that may be empty: line breaks and tabs are welcome, other control characters are not."""

Text = Annotated[AnyText, AfterValidator(_not_blank)]
"""Text that says something."""

Line = Annotated[Text, AfterValidator(_one_line)]
"""Text on one line, such as a title or a key of the caller's own."""

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$", max_length=63)]
"""A name that is fit for files, labels and addresses: lower case, digits, dots, dashes, at most 63 characters."""

FilterText = Annotated[str, AfterValidator(_filter)]
"""A filter on documents as `docs/search.md` has it; empty is none."""

CorpusName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
"""The name of a corpus, unique within its tenant; the contracts and the database say the same."""

TenantName = Name
"""The name of a tenant."""

Group = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9._:@/-]{0,126}[A-Za-z0-9])?$", max_length=128)
]
"""The name of a group of readers, as an identity provider writes it."""
