"""Run the overlays of a policy document: each loads, and each number of a reading is read from its words, too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..errors import KnowledgeError, KnowledgeFaults
from ..law.knowledge import Knowledge
from ..law.load import load
from ..law.overlays import read_overlay
from ..law.rules import read_rules
from ..model import Text
from .numbers import compare
from .places import Places
from .report import Fault
from .structure import check_words
from .words import read_sentences

__all__ = ["check_overlays"]


def check_overlays(knowledge: Knowledge, known: Iterable[Fault], places: Places) -> Iterator[Fault]:
    """Faults of the readings that ship with the document, each applied on its own, and of its amendments on their days.

    Of an amendment the text does not hold the numbers; that its rules can be read is what is held against it.

    Args:
        knowledge: the loaded knowledge base, without overlays.
        known: the faults of the knowledge base itself, which are not said again under each overlay.
        places: where the overlays are.
    """
    said = {fault.what for fault in known}
    for day in dict.fromkeys(one.valid_from for one in knowledge.amendments):
        try:
            read_rules(load(knowledge.root, knowledge.policy, as_of=day, plain=knowledge))
        except KnowledgeError as error:
            for fault in _told(error):
                if fault.what not in said:
                    said.add(fault.what)
                    yield fault
    dated = {one.name for one in knowledge.amendments}
    for path in places.overlays:
        if path.name in dated:
            continue
        name = path.stem.replace(".", ":")
        try:
            overlay = read_overlay(knowledge.root, knowledge.policy, path)
            if not overlay.reads:
                raise KnowledgeError("overlay-never-applied", where=overlay.place(min(overlay.heads, key=str)))
            changed = load(knowledge.root, knowledge.policy, (name,), plain=knowledge)
            book = read_rules(changed)
        except KnowledgeError as error:
            yield from _told(error)
            continue
        sentences = read_sentences(changed, book)
        own = Places(changed)
        for fault in (*compare(changed, book, sentences, own).faults, *check_words(changed, sentences, own)):
            if fault.what not in said:
                what = Text(f"{name}：{fault.what.zh}", f"{name}: {fault.what.en}")
                yield Fault("overlays", fault.where, what, fault.mend)


def _told(error: KnowledgeError) -> Iterator[Fault]:
    """What loading was refused for, each by itself."""
    for each in error.faults if isinstance(error, KnowledgeFaults) else (error,):
        yield Fault("overlays", each.where.en, each.text, each.mend)
