"""HTML, by lexbor's HTML 5 parser: what a reader of the page would read.

Navigation, footers, scripts, forms and hidden elements are left out; if the page marks its main
part, only that is read.
"""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from chassis.errors import InvalidArgument
from ingestion.parsing.markup.elements import Elements
from ingestion.parsing.markup.vocabulary import SELF_CLOSING
from ingestion.parsing.outline import Outline
from ingestion.parsing.text import decode, one_line

__all__ = ["parse_html", "read_fragment"]

_DEEPEST: Final = 2000
"""Open elements; the parser's time grows with the square of this."""

_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)([^<>]*+)>")
_META: Final = frozenset(["author", "description", "keywords"])


def parse_html(content: bytes, outline: Outline) -> dict[str, str]:
    """Put what `content` shows into `outline`; return its `meta` elements, language and title."""
    text = decode(content)
    _refuse_depth(text)
    page = LexborHTMLParser(text)
    metadata = _metadata(page)
    mains = page.css("main, [role=main]")
    articles = page.css("article")
    root = mains[0] if mains else articles[0] if len(articles) == 1 else page.body
    if root is not None:
        _walk(root, Elements(outline))
    if outline.title and outline.title in metadata.get("title", ""):
        metadata["title"] = outline.title
    return metadata


def read_fragment(source: str, outline: Outline) -> None:
    """Put what a piece of HTML shows into `outline`."""
    _refuse_depth(source)
    body = LexborHTMLParser(source).body
    if body is not None:
        _walk(body, Elements(outline))


def _walk(root: LexborNode, elements: Elements) -> None:
    """Visit every node below `root` in order, without recursion: depth is the author's choice."""
    open_nodes: list[LexborNode] = []
    node: LexborNode | None = root.first_child
    while node is not None or open_nodes:
        if node is None:
            closed = open_nodes.pop()
            elements.close(closed.tag or "")
            node = closed.next
        elif _enter(node, elements):
            open_nodes.append(node)
            node = node.first_child
        else:
            node = node.next
    elements.flush()


def _enter(node: LexborNode, elements: Elements) -> bool:
    """Tell `elements` about `node`; return whether to go into it."""
    if node.is_text_node:
        elements.text(node.text_content or "")
        return False
    if not node.is_element_node:
        return False
    tag = node.tag or ""
    attributes = node.attributes
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return False
    return elements.open(tag, attributes)


def _metadata(page: LexborHTMLParser) -> dict[str, str]:
    title = page.css_first("head > title")
    found = {"title": one_line(title.text())} if title is not None else {}
    for node in page.css("head > meta[name]"):
        name = (node.attributes.get("name") or "").lower()
        if name in _META:
            found[name] = one_line(node.attributes.get("content") or "", 1000)
    language = page.root.attributes.get("lang") if page.root is not None else None
    return found | ({"language": one_line(language, 35)} if language else {})


def _refuse_depth(text: str) -> None:
    depth = 0
    for closing, name, rest in _TAG.findall(text):
        if rest.endswith("/") or name.lower() in SELF_CLOSING:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        if depth > _DEEPEST:
            raise InvalidArgument(f"The HTML nests more than {_DEEPEST} elements.", reason="TOO_DEEP")
