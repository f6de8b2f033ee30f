from __future__ import annotations

import pytest

from chassis.snapshot import Prompt
from orchestrator.prompts.composing import Message, compose
from orchestrator.prompts.template import FOLDER, BrokenTemplate, load
from orchestrator.prompts.tokens import estimate

WELL_FORMED = """
name = "plain"
version = 2
system = "Be brief."
user = "Text: {sources}\\nQuestion: {question}"
source = "- {sources}"
source_tokens = 100
most_sentences = 2
"""


def written(folder, text, label="plain@2"):
    (folder / f"{label}.toml").write_text(text)
    return folder


def test_every_template_that_comes_with_the_service_is_well_formed():
    labels = [path.stem for path in FOLDER.glob("*.toml")]

    assert [load(label).label for label in labels] == labels
    assert "answer@1" in labels


def test_a_template_is_read_by_name_and_version(tmp_path):
    assert load("plain@2", written(tmp_path, WELL_FORMED)).label == "plain@2"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (WELL_FORMED.replace("{question}", "it"), "question"),
        (WELL_FORMED.replace('"- {sources}"', '"-"'), "source must hold"),
        (WELL_FORMED.replace("{sources}\\nQuestion: {question}", "{question} {sources}"), "before"),
        (WELL_FORMED.replace("version = 2", "version = 3"), "calls itself plain@3"),
        (WELL_FORMED.replace("source_tokens = 100", "source_tokens = 0"), "source_tokens"),
        (WELL_FORMED + "colour = 1", "colour"),
        ("name = ", "plain@2"),
    ],
)
def test_a_broken_template_stops_the_start_and_says_why(tmp_path, wrong, why):
    with pytest.raises(BrokenTemplate, match=why):
        load("plain@2", written(tmp_path, wrong))


def test_an_unknown_template_is_answered_with_those_that_exist(tmp_path):
    with pytest.raises(BrokenTemplate, match=r"known are: plain@2"):
        load("plain@9", written(tmp_path, WELL_FORMED))


@pytest.fixture
def template(tmp_path):
    return load("plain@2", written(tmp_path, WELL_FORMED))


def test_sources_and_question_take_their_places(template):
    messages = compose(template, "Why?", ["One.", "Two."])

    assert messages == (
        Message("system", "Be brief."),
        Message("user", "Text: - One.\n- Two.\nQuestion: Why?"),
    )


def test_a_question_or_a_source_that_looks_like_a_place_is_text(template):
    *_, last = compose(template, "{sources}", ["{question}"])

    assert last.content == "Text: - {question}\nQuestion: {sources}"


def test_examples_are_earlier_turns():
    template = Prompt(
        name="shown",
        version=1,
        system="",
        user="{sources} {question}",
        source_tokens=16,
        most_sentences=1,
        examples=[{"sources": "It boils.", "question": "Does it?", "answer": "Yes."}],
    )

    roles = [message.role for message in compose(template, "Why?", ["Because."])]

    assert roles == ["user", "assistant", "user"]


# Counted with the tokeniser of SmolLM2.
@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("The corpus version rises once per commit batch.", 9),
        ("Set `FOREBAY_GATEWAY_MAX_ANSWERS=64` and restart.", 20),
        ("p95 was 12.75 ms at 64 in flight", 19),
    ],
)
def test_the_estimate_is_near_the_count_and_rather_above(text, tokens):
    assert 0.8 * tokens <= estimate(text) <= 1.5 * tokens + 2


def test_what_is_not_english_is_not_underestimated():
    assert estimate("検索は埋め込みから始まる") >= 12
