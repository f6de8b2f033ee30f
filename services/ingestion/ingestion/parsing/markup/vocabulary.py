"""The elements of HTML by what they mean for the text."""

from __future__ import annotations

from typing import Final

__all__ = ["HEADINGS", "INLINE", "ITEMS", "LEFT_OUT", "LISTS", "SELF_CLOSING", "WRITTEN_IN_MARKDOWN"]

_LEFT_OUT: Final = """
audio button canvas datalist dialog footer head iframe input math nav noscript object script select style svg template
textarea video
"""
_INLINE: Final = """
a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q ruby rb rp rt s samp small span
strike strong sub sup time tt u var wbr
"""
_SELF_CLOSING: Final = """
area base br col dd dt embed hr img input li link meta optgroup option p param rb rp rt source tbody td tfoot th thead
tr track wbr
"""
_OTHERS: Final = """
blockquote center details div dl figcaption figure h1 h2 h3 h4 h5 h6 main ol picture pre section summary table ul
"""

LEFT_OUT: Final = frozenset(_LEFT_OUT.split())
"""Neither they nor what they hold is read."""
INLINE: Final = frozenset(_INLINE.split())
"""They stand within a line of text."""
SELF_CLOSING: Final = frozenset(_SELF_CLOSING.split())
"""They need no end tag, so that many open ones are no deep nesting."""
WRITTEN_IN_MARKDOWN: Final = LEFT_OUT | INLINE | SELF_CLOSING | frozenset(_OTHERS.split())
"""What authors of Markdown mean as HTML when they write it between angle brackets."""
LISTS: Final = frozenset(["ul", "ol", "dl", "menu"])
ITEMS: Final = frozenset(["li", "dt", "dd"])
HEADINGS: Final = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
