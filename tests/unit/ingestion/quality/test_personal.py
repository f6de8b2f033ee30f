"""Personal data is told by its form, and by the digits that prove it."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.contracts.words import PersonalKind
from ingestion.quality.checksums import luhn, mod97
from ingestion.quality.personal import kinds_in, personal


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("write to jo.doe+x@mail.test-site.org.", "email"),
        ("card 4111 1111 1111 1111, please", "card"),
        ("card 378282246310005", "card"),
        ("IBAN DE89 3704 0044 0532 0130 00", "iban"),
        ("to gb82west12345698765432", "iban"),
        ("it came from 8.8.8.8, they say", "ip_address"),
        ("and 2001:4860:4860::8888", "ip_address"),
        ("her number is 123-45-6789", "us_ssn"),
        ("+49 30 901820", "phone"),
        ("(212) 555-0187", "phone"),
        ("+41 (0)44 668 18 00", "phone"),
        ("call me on 555 0187", "phone"),
        ("Fax: 9498777106", "phone"),
        ("416 60 039 office", "phone"),
    ],
)
def test_each_kind_is_told(text, kind):
    assert [found.value for found, _ in kinds_in(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "card 4111 1111 1111 1112",
        "DE88 3704 0044 0532 0130 00",
        "the FP16 and BF16 data types must",
        "127.0.0.1, 10.0.0.1, 192.168.0.1, ::1",
        "Chrome/104.0.0.0 and Version=7.0.0.0",
        "299.1.1.1",
        "2026-11-24 12:05:15, 2026-11-24",
        "000-12-3456",
        "n = 1,234,567 and p < 0.000012345678",
        "0.12345678901234567890",
        "fig. 3.1.4 on pages 100-200, 1990-2000",
        "@decorator and user@localhost",
        "someone@example.com",
        "a 1234567890123456789012345 long number",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text):
    assert list(kinds_in(text)) == []


def test_a_field_is_named_with_kinds_and_counts_and_without_what_they_are():
    texts = [("content", "a@b.org, c@d.org, 4111111111111111"), ("title", "nothing")]

    (finding,) = personal(texts, ())

    assert finding.field == "content"
    assert finding.why.endswith("card (1), email (2)")
    assert "4111" not in finding.why


def test_only_the_kinds_that_were_asked_for_count():
    assert list(personal([("content", "a@b.org")], [PersonalKind.IBAN])) == []


@given(st.text(alphabet="0123456789", min_size=1, max_size=18))
def test_exactly_one_last_digit_fits_a_card(digits):
    assert [luhn(digits + str(last)) for last in range(10)].count(True) == 1


@given(st.integers(0, 10**18 - 1))
def test_a_changed_digit_breaks_an_iban(account):
    check = 98 - int(f"{account:018d}131400") % 97
    iban = f"DE{check:02d}{account:018d}"

    assert mod97(iban)
    for at in range(4, len(iban)):
        assert not mod97(iban[:at] + str((int(iban[at]) + 1) % 10) + iban[at + 1 :])


@pytest.mark.parametrize("alphabet", ["0123456789 -", "a.@", "0:", "(+0) -", "AZ09 ", "a1-@.:+() "])
def test_a_long_line_of_anything_is_looked_through_in_time_that_grows_with_it(alphabet):
    drawn = random.Random(7)
    text = "".join(drawn.choices(alphabet, k=100_000))
    before = time.perf_counter()

    list(kinds_in(text))

    assert time.perf_counter() - before < 20
