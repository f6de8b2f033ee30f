"""The checks of documents on real text: what they find, what they find in vain, and what they cost."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from uuid import UUID

import pytest

from ingestion.contracts.words import PersonalKind
from ingestion.quality.encoding import damaged
from ingestion.quality.langid import LangidDetector
from ingestion.quality.personal import kinds_in
from ingestion.quality.signatures import NEAR, bands_of, likeness, signature_of

CORPUS = UUID(int=1)
KINDS = {
    "CREDIT_CARD": PersonalKind.CARD,
    "PHONE_NUMBER": PersonalKind.PHONE,
    "EMAIL_ADDRESS": PersonalKind.EMAIL,
    "IBAN_CODE": PersonalKind.IBAN,
    "US_SSN": PersonalKind.US_SSN,
    "IP_ADDRESS": PersonalKind.IP_ADDRESS,
}


def abstracts(data):
    lines = (data / "scifact" / "corpus.jsonl").read_text().splitlines()
    return [json.loads(line)["text"] for line in lines]


def labelled(sentence):
    spans = [span for span in sentence["spans"] if span["entity_type"] in KINDS]
    return [(KINDS[span["entity_type"]], span["start_position"], span["end_position"]) for span in spans]


@pytest.mark.slow
def test_personal_data_with_a_form_is_found_and_little_else(data):
    sentences = json.loads((data / "pii" / "presidio" / "synth_dataset_v2.json").read_text())
    right, missed, wrong = Counter(), Counter(), Counter()
    for sentence in sentences:
        found = list(kinds_in(sentence["full_text"]))
        for kind, start, end in labelled(sentence):
            hits = [one for one in found if one[0] == kind and one[1][0] < end and start < one[1][1]]
            (right if hits else missed)[kind] += 1
            found = [one for one in found if one not in hits]
        wrong.update(kind for kind, _ in found)

    for kind in PersonalKind:
        recall, precision = right[kind] / (right[kind] + missed[kind]), right[kind] / (right[kind] + wrong[kind])
        print(
            f"{kind.value:11} {right[kind] + missed[kind]:4} labelled, recall {recall:.3f}, precision {precision:.3f}"
        )
    assert right.total() / (right.total() + missed.total()) >= 0.95
    assert right.total() / (right.total() + wrong.total()) >= 0.99


@pytest.mark.slow
def test_abstracts_in_english_are_all_english_undamaged_and_unlike_each_other(data):
    detector, texts = LangidDetector(), abstracts(data)
    english = sum(detector.languages(text[:300])["en"] >= 0.1 for text in texts)
    signatures = [signature_of(text) for text in texts if len(text.split()) > 60]
    bands = Counter(band for one in signatures for band in set(bands_of(one, CORPUS)))

    print(f"{english} of {len(texts)} taken for English by 300 characters, {len(bands)} bands")
    assert english / len(texts) >= 0.999
    assert sum(bool(list(damaged(text))) for text in texts) == 0
    assert sum(count - 1 for count in bands.values()) <= 20


@pytest.mark.slow
@pytest.mark.parametrize(("share", "least"), [(0.01, 0.99), (0.03, 0.97), (0.05, 0.85)])
def test_abstracts_with_words_changed_are_found_again(data, share, least):
    texts = [text for text in abstracts(data) if len(text.split()) > 60]
    drawn, found, seconds = random.Random(1), 0, 0.0
    words = [word for text in texts[:200] for word in text.split()]
    chosen = drawn.sample(texts, 500)
    for text in chosen:
        other = [drawn.choice(words) if drawn.random() < share else word for word in text.split()]
        before = time.perf_counter()
        one, two = signature_of(text), signature_of(" ".join(other))
        met = set(bands_of(one, CORPUS)) & set(bands_of(two, CORPUS))
        seconds += time.perf_counter() - before
        found += bool(met) and likeness(one, two) >= NEAR

    each = seconds / len(chosen) / 2 * 1000
    print(f"{share:.0%} of the words changed: found {found / len(chosen):.3f}, {each:.2f} ms a document")
    assert found / len(chosen) >= least
