"""Account for the other numerals of the text: dates, numbers of parts and of documents, figures of speech."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import pyoxigraph as ox

from ..engines.program import clause_criteria
from ..law.knowledge import Knowledge, local
from ..law.rules import RuleBook
from ..names import DCT, ELI, PKB, RDF, RDFS, XSD
from ..patterns import regex
from .numerals import Numeral, scan, text_units
from .places import Places
from .report import Fault, breach
from .words import Sentence

__all__ = ["Accounts", "account"]


_NUMBER = regex(r"第\s*\S+?\s*[条章节编篇部款项]\s*\S?|[（(]\s*\S+?\s*[）)]|\S+?[.、．]")
"""How the number of a part stands before its heading: 第一条, 第1条, 第一部分, （一）, (1), 一、, 1."""
_ITEM = regex(r"(?:^|[\n：；。:;])\s*[（(]?\s*([0-9０-９]+|[一二三四五六七八九十]+)\s*(?:[）)]|[、.．](?![0-9０-９]))")
_REFERRED = regex(r"第.+条")
_LAST = ELI.date_no_longer_in_force


@dataclass
class Accounts:
    """Where numerals begin that are typed values (`typed`) or figures of speech and names (`figures`), and by what."""

    typed: dict[int, str] = field(default_factory=dict)
    figures: dict[int, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def account(knowledge: Knowledge, book: RuleBook, sentences: Mapping[str, Sentence], places: Places) -> Accounts:
    """Account for dates, for numbers of parts and of documents, and for figures of speech, and check them.

    Args:
        knowledge: the loaded knowledge base.
        book: its rules.
        sentences: the provisions by id, with their numerals.
        places: where resources stand.
    """
    accounts = Accounts()
    for sentence in sentences.values():
        _part_number(knowledge, sentence, accounts)
        _item_numbers(sentence, accounts)
        _references(knowledge, sentence, accounts)
        _document_numbers(knowledge, book, sentence, accounts)
        _days(knowledge, book, sentence, accounts, places)
    _figures(knowledge, sentences, accounts, places)
    accounts.faults += _unread_days(knowledge, book, sentences, places)
    return accounts


def _part_number(knowledge: Knowledge, sentence: Sentence, accounts: Accounts) -> None:
    """The number in front of a heading is the eli:number of its chapter or article, or its place in the chapter."""
    part = knowledge.node(ox.NamedNode(sentence.provision.iri), ELI.is_part_of)
    number = knowledge.string(part, ELI.number) if part else None
    # The number of the document is no numeral.
    if number is None or not number.isdigit() or sentence.provision.kind or not sentence.numerals:
        return
    first = sentence.numerals[0]
    if first.value in (int(number), _place(knowledge, part)) and _NUMBER.fullmatch(
        sentence.provision.quote[: first.end + 1].strip()
    ):
        accounts.typed[sentence.provision.start + first.start] = part.value if part else ""


def _place(knowledge: Knowledge, part: ox.NamedNode | None) -> int:
    """Which part of its chapter a part is, the first being 1; 0 where it is in none."""
    chapter = knowledge.node(part, ELI.is_part_of) if part else None
    parts = knowledge.store.quads_for_pattern(None, ELI.is_part_of, chapter) if chapter else ()
    numbers = [
        knowledge.string(quad.subject, ELI.number) or "" for quad in parts if isinstance(quad.subject, ox.NamedNode)
    ]
    own = (knowledge.string(part, ELI.number) or "") if part else ""
    return sum(int(number) <= int(own) for number in numbers if number.isdigit()) if own.isdigit() else 0


def _item_numbers(sentence: Sentence, accounts: Accounts) -> None:
    """What an item inside a provision begins with, （一） or 1., says its place and no more."""
    starts = {match.start(1) for match in _ITEM.finditer(sentence.provision.quote)}
    for numeral in sentence.numerals:
        if numeral.start in starts and not numeral.unit:
            accounts.typed[sentence.provision.start + numeral.start] = sentence.provision.iri


def _references(knowledge: Knowledge, sentence: Sentence, accounts: Accounts) -> None:
    """第十条 is the number of an article of the document to which the provision refers."""
    for part in knowledge.objects(ox.NamedNode(sentence.provision.iri), ELI.refers_to):
        number = knowledge.string(part, ELI.number) if isinstance(part, ox.NamedNode) else None
        for numeral in sentence.numerals:
            around = sentence.provision.quote[max(0, numeral.start - 1) : numeral.end + 1]
            if number == str(numeral.value) and _REFERRED.match(around):
                accounts.typed[sentence.provision.start + numeral.start] = str(part)


def _document_numbers(knowledge: Knowledge, book: RuleBook, sentence: Sentence, accounts: Accounts) -> None:
    """The number of the document itself, or of one that the provision cites, as eli:number."""
    provision = ox.NamedNode(sentence.provision.iri)
    for cited in (ox.NamedNode(book.document.iri), *knowledge.objects(provision, ELI.cites)):
        number = knowledge.string(cited, ELI.number) if isinstance(cited, ox.NamedNode) else None
        if not number:
            continue
        # The text sets spaces inside a document number now and then.
        pattern = r"\s*".join(re.escape(character) for character in number)
        for match in re.finditer(pattern, sentence.provision.quote):
            for numeral in sentence.numerals:
                if match.start() <= numeral.start and numeral.end <= match.end():
                    accounts.typed[sentence.provision.start + numeral.start] = cited.value


def _days(knowledge: Knowledge, book: RuleBook, sentence: Sentence, accounts: Accounts, places: Places) -> None:
    """A written day is one of the document, or bounds a condition; a year is the pkb:deadline of its provision."""
    provision = ox.NamedNode(sentence.provision.iri)
    for numeral in sentence.numerals:
        stated = (
            _of_the_document(book) | _bounds(book, sentence)
            if numeral.whole_day
            else {_day(knowledge, provision, PKB.deadline)}
        )
        if numeral.day and numeral.day in stated:
            accounts.typed[sentence.provision.start + numeral.start] = provision.value
    deadline = _day(knowledge, provision, PKB.deadline)
    if deadline and all(numeral.day != deadline for numeral in sentence.numerals):
        accounts.faults.append(
            breach(
                "verify-deadline",
                "numbers",
                places.definition(provision.value),
                provision=local(provision),
                deadline=deadline,
            )
        )


def _of_the_document(book: RuleBook) -> set[date | None]:
    """The days of the document itself: of its issue, and from which on and through which it is in force."""
    return {book.document.date, book.as_of_from, book.periods_ending_from, book.in_force_through}


def _bounds(book: RuleBook, sentence: Sentence) -> set[date | None]:
    """The days that conditions are bounded by which rest on a provision."""
    criteria = (criterion for clause in book.clauses.values() for criterion in clause_criteria(clause))
    mine = (criterion for criterion in criteria if criterion.provision == sentence.provision.id)
    return {value for one in mine for atom in one.atoms for value in atom.values if isinstance(value, date)}


def _day(knowledge: Knowledge, node: ox.NamedNode, predicate: ox.NamedNode) -> date | None:
    value = knowledge.string(node, predicate)
    return date.fromisoformat(value) if value else None


def _figures(knowledge: Knowledge, sentences: Mapping[str, Sentence], accounts: Accounts, places: Places) -> None:
    for figure in knowledge.instances(PKB.FigureOfSpeech):
        words = knowledge.string(figure, PKB.words) or ""
        for source in knowledge.objects(figure, DCT.source):
            name = source.value.rsplit("/", 1)[-1]
            sentence = sentences.get(local(source)) if isinstance(source, ox.NamedNode) else None
            spans = sentence.spans(words) if sentence else ()
            inside = [read.start for span in spans for read in (sentence.reads(span) if sentence else ())]
            if not inside:
                accounts.faults.append(
                    breach(
                        "verify-figure",
                        "ledger",
                        places.definition(figure.value),
                        figure=local(figure),
                        name=name,
                        words=words,
                    )
                )
            accounts.figures |= dict.fromkeys(inside, figure.value)


def _unread_days(
    knowledge: Knowledge, book: RuleBook, sentences: Mapping[str, Sentence], places: Places
) -> Iterator[Fault]:
    """Every day in the graph of the document stands in the words, in the text, or in the remark that goes with it."""
    written = {n.day for sentence in sentences.values() for n in sentence.numerals if n.whole_day}
    base, units = book.document.iri, text_units(knowledge)
    # A last day that is counted from a first is read from the years that the words state.
    counted = {triple for triple in knowledge.derived if triple.predicate in (PKB.inForceThrough, _LAST)}
    for quad in knowledge.store.quads_for_pattern(None, None, None):
        node, term = quad.subject, quad.object
        if not isinstance(node, ox.NamedNode) or not node.value.startswith(base):
            continue
        if not isinstance(term, ox.Literal) or term.datatype != XSD.date or quad.predicate == PKB.deadline:
            continue
        if quad.triple in counted:
            continue
        words = knowledge.string(node, PKB.words)
        remark = knowledge.text(node, RDFS.comment)
        if quad.predicate == PKB.noticeFrom:
            stated = _days_of(scan(remark.zh if remark else "", units))
        elif words is not None and not (
            date.fromisoformat(term.value) == book.document.date and _is_period(knowledge, node)
        ):
            stated = _days_of(scan(words, units))
        else:
            stated = written
        if date.fromisoformat(term.value) not in stated:
            yield breach(
                "verify-day",
                "numbers",
                places.definition(node.value),
                resource=local(node),
                name=local(quad.predicate),
                day=term.value,
            )


def _is_period(knowledge: Knowledge, node: ox.NamedNode) -> bool:
    """Whether a resource says when the document is in force; its words may say "from the day of issue"."""
    return PKB.Applicability in knowledge.objects(node, RDF.type)


def _days_of(numerals: tuple[Numeral, ...]) -> set[date | None]:
    return {numeral.day for numeral in numerals if numeral.whole_day}
