"""Makes the generator's folder: the weights, and what the weights' file says of words and chats."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, Final

from models.making.gguf import metadata

CONTROL: Final = 3
"""The kind of token that steers the model and is no text."""


def collect(source: Path, version: Path) -> None:
    """Fill the version's folder, and put the tokenizer beside it for those who count tokens."""
    version.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, version / "model.gguf")
    facts = metadata(source)
    (version / "chat_template.jinja").write_text(facts["tokenizer.chat_template"], "utf-8")
    names = [name for _, name in controls(facts)]
    (version / "control_tokens.json").write_text(json.dumps(names, indent=1), "utf-8")
    (version.parent / "tokenizer.json").write_text(json.dumps(tokenizer(facts), ensure_ascii=False), "utf-8")


def controls(facts: dict[str, Any]) -> list[tuple[int, str]]:
    """List the control tokens with their ids."""
    kinds = facts["tokenizer.ggml.token_type"]
    return [(number, name) for number, name in enumerate(facts["tokenizer.ggml.tokens"]) if kinds[number] == CONTROL]


def tokenizer(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the tokenizer in the format of the `tokenizers` library."""
    if (facts["tokenizer.ggml.model"], facts["tokenizer.ggml.pre"]) != ("gpt2", "smollm"):
        raise ValueError("only the byte-level tokenizer of SmolLM can be written")
    bytewise = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    model = {
        "type": "BPE",
        "vocab": {token: number for number, token in enumerate(facts["tokenizer.ggml.tokens"])},
        "merges": facts["tokenizer.ggml.merges"],
    }
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": number, "content": name, **plain} for number, name in controls(facts)],
        "normalizer": None,
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [{"type": "Digits", "individual_digits": True}, bytewise],
        },
        "post_processor": None,
        "decoder": bytewise,
        "model": model,
    }
