"""The ledger of the text: every character in one quote, every numeral accounted for, every provision put to use."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pyoxigraph as ox

from ..law.knowledge import Knowledge, local
from ..law.rules import RuleBook
from ..model import Provision, Text
from ..names import DCT, ELI, PKB, SPDX
from .accounts import Accounts
from .numerals import Numeral, scan, text_units
from .places import Places
from .report import Fault, Ledger, LedgerRow, breach
from .words import Sentence

__all__ = ["check_checksum", "check_quotes", "keep"]

RULE = "ledger"


def keep(
    knowledge: Knowledge, book: RuleBook, sentences: Mapping[str, Sentence], accounts: Accounts, places: Places
) -> tuple[Ledger, list[Fault]]:
    """Draw up the ledger, with a fault for every gap.

    Args:
        knowledge: the loaded knowledge base.
        book: its rules.
        sentences: the provisions by id, with their numerals.
        accounts: the numerals accounted for, those of the graph's numbers included.
        places: where resources and characters stand.
    """
    numerals = scan(knowledge.source, text_units(knowledge))
    faults = [
        *check_checksum(
            knowledge.root / "policy" / knowledge.policy / "source.txt",
            [quad.object for quad in knowledge.store.quads_for_pattern(None, SPDX.checksumValue, None)],
            places.definition(book.document.iri),
        ),
        *check_quotes(knowledge.source, list(book.provisions.values()), places, places.source),
        *_numerals(knowledge, book, numerals, accounts, places),
    ]
    used = _used(knowledge, book)
    rows = []
    for part, provisions in _parts(book).items():
        row = _row(knowledge, part, provisions, used, sentences, accounts)
        rows.append(row)
        if part in {local(ox.NamedNode(article.iri)) for article in book.articles}:
            faults += _idle(provisions, used, places)
    whole = sum(not character.isspace() for character in knowledge.source)
    counted = sum(numeral.start in accounts.typed or numeral.start in accounts.figures for numeral in numerals)
    ledger = Ledger(tuple(rows), whole, sum(row.covered for row in rows), len(numerals), counted)
    return ledger, faults


def check_checksum(file: Path, stated: Sequence[object], where: str) -> Iterator[Fault]:
    """The SHA-256 of a text, held against the one that the graph states."""
    actual = hashlib.sha256(file.read_bytes()).hexdigest()
    if not stated:
        yield breach("verify-digest-missing", RULE, where, file=file.name, actual=actual)
    elif any(not isinstance(one, ox.Literal) or one.value != actual for one in stated):
        yield breach("verify-digest", RULE, where, file=file.name, actual=actual)


def check_quotes(
    text: str, provisions: Sequence[Provision], places: Places, place: Callable[[int], str]
) -> Iterator[Fault]:
    """text[start:end] equals the quote; quotes neither overlap nor leave words between them.

    Args:
        text: an official text.
        provisions: what is quoted from it, in its order.
        places: where provisions stand.
        place: where a character of the text stands.
    """
    position = 0
    for provision in provisions:
        where = places.definition(provision.iri)
        if text[provision.start : provision.end] != provision.quote or not provision.quote:
            yield breach("verify-quote", RULE, where, provision=provision.id, start=provision.start, end=provision.end)
        if provision.start < position:
            yield breach("verify-quotes-overlap", RULE, where, provision=provision.id)
        yield from _gap(text, position, provision.start, place)
        position = max(position, provision.end)
    yield from _gap(text, position, len(text), place)


def _gap(text: str, start: int, end: int, place: Callable[[int], str]) -> Iterator[Fault]:
    words = text[start:end].strip()
    if words:
        yield breach("verify-unquoted", RULE, place(start + text[start:end].index(words[0])), words=words[:40])


def _numerals(
    knowledge: Knowledge, book: RuleBook, numerals: Sequence[Numeral], accounts: Accounts, places: Places
) -> Iterator[Fault]:
    text = knowledge.source
    for numeral in numerals:
        typed, figure = accounts.typed.get(numeral.start), accounts.figures.get(numeral.start)
        around = text[max(0, numeral.start - 6) : numeral.end + 6].replace("\n", "")
        if typed is None and figure is None:
            yield breach(
                "verify-numeral-unaccounted", RULE, places.source(numeral.start), around=around, numeral=numeral.written
            )
        elif typed is not None and figure is not None:
            yield breach(
                "verify-numeral-twice", RULE, places.definition(figure), around=around, numeral=numeral.written
            )
    for provision in book.provisions.values():
        for numeral in numerals:
            if numeral.start < provision.end < numeral.end or numeral.start < provision.start < numeral.end:
                yield breach(
                    "verify-numeral-cut",
                    RULE,
                    places.definition(provision.iri),
                    provision=provision.id,
                    numeral=numeral.written,
                )


def _used(knowledge: Knowledge, book: RuleBook) -> frozenset[str]:
    """The provisions that a clause, a group, a fallback, an applicability or a validity rests on."""
    found = {name for clause in book.clauses.values() for name in (*clause.provisions, clause.fallback or "")}
    found |= {group.provision for group in book.every_group}
    for node in (*knowledge.instances(PKB.Applicability), *knowledge.instances(PKB.Validity)):
        found |= {local(term) for term in knowledge.objects(node, DCT.source) if isinstance(term, ox.NamedNode)}
    return frozenset(found)


def _parts(book: RuleBook) -> dict[str, list[Provision]]:
    """The parts of the document in its order, each with its quotes."""
    parts: dict[str, list[Provision]] = {}
    for provision in book.provisions.values():
        parts.setdefault(provision.part, []).append(provision)
    return parts


def _row(
    knowledge: Knowledge,
    part: str,
    provisions: Sequence[Provision],
    used: frozenset[str],
    sentences: Mapping[str, Sentence],
    accounts: Accounts,
) -> LedgerRow:
    node = knowledge.node(ox.NamedNode(provisions[0].iri), ELI.is_part_of)
    idle = [provision for provision in provisions if provision.kind and provision.id not in used]
    starts = [p.start + numeral.start for p in provisions for numeral in sentences[p.id].numerals]
    characters = sum(not character.isspace() for p in provisions for character in p.quote)
    matched = sum(
        not character.isspace()
        for p in provisions
        if knowledge.source[p.start : p.end] == p.quote
        for character in p.quote
    )
    return LedgerRow(
        id=part,
        label=knowledge.label(node) if node else Text(part, part),
        modelled=sum(bool(p.kind) for p in provisions) - len(idle),
        structural=sum(not p.kind for p in provisions),
        set_aside=len(idle),
        reasons=tuple(dict.fromkeys(_reason(knowledge, p) for p in idle)),
        numerals=len(starts),
        typed=sum(start in accounts.typed for start in starts),
        figures=sum(start in accounts.figures for start in starts),
        characters=characters,
        covered=matched,
    )


def _reason(knowledge: Knowledge, provision: Provision) -> Text:
    kind = knowledge.node(ox.NamedNode(provision.iri), PKB.provisionType)
    return knowledge.label(kind) if kind else Text(provision.kind, provision.kind)


def _idle(provisions: Sequence[Provision], used: frozenset[str], places: Places) -> Iterator[Fault]:
    """Each norm of an article bears a clause or a rule; only the front matter may be set aside."""
    for provision in provisions:
        if provision.kind and provision.id not in used:
            yield breach("verify-uncited", RULE, places.definition(provision.iri), provision=provision.id)
