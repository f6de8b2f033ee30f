"""Text to lexical terms, the same on the writing and on the reading side.

Milvus's own analysers do not stem and count per segment, so terms are made here and their weights stored as sparse
vectors. `ANALYSER` names the rules: an index that was made with other rules is not compatible and has to be rebuilt.
"""

from __future__ import annotations

from chassis.terms.analysis import ANALYSER, term_id, terms

__all__ = ["ANALYSER", "term_id", "terms"]
