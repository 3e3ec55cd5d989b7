"""Run the overlays of a policy document: each loads, and each number of a reading is read from its words, too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyoxigraph as ox

from ..errors import KnowledgeError, KnowledgeFaults
from ..law.knowledge import Knowledge, local
from ..law.load import load
from ..law.overlays import Overlay, read_overlay
from ..law.rules import RuleBook, read_rules
from ..model import Text
from ..names import PKB
from .ledger import check_checksum, check_quotes
from .numbers import Comparison, compare
from .numerals import scan, text_units
from .places import Places
from .report import Fault, breach, unjustified
from .structure import check_words
from .unconfirmed import check_confirmed
from .words import Sentence, read_sentences

__all__ = ["check_overlays"]

RULE = "overlays"


def check_overlays(knowledge: Knowledge, known: Iterable[Fault], places: Places) -> Iterator[Fault]:
    """Faults of the readings that ship with the document, each applied on its own, and of its amendments on their days.

    What an amendment changes is read from the text of the amendment, every word of which is quoted.

    Args:
        knowledge: the loaded knowledge base, without overlays.
        known: the faults of the knowledge base itself, which are not said again under each overlay.
        places: where the overlays are.
    """
    said = {fault.what for fault in known}
    for day in dict.fromkeys(one.valid_from for one in knowledge.amendments):
        for fault in _amended(knowledge, day):
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
                yield Fault(RULE, fault.where, what, fault.mend)


def _amended(knowledge: Knowledge, day: date | None) -> Iterator[Fault]:
    """Faults of the document as amended by a day, those of the text as first issued among them."""
    try:
        changed = load(knowledge.root, knowledge.policy, as_of=day, plain=knowledge)
        book = read_rules(changed)
    except KnowledgeError as error:
        yield from _told(error)
        return
    places = Places(changed)
    of_day = [amendment for amendment in changed.applied if amendment.valid_from == day]
    for amendment in of_day:
        yield from (replace(fault, rule=RULE) for fault in _of_text(changed, book, amendment, places))
        yield from check_confirmed(changed, book, places, amendment.subjects | amendment.heads)
    if all(amendment.text for amendment in changed.applied):
        sentences = read_sentences(changed, book)
        compared = compare(changed, book, sentences, places)
        # What an earlier amendment said may be changed by now.
        said = [one for one in book.provisions.values() if any(overlay.has_part(one.iri) for overlay in of_day)]
        unused = _unused(changed, book, compared, [sentences[one.id] for one in said], places)
        for fault in (*compared.faults, *check_words(changed, sentences, places), *unused):
            yield replace(fault, rule=RULE)


def _unused(
    knowledge: Knowledge, book: RuleBook, compared: Comparison, said: Iterable[Sentence], places: Places
) -> Iterator[Fault]:
    """Numbers that the texts of amendments put in the place of others, and sums and shares, that no rule states."""
    counted = {(claim.provision, read.numeral.start) for claim, reads in compared.read.items() for read in reads}
    paid = {"share", *(option.currency for clause in book.clauses.values() for option in clause.options)}
    for sentence in said:
        provision, coming = sentence.provision, 0
        if knowledge.objects(ox.NamedNode(provision.iri), PKB.toConfirm):
            continue
        for read in sentence.reads((0, len(provision.quote))):
            if read.is_replaced:
                coming += 1
                continue
            is_wanted, coming = coming > 0 or read.numeral.unit in paid, max(coming - 1, 0)
            if is_wanted and (provision.id, read.numeral.start) not in counted:
                where, words = places.definition(provision.iri), " ".join(read.numeral.written.split())
                yield breach("verify-amendment-number", RULE, where, words=words, provision=provision.id)


def _of_text(knowledge: Knowledge, book: RuleBook, amendment: Overlay, places: Places) -> Iterator[Fault]:
    """Faults of the text of an amendment: that it has none, or another one, is not quoted whole, is of another day."""
    file = amendment.text_file
    head = next(iter(amendment.texts), min(amendment.heads, key=str))
    where = places.definition(head.value)
    if file is None:
        example, name = f"{Path(amendment.name).stem}.txt", head.value.removeprefix(f"{book.document.iri}/")
        yield breach(
            "verify-amendment-without-text", RULE, where, amendment=amendment.label, example=example, name=name
        )
        return
    stated = [quad.object for quad in amendment.quads if (quad.subject, quad.predicate) == (head, PKB.textHash)]
    yield from check_checksum(file, stated, where)
    part = local(head)
    quoted = [one for one in book.provisions.values() if one.is_amending and one.part == part]
    yield from check_quotes(amendment.text, quoted, places, places.of_text(file))
    days = [one.day for one in scan(amendment.text, text_units(knowledge)) if one.whole_day]
    if amendment.valid_from not in days:
        day = amendment.valid_from
        fault = breach("verify-amendment-day", RULE, where, amendment=amendment.label, day=day, file=file.name)
        yield from unjustified(knowledge, [(head.value, fault)])


def _told(error: KnowledgeError) -> Iterator[Fault]:
    """What loading was refused for, each by itself."""
    for each in error.faults if isinstance(error, KnowledgeFaults) else (error,):
        yield Fault(RULE, each.where.en, each.text, each.mend)
