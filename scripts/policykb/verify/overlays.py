"""Run the overlays of a policy document: each loads, and each number it states is read from its words, too."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import PolicykbError
from ..load import Knowledge, load
from ..model import Text
from ..rules import read_rules
from .numbers import compare
from .places import Places
from .report import Fault
from .structure import check_words
from .words import Sentence

__all__ = ["check_overlays"]


def check_overlays(knowledge: Knowledge, places: Places) -> Iterator[Fault]:
    """Faults of the readings that ship with the document, each applied on its own."""
    for path in places.overlays:
        name = path.stem.replace(".", ":")
        try:
            changed = load(knowledge.root, knowledge.policy, (name,))
            book = read_rules(changed)
        except PolicykbError as error:
            what = Text(error.say("zh").partition("\n")[0], error.say("en").partition("\n")[0])
            yield Fault("overlays", str(path.relative_to(knowledge.root)), what, error.mend)
            continue
        sentences = {provision.id: Sentence(provision) for provision in book.provisions.values()}
        for fault in (*compare(changed, book, sentences, places).faults, *check_words(changed, sentences, places)):
            what = Text(f"{name}：{fault.what.zh}", f"{name}: {fault.what.en}")
            yield Fault("overlays", fault.where, what, fault.mend)
