import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import InvalidArgument
from retrieval.paging import last_of, page_token

CORPUS = "a" * 32


@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=512))
def test_a_token_leads_back_to_the_last_document(last):
    token = page_token(CORPUS, last)

    assert last_of(CORPUS, token) == last
    assert len(token) <= 4096


def test_no_token_is_the_beginning():
    assert last_of(CORPUS, "") == ""


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "not a token",
        "é",
        page_token("b" * 32, "page.md"),
        page_token(CORPUS, "a\x00b"),
        page_token(CORPUS, "x" * 513),
        base64.urlsafe_b64encode(b"2:" + CORPUS.encode() + b":page.md").decode(),
        base64.urlsafe_b64encode(b"1:" + CORPUS.encode() + b":\xff").decode(),
    ],
)
def test_a_token_of_no_such_list_is_refused_by_name(token):
    with pytest.raises(InvalidArgument) as caught:
        last_of(CORPUS, token)

    assert [violation.field for violation in caught.value.violations] == ["page_token"]


@given(st.text(max_size=100))
def test_whatever_is_sent_as_a_token_is_read_or_refused(token):
    with contextlib.suppress(InvalidArgument):
        last_of(CORPUS, token)
