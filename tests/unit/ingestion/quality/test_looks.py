"""Damaged text and unusual lengths."""

from __future__ import annotations

import math

import pytest

from ingestion.quality.encoding import damaged
from ingestion.quality.sizes import Sizes, outlying

TEXTS = {
    "de": "„Spaß“ und größere Übungen – „Maß“ … ",
    "fr": "«À la carte» — déjà vu, “Noël” à… ",
    "es": "ESPAÑA: «¿Qué?» AÑO “NIÑO” año… ",
    "pt": "AÇÃO “NÃO” SÃO — ações ",
    "ru": "Турбина останавливается. ",
    "el": "Ο στρόβιλος σταματά. ",
}


@pytest.mark.parametrize("language", TEXTS)
def test_text_read_in_the_wrong_encoding_is_found_and_the_right_one_is_not(language):
    text = TEXTS[language] * 5

    assert list(damaged(text)) == []
    assert len(list(damaged(text.encode().decode("cp1252", errors="replace")))) == 1


def test_one_damaged_character_in_a_long_text_is_not_worth_a_word():
    assert list(damaged("a long text " * 100 + "\ufffd")) == []
    assert list(damaged("plain ASCII " * 100)) == []


USUAL = Sizes(documents=1000, mean=math.log(2_000), deviation=0.5)


@pytest.mark.parametrize(("characters", "far"), [(2_000, 0), (500, 0), (10_000, 0), (200, 1), (20_000, 1)])
def test_a_length_far_from_the_usual_is_found(characters, far):
    assert len(list(outlying(characters, USUAL))) == far


def test_few_documents_say_nothing_about_what_is_usual():
    assert list(outlying(1_000_000, Sizes(documents=10, mean=1.0, deviation=0.1))) == []


def test_documents_that_are_all_of_one_length_leave_room():
    forms = Sizes(documents=100, mean=math.log(1_000), deviation=0.0)

    assert list(outlying(1_500, forms)) == []
    assert len(list(outlying(5_000, forms))) == 1
