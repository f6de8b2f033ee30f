from __future__ import annotations

import json
from collections import Counter

from bench.filling import Author, identifier

WORDS = ["the", "river", "stone", "cloud", "amber", "quartz"]


def test_a_document_is_the_same_each_time_and_differs_from_the_next():
    author = Author(WORDS, length=12)

    assert author.text(7) == Author(WORDS, length=12).text(7)
    assert author.text(7) != author.text(8)
    assert author.text(7) != Author(WORDS, length=12, seed=1).text(7)


def test_words_are_as_frequent_as_their_rank_says():
    author = Author(WORDS, length=12)

    counts = Counter(word for number in range(2000) for word in author.text(number).split())

    assert [word for word, _ in counts.most_common()] == WORDS
    assert abs(counts["the"] / counts["river"] - 2) < 0.2


def test_a_question_is_half_of_the_words_of_its_document():
    author = Author(WORDS, length=12)

    assert author.question(3).split() == author.text(3).split()[::-2]
    assert len(author.question(3).split()) == 6


def test_an_author_knows_the_whole_words_of_a_tokenizer_in_their_order(tmp_path):
    file = tmp_path / "tokenizer.json"
    file.write_text(json.dumps({"model": {"vocab": {"[PAD]": 0, "the": 1, "##ing": 2, "of": 3, "naïve": 4, "sea": 5}}}))

    assert Author.knowing(file, length=3).words == ["the", "sea"]


def test_ids_sort_as_their_numbers_do():
    assert sorted([identifier(10), identifier(9), identifier(100_000)]) == [
        identifier(9),
        identifier(10),
        identifier(100_000),
    ]
