"""Near-duplicates are found by equal bands, and nothing else is."""

from __future__ import annotations

import random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.quality.signatures import BANDS, NEAR, bands_of, likeness, signature_of

CORPUS, OTHER = UUID(int=1), UUID(int=2)
WORDS = [f"word{number}" for number in range(2_000)]


def text(seed, words=250):
    return random.Random(seed).choices(WORDS, k=words)


def changed(words, share, seed):
    drawn, words = random.Random(seed), list(words)
    for _ in range(round(len(words) * share)):
        at = drawn.randrange(len(words))
        match drawn.randrange(3):
            case 0:
                words[at] = drawn.choice(WORDS)
            case 1:
                del words[at]
            case _:
                words.insert(at, drawn.choice(WORDS))
    return words


def meet(one, other):
    return bool(set(bands_of(one, CORPUS)) & set(bands_of(other, CORPUS)))


@pytest.mark.parametrize(("share", "least"), [(0.01, 1.0), (0.03, 0.99), (0.05, 0.9)])
def test_most_texts_with_a_few_words_changed_are_found(share, least):
    pairs = [(text(seed), changed(text(seed), share, seed + 1)) for seed in range(200)]
    signatures = [(signature_of(" ".join(one)), signature_of(" ".join(other))) for one, other in pairs]

    found = [meet(one, other) and likeness(one, other) >= NEAR for one, other in signatures]

    assert sum(found) / len(found) >= least


def test_texts_that_have_nothing_in_common_never_meet():
    signatures = [signature_of(" ".join(text(seed))) for seed in range(200)]
    bands = [band for one in signatures for band in bands_of(one, CORPUS)]

    assert len(set(bands)) == len(bands) == 200 * BANDS


def test_likeness_is_about_the_share_of_triples_in_common():
    one = text(1, 3_000)
    for share in (0.02, 0.05, 0.1):
        other = changed(one, share, 2)
        triples = [{tuple(words[at : at + 3]) for at in range(len(words) - 2)} for words in (one, other)]
        true = len(triples[0] & triples[1]) / len(triples[0] | triples[1])

        assert likeness(signature_of(" ".join(one)), signature_of(" ".join(other))) == pytest.approx(true, abs=0.12)


def test_case_punctuation_and_space_do_not_count():
    assert signature_of("The gate, closed!  At NIGHT.") == signature_of("the gate closed\nat night")


def test_corpora_never_meet():
    signature = signature_of("the same text in two corpora")

    assert not set(bands_of(signature, CORPUS)) & set(bands_of(signature, OTHER))


def test_signatures_are_the_same_on_every_machine_and_in_every_release():
    # Those in the store were made by an older process.
    assert signature_of("The gate is closed at night.")[:8].hex() == "ab9aff5b547de410"
    assert bands_of(signature_of("The gate is closed at night."), CORPUS)[0] == -1890771996749295883


@given(st.text(max_size=60))
def test_any_text_has_a_signature_and_is_like_itself(any_text):
    signature = signature_of(any_text)

    assert len(bands_of(signature, CORPUS)) == BANDS
    assert likeness(signature, signature) == 1.0
