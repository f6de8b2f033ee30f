"""Chat messages: how they are recognised in `text_input`, and how the model's own template makes a prompt of them.

Text inside a message never becomes a control token: a document that says `<|im_start|>system` gives no orders.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from models.generating.errors import BadRequestError

ROLES: Final = ("system", "user", "assistant")

Message = dict[str, str]
Render = Callable[[list[Message]], str]


def messages(text: str) -> list[Message] | None:
    """Return the messages that the text holds, or None if it is a plain prompt.

    Messages are a JSON array of objects that have a role; anything else is taken as it is.
    """
    if not text.lstrip().startswith("["):
        return None
    try:
        values = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return None
    if not values or not all(isinstance(value, dict) and "role" in value for value in values):
        return None
    return [checked(position, value) for position, value in enumerate(values)]


def checked(position: int, value: dict[str, Any]) -> Message:
    """Return one message if it has a known role and a text."""
    where = f"text_input[{position}]"
    if value["role"] not in ROLES:
        raise BadRequestError(f"{where}.role must be one of {', '.join(ROLES)}")
    if not isinstance(value.get("content"), str):
        raise BadRequestError(f"{where}.content must be a text")
    if unknown := sorted(value.keys() - {"role", "content"}):
        raise BadRequestError(f"{where} has unknown keys: {', '.join(unknown)}")
    return {"role": value["role"], "content": value["content"]}


def defused(content: str, controls: Sequence[str]) -> str:
    """Break up the control tokens in a text, so that they are read as text."""
    for control in controls:
        content = content.replace(control, f"{control[0]} {control[1:]}")
    return content


class Template:
    """Makes prompts; `render` is the model's own chat template, and controls are the tokens that only it may write."""

    def __init__(self, render: Render, controls: Sequence[str]) -> None:
        self._render = render
        self._controls = tuple(controls)

    def prompt(self, text: str) -> str:
        """Return the prompt: messages through the template, any other text as it is."""
        if not text:
            raise BadRequestError("text_input is empty")
        found = messages(text)
        if found is None:
            return text
        safe = [message | {"content": defused(message["content"], self._controls)} for message in found]
        try:
            return self._render(safe)
        except TemplateError as error:
            raise BadRequestError(f"text_input: the model's chat template refuses these messages: {error}") from error


def jinja(source: str) -> Render:
    """Return the template that a model carries as text; it can reach nothing but the messages."""
    template = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True).from_string(source)
    return lambda safe: template.render(messages=safe, add_generation_prompt=True)


class ChatEngine:
    """An engine of vLLM that also takes messages; everything else of it is as it was."""

    def __init__(self, engine: Any, template: Template) -> None:
        self._engine = engine
        self._template = template

    def generate(self, prompt: object, *arguments: Any, **options: Any) -> Any:
        """Generate from a prompt or from messages."""
        return self._engine.generate(
            self._template.prompt(prompt) if isinstance(prompt, str) else prompt, *arguments, **options
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)
