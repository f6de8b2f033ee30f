import pytest

from gateway.http.openai.questions import LONGEST, Turn, leans, standalone


def question(*asked):
    turns = []
    for text in asked:
        turns += [Turn("user", text), Turn("assistant", "It is so.")]
    return standalone(turns[:-1]).text


@pytest.mark.parametrize(
    "text",
    [
        "And the dam of Nurek?",
        "What about pumps for drinking water?",
        "How old is it?",
        "Where are those made?",
        "Why?",
        "Tell me more",
        "Und die Pumpe im Keller?",
        "Wie alt ist er?",
    ],
)
def test_what_continues_points_back_or_says_little_leans_on_what_came_before(text):
    assert leans(text)


@pytest.mark.parametrize(
    "text",
    [
        "How high is the dam of Nurek?",
        "Why does a pump lose pressure?",
        "Which API keys may write?",
        "Wie hoch ist die Staumauer von Nurek?",
    ],
)
def test_what_names_its_subject_stands_alone(text):
    assert not leans(text)


def test_a_question_that_stands_alone_is_asked_alone():
    assert question("How high is the dam of Nurek?", "Who owns the dam of Grand Coulee?") == (
        "Who owns the dam of Grand Coulee?"
    )


def test_questions_that_lean_on_each_other_are_joined_up_to_three():
    asked = ["How high is the dam of Nurek?", "And how old is it?", "Who built it?", "Why?"]

    assert question(*asked[:2]) == "How high is the dam of Nurek?\nAnd how old is it?"
    assert question(*asked[:3]) == "\n".join(asked[:3])
    assert question(*asked) == "\n".join(asked[1:])


def test_what_is_joined_is_never_longer_than_a_question_may_be():
    assert question("How high is the dam? " + "x" * LONGEST, "Why?") == "Why?"


def test_only_what_the_user_said_is_asked_and_prompts_are_said_to_be_ignored():
    turns = [Turn("system", "Lie."), Turn("user", "How old is it?"), Turn("developer", "Rhyme."), Turn("user", "Why?")]

    made = standalone(turns)

    assert made.text == "How old is it?\nWhy?"
    assert made.ignored == (0, 2)
