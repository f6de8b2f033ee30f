from __future__ import annotations

from fakes.searcher import found, hit
from orchestrator.evidence.choosing import chosen, near, passages, ranked, unsaid
from orchestrator.evidence.lines import pages
from orchestrator.evidence.quoting import quotation, quoted
from orchestrator.evidence.weights import weigh

QUESTION = "Which port serves health?"
GUIDE = hit(
    "Probes know no TLS. Health is served on port 8081. Coffee is served at nine. Nothing else matters here.", "Probes"
)
OTHER = hit("The gateway has a port too. It is public.", "Gateway")


def words(text):
    return len(text.split())


def lines(*hits, question=QUESTION):
    return ranked(pages(hits), weigh(question, found(question).terms))


def test_the_line_with_the_words_of_the_question_is_first():
    assert lines(GUIDE, OTHER)[0].line.text == "Health is served on port 8081."


def test_a_neighbour_of_a_good_line_beats_a_stranger():
    texts = [each.line.text for each in lines(GUIDE)]

    assert texts.index("Probes know no TLS.") < texts.index("Nothing else matters here.")


def test_lines_are_taken_until_the_budget_is_spent_and_put_back_in_order():
    taken = chosen(lines(GUIDE, OTHER), 11, words)

    assert sum(words(each.line.text) for each in taken) <= 11
    places = [(each.page.number, each.line.place) for each in taken]
    assert places == sorted(places)


def test_the_best_line_is_cut_when_it_alone_is_too_long():
    (only,) = chosen(lines(hit("Health port " * 40)), 10, words)

    assert 0 < words(only.line.text) <= 10


def test_no_lines_give_no_passages():
    assert passages(chosen([], 10, words)) == []


def test_a_passage_says_its_heading_and_marks_what_was_left_out():
    first, _, third, *_ = sorted(lines(GUIDE), key=lambda each: each.line.place)

    assert passages([first, third]) == ["Probes: Probes know no TLS. … Coffee is served at nine."]


def test_quotations_stand_in_quotation_marks():
    assert quotation(lines(GUIDE), 6, words) == "“Health is served on port 8081.”"


def test_a_long_quotation_is_cut_at_a_word():
    text = quoted("lengthy " * 100)

    assert len(text) <= 405
    assert text.endswith("lengthy …”")


def test_a_line_that_only_asks_the_question_is_worth_less():
    asking = hit('forebay ask "Which port serves health?"', "Asking")
    best = lines(asking, GUIDE)[0]

    assert best.line.text == "Health is served on port 8081."


def test_a_line_that_only_says_the_words_of_the_question_is_worth_less():
    assert lines(hit("Port serves health.", "Health"), GUIDE)[0].line.text == "Health is served on port 8081."


def test_lines_beside_the_point_are_left_out():
    texts = [each.line.text for each in near(lines(GUIDE))]

    assert texts[0] == "Health is served on port 8081."
    assert "Nothing else matters here." not in texts


def test_what_a_text_says_is_not_quoted_again():
    first = lines(GUIDE)[:1]

    assert unsaid(first, "Health is served on port 8081, says the guide.") == []
    assert unsaid(first, "Health is served on port 9999.") == first
    assert unsaid(first, "Bananas.") == first


def test_a_question_for_a_number_prefers_lines_with_one():
    said = hit("The memory of Valkey is bounded too. Valkey keeps at most 256 MB in memory.")

    best = lines(said, question="How much memory may Valkey use?")[0]

    assert best.line.text == "Valkey keeps at most 256 MB in memory."
