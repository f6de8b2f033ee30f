"""English words that say too little to be searched for.

The closed classes of the grammar, written out class by class: a reader can see what is missing and why. Question words
are in, for a question is asked in them and no passage is found by them. Negations are in too: lexical search cannot
tell what they negate.
"""

from __future__ import annotations

from typing import Final

_ARTICLES = "a an the"
_PERSONAL = "i me you he him she her it we us they them"
_POSSESSIVE = "my mine your yours his hers its our ours their theirs"
_REFLEXIVE = "myself yourself himself herself itself ourselves yourselves themselves"
_POINTING = "this that these those here there"
_ASKING = "what which who whom whose when where why how"
_BEING = "am is are was were be been being"
_HAVING = "have has had having"
_DOING = "do does did doing done"
_MODAL = "can could may might must shall should will would cannot"
_JOINING = "and or but nor so yet if because as while than then though although unless until whether"
_PLACING = (
    "about above across after against along among around at before behind below between beyond by down during "
    "for from in into of off on onto out over per through to toward towards under up upon via with within without"
)
_COUNTING = (
    "all any both each either every few more most much neither no none only other others own same several some such"
)
_SHADING = "again also already else ever further however just not now often once quite rather still thus too very"
_CONTRACTED = "s t d ll m re ve don didn doesn isn aren wasn weren hasn haven hadn won wouldn couldn shouldn let"

_CLASSES = (
    *(_ARTICLES, _PERSONAL, _POSSESSIVE, _REFLEXIVE, _POINTING, _ASKING, _BEING, _HAVING),
    *(_DOING, _MODAL, _JOINING, _PLACING, _COUNTING, _SHADING, _CONTRACTED),
)

STOP_WORDS: Final[frozenset[str]] = frozenset(word for line in _CLASSES for word in line.split())
