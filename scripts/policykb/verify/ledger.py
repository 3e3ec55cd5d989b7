"""The ledger of the text: every character in one quote, every numeral accounted for, every provision put to use."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

import pyoxigraph as ox

from ..load import Knowledge, local
from ..model import Provision, Text
from ..names import DCT, ELI, PKB, SPDX
from ..rules import RuleBook
from .accounts import Accounts
from .numerals import Numeral, scan
from .places import Places
from .report import Fault, Ledger, LedgerRow
from .words import Sentence

__all__ = ["keep"]

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
    numerals = scan(knowledge.source)
    faults = [
        *_checksum(knowledge, places),
        *_quotes(knowledge, book, places),
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


def _checksum(knowledge: Knowledge, places: Places) -> Iterator[Fault]:
    path = knowledge.root / "policy" / knowledge.policy / "source.txt"
    actual = hashlib.sha256(path.read_bytes()).hexdigest()
    stated = [q.object.value for q in knowledge.store.quads_for_pattern(None, SPDX.checksumValue, None) if q.object]  # type: ignore[union-attr]
    if stated != [actual]:
        sums = knowledge.subjects(SPDX.checksumValue)
        yield Fault(
            RULE,
            places.definition(sums[0].value) if sums else f"policy/{knowledge.policy}/document.ttl",
            Text(
                f"source.txt 的 SHA-256 是 {actual}，图谱所写不同。",
                f"the SHA-256 of source.txt is {actual}; the graph states another.",
            ),
            Text("取回官方文本，不要改动它。", "Restore the official text; it is not to be changed."),
        )


def _quotes(knowledge: Knowledge, book: RuleBook, places: Places) -> Iterator[Fault]:
    """source[start:end] equals the quote; quotes neither overlap nor leave words between them."""
    text, position = knowledge.source, 0
    for provision in book.provisions.values():
        where = places.definition(provision.iri)
        if text[provision.start : provision.end] != provision.quote or not provision.quote:
            yield Fault(
                RULE,
                where,
                Text(
                    f"{provision.id}：原文第 {provision.start} 至 {provision.end} 字不等于引文。",
                    f"{provision.id}: characters {provision.start} to {provision.end} of the text are not the quote.",
                ),
                Text(
                    "从原文照抄引文，然后运行 python -m policykb.anchors。",
                    "Copy the quote from the text, then run python -m policykb.anchors.",
                ),
            )
        if provision.start < position:
            yield Fault(
                RULE,
                where,
                Text(f"{provision.id}：与前一条引文重叠。", f"{provision.id}: it overlaps the quote before it."),
                Text("让每个字只属于一条引文。", "Let every character belong to one quote."),
            )
        yield from _gap(text, position, provision.start, places)
        position = max(position, provision.end)
    yield from _gap(text, position, len(text), places)


def _gap(text: str, start: int, end: int, places: Places) -> Iterator[Fault]:
    words = text[start:end].strip()
    if words:
        yield Fault(
            RULE,
            places.source(start + text[start:end].index(words[0])),
            Text(f"这些字不属于任何引文：{words[:40]}", f"these words belong to no quote: {words[:40]}"),
            Text("为它们写一条规定或结构文字。", "Write a provision or a structural text for them."),
        )


def _numerals(
    knowledge: Knowledge, book: RuleBook, numerals: Sequence[Numeral], accounts: Accounts, places: Places
) -> Iterator[Fault]:
    text = knowledge.source
    for numeral in numerals:
        typed, figure = accounts.typed.get(numeral.start), accounts.figures.get(numeral.start)
        around = text[max(0, numeral.start - 6) : numeral.end + 6].replace("\n", "")
        if typed is None and figure is None:
            yield Fault(
                RULE,
                places.source(numeral.start),
                Text(
                    f"“{around}”中的“{numeral.written}”没有着落。",
                    f"{numeral.written!r} in {around!r} is not accounted for.",
                ),
                Text(
                    "在 numbers.ttl 中写一个 pkb:Quantity 或 pkb:FigureOfSpeech，或在条件、金额中引用它。",
                    "Write a pkb:Quantity or pkb:FigureOfSpeech in numbers.ttl, or let a criterion or amount quote it.",
                ),
            )
        elif typed is not None and figure is not None:
            yield Fault(
                RULE,
                places.definition(figure),
                Text(
                    f"“{around}”中的“{numeral.written}”既是数又是用语。",
                    f"{numeral.written!r} in {around!r} is both a number and a figure of speech.",
                ),
                Text("留下一种。", "Keep one of them."),
            )
    for provision in book.provisions.values():
        for numeral in numerals:
            if numeral.start < provision.end < numeral.end or numeral.start < provision.start < numeral.end:
                yield Fault(
                    RULE,
                    places.definition(provision.iri),
                    Text(
                        f"{provision.id}：引文切断了“{numeral.written}”。",
                        f"{provision.id}: the quote cuts {numeral.written!r} in two.",
                    ),
                    Text("把界线移到数的前面或后面。", "Move the border before or after the number."),
                )


def _used(knowledge: Knowledge, book: RuleBook) -> frozenset[str]:
    """The provisions that a clause, a group, a fallback or an applicability rests on."""
    found = {name for clause in book.clauses.values() for name in (*clause.provisions, clause.fallback or "")}
    found |= {group.provision for group in book.groups.values()}
    for node in knowledge.instances(PKB.Applicability):
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
            yield Fault(
                RULE,
                places.definition(provision.iri),
                Text(f"{provision.id}：没有条款引用这条规定。", f"{provision.id}: no clause cites this provision."),
                Text("在条款的 cv:hasLegalResource 中引用它。", "Cite it under cv:hasLegalResource of a clause."),
            )
