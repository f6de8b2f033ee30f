from __future__ import annotations

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from embedding.tokenizers import FileTokeniser


@pytest.fixture
def tokeniser(tmp_path):
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "a": 3, "b": 4}, unk_token="[UNK]"))  # noqa: S106 - a token of a text
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    tokenizer.enable_padding(length=128)
    tokenizer.enable_truncation(4)
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    return FileTokeniser(tmp_path / "tokenizer.json", window=6)


async def test_the_window_is_ours_and_nothing_is_padded(tokeniser):
    (short, exact, long) = await tokeniser.tokens(["a b", "a b a b", "a b a b a"])

    assert list(short.ids) == [1, 3, 4, 2]
    assert list(exact.ids) == [1, 3, 4, 3, 4, 2]
    assert list(long.ids) == [1, 3, 4, 3, 4, 2]
    assert [short.truncated, exact.truncated, long.truncated] == [False, False, True]


async def test_a_text_without_words_is_two_tokens(tokeniser):
    (blank,) = await tokeniser.tokens([" \t"])

    assert list(blank.ids) == [1, 2]


async def test_many_texts_come_back_in_order(tokeniser):
    texts = ["a", "b"] * 150 + ["b " * 9_000]

    tokens = await tokeniser.tokens(texts)

    assert [token.ids[1] for token in tokens] == [3, 4] * 150 + [4]
