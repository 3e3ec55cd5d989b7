"""The words by which texts are drafted, from a knowledge base that may hold no document yet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from ..errors import KnowledgeError
from ..law.fingerprint import Fingerprint
from ..law.knowledge import Knowledge
from ..law.turtle import parse
from ..names import PKB, SKOS
from ..verify.boundary import Bound, read_bounds
from ..verify.numerals import Numeral, TextUnit, text_units

__all__ = ["Lexicon", "lexicon"]

_SENTENCES = ("incentive", "no-incentive", "duty", "encouragement", "said", "ruled")
_NOTHING = ("taken-back", "refused", "limited", "arranged", "whole")
_NUMBERS = ("granted", "paid", "below", "step", "sum", "share", "met", "rated", "replaced")
_KNOWN = (*_SENTENCES, *_NOTHING, *_NUMBERS, "from", "until")
_FILE = "ontology/schemes/drafting.ttl"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """How texts write units, what bounds a number, and by which words sentences are told apart."""

    units: Sequence[TextUnit]
    bounds: Sequence[Bound]
    phrases: Mapping[str, re.Pattern[str]]

    def is_money(self, numeral: Numeral) -> bool:
        """Whether a number is a sum of money."""
        return any(unit.is_money and unit.id == numeral.unit for unit in self.units)

    def each(self, before: str) -> str:
        """What a number is for each of, by the words before it; empty where they name nothing."""
        paid = self.phrases["paid"].pattern
        found = re.search(rf"每\s*([^\d，。；、（）]{{1,10}}?)\s*(?:(?:{paid})\s*)*$", before)
        return re.split(paid, found[1], maxsplit=1)[0] if found is not None else ""


def lexicon(root: Path) -> Lexicon:
    """The words of a knowledge base.

    Args:
        root: its folder.

    Raises:
        KnowledgeError: some are missing, or are no regular expression.
    """
    files = tuple(sorted((root / "ontology" / "schemes").glob("*.ttl")))
    store = ox.Store()
    for path in files:
        store.extend(parse(path))
    knowledge = Knowledge(root, "", store, files, (), Fingerprint("", "", ""))
    phrases = {}
    for node in knowledge.subjects(PKB.phrasedAs):
        name, words = knowledge.string(node, SKOS.notation) or "", knowledge.string(node, PKB.phrasedAs) or ""
        try:
            phrases[name] = re.compile(words)
        except re.error:
            raise KnowledgeError("phrase-unreadable", where=_FILE, name=name, words=words) from None
    missing = [name for name in _KNOWN if name not in phrases]
    if missing:
        raise KnowledgeError("phrase-missing", where=_FILE, names=missing)
    return Lexicon(text_units(knowledge), read_bounds(knowledge), phrases)
