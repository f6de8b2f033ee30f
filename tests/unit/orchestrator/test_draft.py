from __future__ import annotations

import pytest

from fakes.generator import MODEL
from orchestrator.answer.draft import Draft
from orchestrator.answer.refusals import NO_ANSWER, gives_up
from orchestrator.answer.words import Finish, Usage
from orchestrator.answer.writer import Piece


def piece(text, finish="", tokens=1):
    return Piece(text=text, finish=finish, input_tokens=30, output_tokens=tokens, model=MODEL)


def written(*texts, most=3):
    draft = Draft(most)
    shown = [draft.add(piece(text)) for text in texts]
    return draft, shown


def test_what_is_written_is_shown_as_it_comes():
    draft, shown = written(" Routes", " are", " kept.")

    assert shown == ["Routes", " are", " kept."]
    assert draft.text == "Routes are kept."
    assert not draft.full


def test_white_space_waits_for_what_follows_it():
    _, shown = written("Routes", " ", "\n", "are", " kept")

    assert shown == ["Routes", "", "", " \nare", " kept"]


def test_the_model_is_stopped_after_so_many_sentences():
    draft, shown = written("One here. ", "Two here. ", "Three", " here.", most=2)

    assert draft.full
    assert draft.text == "One here. Two here."
    assert shown[2:] == ["", ""]


def test_saying_the_same_again_is_enough():
    draft, _ = written("The table is versioned. ", "The table is  versioned. ", "The", most=9)

    assert draft.full


def test_rambling_inside_a_sentence_is_enough():
    draft, _ = written("It is a text based storage system, and ", "it is a text based storage system", most=9)

    assert draft.full


def test_a_model_that_is_stuck_is_stopped():
    draft, _ = written("The file meta", *["_names"] * 6, most=9)

    assert draft.full


def test_short_items_may_repeat():
    draft, _ = written("- yes\n", "- yes\n", "- no", most=9)

    assert not draft.full


def test_tokens_are_the_models_own_count():
    draft = Draft(3)
    draft.add(piece("One", tokens=1))
    draft.add(piece(" two", tokens=2))

    assert draft.usage == Usage(input_tokens=30, output_tokens=3)
    assert draft.model == MODEL


@pytest.mark.parametrize(("finish", "meaning"), [("length", Finish.LENGTH), ("stop", Finish.STOP), ("", Finish.STOP)])
def test_the_models_reason_is_kept(finish, meaning):
    draft = Draft(3)
    draft.add(piece("One.", finish))

    assert draft.finish is meaning


@pytest.mark.parametrize(
    "text",
    [
        NO_ANSWER,
        "I don't know.",
        "I'm sorry, but I cannot help with that.",
        "The text does not mention a default port.",
        "The documentation doesn\u2019t specify who maintains it.",
        "The price is not mentioned in the provided context.",
        "There is no information about pricing.",
        "As an AI language model I have no opinion.",
    ],
)
def test_giving_up_is_recognised(text):
    assert gives_up(text)


@pytest.mark.parametrize(
    "text",
    [
        "The cache is not shared between tenants.",
        "Retrieval drops what is not committed.",
        "Streams do not send messages twice.",
        "An answer that the sources do not hold is refused.",
        "If it does not start, the log says why.",
    ],
)
def test_a_plain_negation_is_an_answer(text):
    assert not gives_up(text)
