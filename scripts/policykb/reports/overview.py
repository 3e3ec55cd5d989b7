"""The summary for an officer: data to mend, funds, measures, what is to be done by whom, and awards that give way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from ..answers.answer import add_up
from ..model import Decision, Entitlement
from .amounts import if_eligible
from .phrases import Phrases
from .places import finding_told
from .reasons import awaited, contact, is_unsettled
from .sums import total_words
from .teller import Teller
from .told import Block, FindingTold, Line, Table

__all__ = ["overview"]

LISTED = 50
"""How many findings or subjects the summary names one by one; the rest is counted, and stands with each subject."""
_ENDLESS = Decimal("Infinity")


def overview(teller: Teller) -> tuple[Block, ...]:
    """The summary, block by block."""
    blocks = [_data(teller), _funds(teller), _measures(teller), _to_do(teller), _giving_way(teller)]
    return tuple(block for block in blocks if block is not None)


def _data(teller: Teller) -> Block:
    """What is wrong in the data: all that concerns no record, and of the records as much as is read at one sitting."""
    phrases = teller.phrases
    loose = [
        finding_told(one, phrases) for one in teller.answer.findings if one.record is None and one.severity != "info"
    ]
    of_records = [
        finding
        for enterprise, owned in teller.owned
        for record, decisions in owned
        for finding in teller.findings_told(enterprise.name or enterprise.records[0], record, decisions)
    ]
    found = sorted(dict.fromkeys((*of_records, *loose)), key=_gravity)
    wrong = sum(decision.status == "invalid-record" for decision in teller.answer.decisions)
    warnings = sum(one.severity == "warning" for one in found)
    lines = [phrases.say("told-to-mend", count=wrong)] if wrong else []
    lines += [phrases.say("told-warnings", count=warnings)] if warnings else []
    lines = lines or [phrases.say("told-data-good")]
    listed = set(sorted(dict.fromkeys(of_records), key=_gravity)[:LISTED]).union(loose)
    shown = tuple(one for one in found if one in listed)
    if len(shown) < len(found):
        lines.append(phrases.say("told-more-findings", shown=len(shown), count=len(found)))
    return Block(phrases.say("told-data"), tuple(Line("plain", text) for text in lines), shown)


def _gravity(finding: FindingTold) -> bool:
    return finding.severity != "error"


def _funds(teller: Teller) -> Block:
    phrases = teller.phrases
    currencies = list(add_up(teller.answer.entitlements))
    rows = []
    for status, name in (("eligible", "told-settled"), ("undetermined", "told-unsettled-sums")):
        mine = [one for one in teller.answer.entitlements if one.status == status]
        sums = add_up(mine)
        cells = [total_words(teller, mine, sums[c]) if c in sums else phrases.say("no-amount") for c in currencies]
        rows.append((phrases.say(name), *cells))
    names = [phrases.vocabulary.units[c].label.get(phrases.lang) for c in currencies]
    table = Table((phrases.say("told-sums"), *names), tuple(rows), tuple(range(1, len(names) + 1)))
    if not currencies:
        outside = ("invalid-record", "not-in-force")
        is_any_decided = any(decision.status not in outside for decision in teller.answer.decisions)
        text = phrases.say("told-no-funds" if is_any_decided else "told-nothing-decided")
        return Block(phrases.say("told-funds"), (Line("plain", text),))
    return Block(phrases.say("told-funds"), (Line("plain", phrases.say("told-funds-note")),), table=table)


def _measures(teller: Teller) -> Block | None:
    """Each clause that grants money with how many fit and what it comes to; a group whose winner is open apart."""
    phrases, book = teller.phrases, teller.phrases.book
    counts: dict[str, Counter[str]] = {}
    for decision in teller.answer.decisions:
        if decision.clause is not None and decision.suppressed_by is None:
            counts.setdefault(decision.clause, Counter())[decision.status] += 1
    sums: dict[str, list[Entitlement]] = {}
    for one in teller.answer.entitlements:
        sums.setdefault(one.source, []).append(one)
    rows = []
    for name, clause in book.clauses.items():
        count = counts.get(name, Counter())
        if clause.grants_money and (count["eligible"] or count["undetermined"]):
            cells = [str(count[status]) if count[status] else "" for status in ("eligible", "undetermined")]
            said = phrases.join(phrases.amounts(clause)) if clause.is_unstated else None
            amount = said or _sum_cell(teller, sums.get(name, []))
            rows.append((phrases.article(clause), clause.title.get(phrases.lang), *cells, amount))
        group = book.group_of.get(name)
        if group is not None and name == group.members[-1] and group.id in sums:
            title = phrases.say("told-group-open", group=group.label)
            open_ones = sums[group.id]
            rows.append((phrases.article(clause), title, "", str(len(open_ones)), _sum_cell(teller, open_ones)))
    names = ("column-article", "told-measure", "book-eligible", "book-undetermined", "told-amount")
    table = Table(tuple(phrases.say(name) for name in names), tuple(rows), (2, 3, 4))
    return Block(phrases.say("told-measures"), table=table) if rows else None


def _sum_cell(teller: Teller, entitlements: Sequence[Entitlement]) -> str:
    sums = add_up(entitlements)
    cells = [total_words(teller, entitlements, amount) for amount in sums.values()]
    return " + ".join(cells) or teller.phrases.say("no-amount")


def _to_do(teller: Teller) -> Block | None:
    phrases = teller.phrases
    open_ones = [d for d in teller.answer.decisions if d.status == "undetermined" and d.suppressed_by is None]
    parts = (
        ("told-wait-bodies", _awaited(teller, open_ones)),
        ("told-wait-facts", _missing(teller, open_ones)),
        ("told-wait-text", _left(teller, [d for d in open_ones if is_unsettled(d, phrases)])),
        ("told-wait-time", _left(teller, [d for d in open_ones if _runs(d, phrases)])),
    )
    lines = [Line("plain", phrases.say(name, body=contact(phrases)), children) for name, children in parts if children]
    return Block(phrases.say("told-to-do"), tuple(lines)) if lines else None


def _runs(decision: Decision, phrases: Phrases) -> bool:
    return not decision.missing and not decision.awaiting and not is_unsettled(decision, phrases)


def _stake(decision: Decision) -> Decimal:
    """How much is settled with it; more than anything where there is no upper end."""
    amount = decision.amount
    return Decimal(0) if amount is None else _ENDLESS if amount.max is None else amount.max - amount.min


def _sorted(found: dict[str, list[Decision]]) -> Iterator[tuple[str, list[Decision]]]:
    """The greatest stake first, of equal ones in the order in which they came."""
    for text, decisions in sorted(found.items(), key=lambda entry: -max(map(_stake, entry[1]))):
        yield text, sorted(decisions, key=lambda decision: -_stake(decision))


def _awaited(teller: Teller, decisions: Iterable[Decision]) -> tuple[Line, ...]:
    phrases = teller.phrases
    found: dict[str, list[Decision]] = {}
    for decision in decisions:
        for fact, body in decision.awaiting:
            found.setdefault(awaited(fact, body, phrases), []).append(decision)
    return tuple(
        Line("plain", phrases.say("pair", key=text, value=phrases.join(_concerned(teller, ones))))
        for text, ones in _sorted(found)
    )


def _concerned(teller: Teller, decisions: Iterable[Decision]) -> list[str]:
    """Each subject with what hangs on it, the greatest sums first; of many the first, and how many there are."""
    ones = list(decisions)
    found = [_hangs(teller, decision) for decision in ones[:LISTED]]
    if len(ones) > LISTED:
        found.append(teller.phrases.say("told-more-hanging", count=len(ones) - LISTED))
    return found


def _hangs(teller: Teller, decision: Decision) -> str:
    phrases, name = teller.phrases, teller.names[decision.record]
    title = phrases.book.clauses[decision.clause or ""].title
    if decision.amount is None:
        return phrases.say("told-hangs", subject=name, title=title)
    return phrases.say("told-hangs-sum", subject=name, title=title, amount=if_eligible(decision, phrases))


def _missing(teller: Teller, decisions: Iterable[Decision]) -> tuple[Line, ...]:
    """Each missing fact with how many subjects lack it; what bears on no money together in one line."""
    phrases, clauses = teller.phrases, teller.phrases.book.clauses
    owners = {name: subject.members for name, subject in teller.answer.owners().items()}
    found: dict[str, list[Decision]] = {}
    for decision in decisions:
        for fact in decision.missing:
            found.setdefault(fact, []).append(decision)
    lines, others = [], []
    for fact, ones in _sorted(found):
        paid = [one for one in ones if clauses[one.clause or ""].grants_money]
        count = len({owners[one.record] for one in ones})
        titles = phrases.join(dict.fromkeys(clauses[one.clause or ""].title.get(phrases.lang) for one in paid))
        if paid:
            text = phrases.say("told-lacking", fact=phrases.fact(fact), count=count, titles=titles)
            lines.append(Line("plain", text))
        else:
            others.append(phrases.say("told-lacking-bare", fact=phrases.fact(fact), count=count))
    if others:
        lines.append(Line("plain", phrases.say("told-lacking-support", facts=phrases.join(others))))
    return tuple(lines)


def _left(teller: Teller, decisions: Sequence[Decision]) -> tuple[Line, ...]:
    return tuple(Line("plain", text) for text in _concerned(teller, sorted(decisions, key=lambda d: -_stake(d))))


def _giving_way(teller: Teller) -> Block | None:
    phrases, book = teller.phrases, teller.phrases.book
    counts: Counter[str] = Counter(
        book.group_of[d.clause].id
        for d in teller.answer.decisions
        if d.clause in book.group_of and d.suppressed_by is not None and d.status == "eligible"
    )
    lines = [
        Line("plain", phrases.say("told-giving-way", group=book.groups[name].label, count=count))
        for name, count in counts.items()
    ]
    return Block(phrases.say("told-highest"), tuple(lines)) if lines else None
