"""Personal data that can be told by its form. Names of people cannot."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from ipaddress import ip_address
from typing import Final

from ingestion.contracts.findings import Finding, Rule
from ingestion.contracts.words import PersonalKind
from ingestion.quality.checksums import luhn, mod97

__all__ = ["kinds_in", "personal"]

Test = Callable[[str], bool]

_NOT_A_DIGIT: Final = re.compile(r"\D")
_PHONE_DIGITS: Final = range(7, 16)
_CARD_DIGITS: Final = range(12, 20)
_IBAN_DIGITS: Final = 8
_CARD_STARTS: Final = ("1800", "2", "3", "4", "5", "6")
_UNUSED_SSN: Final = ("000", "666")
_TAKEN: Final = "\x00"
"""Stands for a character that is part of something; the text of a document holds none."""

_DATE: Final = re.compile(r"(?:19|20)\d\d[-./ ](?:0[1-9]|1[0-2])[-./ ](?:0[1-9]|[12]\d|3[01])")


def _is_card(text: str) -> bool:
    digits = _NOT_A_DIGIT.sub("", text)
    return len(digits) in _CARD_DIGITS and digits.startswith(_CARD_STARTS) and luhn(digits)


def _is_iban(text: str) -> bool:
    # Words may pass the check by chance; an account's number has digits.
    return len(_NOT_A_DIGIT.sub("", text)) >= _IBAN_DIGITS and mod97(re.sub(r"\s", "", text).upper())


def _is_phone(text: str) -> bool:
    return len(_NOT_A_DIGIT.sub("", text)) in _PHONE_DIGITS and not _DATE.match(text)


def _is_address(text: str) -> bool:
    try:
        found = ip_address(text)
    except ValueError:
        return False
    # Those that belong to nobody stand in every manual: 127.0.0.1, 10.0.0.1, 192.0.2.1.
    return found.is_global


def _is_ssn(text: str) -> bool:
    return not text.startswith(_UNUSED_SSN) and text[4:6] != "00" and text[7:] != "0000"


def _always(text: str) -> bool:
    return bool(text)


_FORMS: Final[tuple[tuple[PersonalKind, str, re.Pattern[str], Test], ...]] = (
    (
        PersonalKind.EMAIL,
        "@",
        re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?!example\.)(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])"),
        _always,
    ),
    (
        PersonalKind.IBAN,
        "",
        re.compile(r"(?<!\w)[A-Za-z]{2}\d{2}(?:[ ]?[A-Za-z0-9]{4}){2,7}(?:[ ]?[A-Za-z0-9]{1,3})?(?!\w)"),
        _is_iban,
    ),
    (PersonalKind.CARD, "", re.compile(r"(?<![\w.,+-])\d(?:[ -]?\d){11,18}(?![\w-])(?!\.\d)"), _is_card),
    (
        PersonalKind.IP_ADDRESS,
        "",
        re.compile(
            r"(?<![\w.:])(?<!\w/)(?<!ersion=)(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{1,4})(?![\w:])(?!\.\d)"
        ),
        _is_address,
    ),
    (PersonalKind.US_SSN, "-", re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"), _is_ssn),
    (
        PersonalKind.PHONE,
        "",
        re.compile(
            r"(?<![\w.,:/=-])(?<!\d )(?:"
            r"(?:\+|00)[1-9]\d{0,2}[ .-]?(?:\(0\)|\(\d{1,4}\))?(?:[ .-]?\d){6,12}"  # with the code of a country
            r"|\(\d{2,5}\)[ .-]?\d{3,4}[ .-]?\d{3,4}"  # with the code of an area in brackets
            r"|\d{3}[-.]\d{3}[-.]\d{4}"  # in groups, as in North America
            r"|0[1-9]\d{0,3}(?:[ .-]\d{2,4}){2,4}"  # in groups, as in most of Europe
            r")(?:x\d{1,5})?(?!\w)(?!\.\d)"
        ),
        _is_phone,
    ),
    (
        PersonalKind.PHONE,
        "",
        # In any form where the word stands before it.
        re.compile(
            r"\b(?:phone|telephone|tel|mobile|cell|fax|desk|call(?: \w{2,4}){0,2})[.:]?\s{0,3}"
            r"(\(?\d{2,5}\)?(?:[ .-]?\d){4,12})(?![\w-])(?!\.\d)",
            re.IGNORECASE,
        ),
        _is_phone,
    ),
    (
        PersonalKind.PHONE,
        "",
        # And where it stands behind it.
        re.compile(
            r"(?<![\w.,:/=-])(\(?\d{2,5}\)?(?:[ .-]?\d){4,12})[ -](?:phone|mobile|cell|fax|office|desk)\b",
            re.IGNORECASE,
        ),
        _is_phone,
    ),
)
"""Kind, a character without which there is none, its form, and what else it must be. The stricter ones come first: what
one has taken is not looked at again."""


def personal(texts: Iterable[tuple[str, str]], kinds: Iterable[PersonalKind]) -> Iterator[Finding]:
    """Yield one finding for each field that holds personal data; `texts` are fields and what they hold."""
    wanted = frozenset(kinds) or frozenset(PersonalKind)
    for field, text in texts:
        found = Counter(kind for kind, _ in kinds_in(text) if kind in wanted)
        if found:
            listed = ", ".join(f"{kind.value} ({count})" for kind, count in sorted(found.items()))
            yield Finding(Rule.PERSONAL_DATA, field, f"seems to hold personal data: {listed}")


def kinds_in(text: str) -> Iterator[tuple[PersonalKind, tuple[int, int]]]:
    """Yield the kind and the place of each piece of personal data."""
    for kind, needed, form, test in _FORMS:
        if needed not in text:
            continue
        for match in form.finditer(text):
            start, end = match.span(match.lastindex or 0)
            if test(text[start:end]):
                yield kind, (start, end)
                text = text[:start] + _TAKEN * (end - start) + text[end:]
