"""The words that decide, and those that do not."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _sets(text: str) -> tuple[frozenset[str], ...]:
    return tuple(_words(line) for line in text.strip().splitlines())


_COUNTED: Final = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
"""
_ORDINAL: Final = {"first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th"}

NUMBERS: Final = {word: str(number) for number, word in enumerate(_COUNTED.split())} | _ORDINAL
"""Written out; `second` is an ordinal far more often than a unit, and either way it must be in both."""

NEGATIONS: Final = _words("""
no not never none nobody nothing nowhere neither nor cannot without unless except excluding lack lacks
""")

DECIDING: Final = _words("""
before after above below over under more less most least fewer many much few all any each every some only both either
same other another own than then until since during between within outside inside up down on off in out into from to
towards through against with by if when while because always now again already still yet once often first last next
previous must may might can could should would will twice
""")
"""Small words that change what is asked, but for those in `YIELDING`; `won` is no stem, for it is half of `won't`."""

YIELDING: Final = _words("to in on from with can could will would may might if when any some now")
"""Words of `DECIDING` that come and go between phrasings: a switch is on or off by the other of the two words."""

DIRECTIONS: Final = _words("to from into onto than before after over under instead between versus vs by of")
"""Words beside which it matters what comes first."""

ASKING: Final = {word: word for word in ("who", "whose", "when", "where", "why")} | {"whom": "who"}
"""What sort of answer is wanted; all else is open."""

MEASURED: Final = _words("many much long often far old big large high fast tall deep wide soon")
"""After `how`, these ask for a measure."""

SYNONYMS: Final = _sets("""
delete deleted deleting remove removed removing erase erased erasing
create created creating make making made
show shows showing display displays print list
begin begins start starts started starting launch
stop stops stopped stopping halt end
change changes changing modify modifying edit update updating alter
allow allows allowed permit permits permitted
purpose point goal
use used uses using utilise utilize employ
require requires required need needs needed
happen happens happened occur occurs
big large
fast quick quickly rapidly
error failure
pick choose select
fix repair solve resolve
get obtain receive fetch
check verify
set configure
""")
"""Each group says the same in a question. What is in none must be in both questions."""

FILLERS: Final = _words("""
please tell explain describe know want wonder wondering like give help understand exactly actually really basically
simply just possible able mean means meaning say go about kind sort thing proper correct right hi hello hey thanks thank
""")
"""Words that ask, and ask for nothing."""
