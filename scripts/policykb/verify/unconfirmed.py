"""What a program proposed and nobody has confirmed yet, in the order of the text: a list to work down."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pyoxigraph as ox

from ..law.knowledge import Knowledge, local
from ..law.rules import RuleBook
from ..names import CV, DCT, PKB
from .places import Places
from .report import Fault, breach

__all__ = ["check_confirmed"]

RULE = "confirmed"


def check_confirmed(
    knowledge: Knowledge, book: RuleBook, places: Places, among: Collection[ox.NamedNode] | None = None
) -> Iterator[Fault]:
    """Every proposal that still says what is to be confirmed.

    Args:
        knowledge: the loaded knowledge base.
        book: its rules.
        places: where resources stand.
        among: the resources that are looked at; all if None.
    """
    starts = {provision.iri: provision.start for provision in book.provisions.values()}
    parts: dict[str, int] = {}
    for provision in book.provisions.values():
        parts.setdefault(provision.part, provision.start)

    def position(node: ox.NamedNode) -> tuple[int, str]:
        cited = [*knowledge.objects(node, DCT.source), *knowledge.objects(node, CV.hasLegalResource)]
        found = [starts[term.value] for term in (node, *cited) if term.value in starts]
        return min(found, default=parts.get(local(node), -1)), node.value

    found = [node for node in knowledge.subjects(PKB.toConfirm) if among is None or node in among]
    for node in sorted(found, key=position):
        note = knowledge.text(node, PKB.toConfirm)
        what = note or knowledge.label(node)
        yield breach("verify-unconfirmed", RULE, places.definition(node.value), name=local(node), what=what)
