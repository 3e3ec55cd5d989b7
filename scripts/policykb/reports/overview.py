"""The summary for an officer: data to mend, funds, measures, what is to be done by whom, and awards that give way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from ..model import Decision, Group
from .amounts import if_eligible
from .phrases import Phrases
from .reasons import awaited, contact
from .sums import open_total
from .tally import LISTED, Open, Sum, Tally
from .told import Block, FindingTold, Line, Table

__all__ = ["groups_behind", "overview"]


def overview(tally: Tally, phrases: Phrases, headline: str, loose: Sequence[FindingTold]) -> tuple[Block, ...]:
    """The summary, block by block.

    Args:
        tally: what was counted.
        phrases: the wordings in the reader's language.
        headline: how many subjects and records there are.
        loose: what was found that concerns no record.
    """
    blocks = [
        Block(phrases.say("told-overview"), (Line("plain", headline),)),
        _data(tally, phrases, loose),
        _funds(tally, phrases),
        _measures(tally, phrases),
        _to_do(tally, phrases),
        _giving_way(tally, phrases),
    ]
    return tuple(block for block in blocks if block is not None)


def _data(tally: Tally, phrases: Phrases, loose: Sequence[FindingTold]) -> Block:
    """What is wrong in the data: all that concerns no record, and of the records as much as is read at one sitting."""
    wrong = tally.wrong.total()
    warnings = tally.warnings + sum(one.severity == "warning" for one in loose)
    lines = [phrases.say("told-to-mend", count=wrong)] if wrong else []
    lines += [phrases.say("told-warnings", count=warnings)] if warnings else []
    lines = lines or [phrases.say("told-data-good")]
    of_records = [*tally.found["error"], *tally.found["warning"]][:LISTED]
    shown = tuple(sorted(dict.fromkeys((*of_records, *loose)), key=_gravity))
    count = tally.errors + tally.warnings + len(dict.fromkeys(loose))
    if len(shown) < count:
        lines.append(phrases.say("told-more-findings", shown=len(shown), count=count))
    return Block(phrases.say("told-data"), tuple(Line("plain", text) for text in lines), shown)


def _gravity(finding: FindingTold) -> bool:
    return finding.severity != "error"


def _funds(tally: Tally, phrases: Phrases) -> Block:
    currencies = tally.currencies
    if not currencies:
        text = phrases.say("told-no-funds" if tally.decided else "told-nothing-decided")
        return Block(phrases.say("told-funds"), (Line("plain", text),))
    rows = []
    for status, name in (("eligible", "told-settled"), ("undetermined", "told-unsettled-sums")):
        sums = tally.by_status[status]
        cells = [_words(sums[c], phrases) if c in sums else phrases.say("no-amount") for c in currencies]
        rows.append((phrases.say(name), *cells))
    names = [phrases.vocabulary.units[c].label.get(phrases.lang) for c in currencies]
    table = Table((phrases.say("told-sums"), *names), tuple(rows), tuple(range(1, len(names) + 1)))
    lines = [phrases.say("told-funds-note")]
    endless = list(_endless(tally, phrases))
    lines += [phrases.say("told-endless", titles=phrases.join(endless))] if endless else []
    return Block(phrases.say("told-funds"), tuple(Line("plain", text) for text in lines), table=table)


def _endless(tally: Tally, phrases: Phrases) -> Iterator[str]:
    """The clauses that leave a sum without an upper end, in the order of the document; else the groups."""
    for name, clause in phrases.book.clauses.items():
        if name in tally.endless:
            title = clause.title.get(phrases.lang)
            yield phrases.say("told-in-article", article=phrases.article(clause), title=title)
    for group in (phrases.book.group(name) for name in sorted(tally.endless - phrases.book.clauses.keys())):
        yield group.label.get(phrases.lang)


def _words(found: Sum, phrases: Phrases) -> str:
    assert found.amount is not None, "a sum has been added to"
    return open_total(found.amount, found.endless, found.floors, phrases)


def _measures(tally: Tally, phrases: Phrases) -> Block | None:
    """Each clause that grants money: how many fit, how many records are wrong, what it comes to; open groups apart."""
    book = phrases.book
    has_wrong = bool(tally.wrong)
    rows = []
    for name, clause in book.clauses.items():
        states, wrong = tally.states.get(name) or Counter[str](), tally.wrong[clause.record_type or ""]
        counts = [states[status] for status in ("eligible", "undetermined")] + [wrong] * has_wrong
        if clause.grants_money and any(counts):
            said = phrases.join(phrases.amounts(clause)) if clause.is_unstated else None
            amount = said or _sum_cell(tally.sources.get(name, {}), phrases)
            cells = [str(count) if count else "" for count in counts]
            rows.append((phrases.article(clause), clause.title.get(phrases.lang), *cells, amount))
        for group, title, place in groups_behind(name, phrases):
            if group.id not in tally.sources:
                continue
            sums = tally.sources[group.id]
            count = "" if group.is_joint else str(sum(one.count for one in sums.values()))
            rows.append((place, title, "", count, *[""] * has_wrong, _sum_cell(sums, phrases)))
    names = ["column-article", "told-measure", "book-eligible", "book-undetermined"]
    names += ["book-wrong"] * has_wrong + ["told-amount"]
    table = Table(tuple(phrases.say(name) for name in names), tuple(rows), tuple(range(2, len(names))))
    return Block(phrases.say("told-measures"), table=table) if rows else None


def groups_behind(clause: str, phrases: Phrases) -> Iterator[tuple[Group, str, str]]:
    """The groups that have a row behind their last clause, with what it is called, and where they stand."""
    book = phrases.book
    group = book.group_of.get(clause)
    if group is not None and clause == group.members[-1]:
        yield group, phrases.say("told-group-open", group=group.label), phrases.article(book.clauses[clause])
    for joint in book.joints_behind.get(clause, ()):
        yield joint, joint.label.get(phrases.lang), phrases.place(book.provisions[joint.provision])


def _sum_cell(sums: Mapping[str, Sum], phrases: Phrases) -> str:
    return " + ".join(_words(one, phrases) for one in sums.values()) or phrases.say("no-amount")


def _to_do(tally: Tally, phrases: Phrases) -> Block | None:
    parts = (
        ("told-wait-bodies", _awaited(tally, phrases)),
        ("told-wait-facts", _missing(tally, phrases)),
        ("told-wait-text", _left(tally.left, phrases)),
        ("told-wait-time", _left(tally.runs, phrases)),
    )
    lines = [Line("plain", phrases.say(name, body=contact(phrases)), children) for name, children in parts if children]
    return Block(phrases.say("told-to-do"), tuple(lines)) if lines else None


def _awaited(tally: Tally, phrases: Phrases) -> tuple[Line, ...]:
    """What is awaited, the greatest stake first, of equal ones in the order in which they came."""
    found = sorted(tally.awaited.items(), key=lambda entry: entry[1][1].key())
    return tuple(
        Line(
            "plain",
            phrases.say("pair", key=awaited(fact, body, phrases), value=phrases.join(_concerned(open_, phrases))),
        )
        for (fact, _), (body, open_) in found
    )


def _concerned(found: Open, phrases: Phrases) -> list[str]:
    """Each subject with what hangs on it, the greatest sums first; of many the first, and how many there are.

    Subjects for which no sum hangs on it stand together, with the name of each clause once.
    """
    top = tuple(found.top())
    paid = [(subject, decision) for subject, decision in top if decision.amount is not None]
    times = Counter((subject, decision.clause) for subject, decision in paid)
    texts = [_hangs(one, decision, phrases, times[one, decision.clause] > 1) for one, decision in paid]
    unpaid: dict[str, dict[str, None]] = {}
    for subject, decision in top:
        if decision.amount is None:
            unpaid.setdefault(decision.clause or "", {})[subject] = None
    for clause, subjects in unpaid.items():
        title = phrases.book.clauses[clause].title
        texts.append(phrases.say("told-hangs", title=title, subject=phrases.join(subjects)))
    if found.count > len(top):
        texts.append(phrases.say("told-more-hanging", count=found.count - len(top)))
    return texts


def _hangs(subject: str, decision: Decision, phrases: Phrases, is_repeated: bool) -> str:
    """A subject with a sum that hangs; of a measure that it may have several times, with the record."""
    title = phrases.book.clauses[decision.clause or ""].title.get(phrases.lang)
    if is_repeated:
        title = phrases.say("told-with-status", title=title, status=decision.record)
    return phrases.say("told-hangs-sum", subject=subject, title=title, amount=if_eligible(decision, phrases))


def _missing(tally: Tally, phrases: Phrases) -> tuple[Line, ...]:
    """Each missing fact with how many subjects lack it; what bears on no money together in one line."""
    clauses = phrases.book.clauses
    lines, others = [], []
    for fact, lacking in sorted(tally.missing.items(), key=lambda entry: entry[1].key()):
        paid = [name for name in sorted(lacking.clauses, key=lacking.clauses.__getitem__) if clauses[name].grants_money]
        titles = phrases.join(dict.fromkeys(clauses[name].title.get(phrases.lang) for name in paid))
        if paid:
            text = phrases.say("told-lacking", fact=phrases.fact(fact), count=lacking.count, titles=titles)
            lines.append(Line("plain", text))
        else:
            others.append(phrases.say("told-lacking-bare", fact=phrases.fact(fact), count=lacking.count))
    if others:
        lines.append(Line("plain", phrases.say("told-lacking-support", facts=phrases.join(others))))
    return tuple(lines)


def _left(found: Open, phrases: Phrases) -> tuple[Line, ...]:
    return tuple(Line("plain", text) for text in _concerned(found, phrases))


def _giving_way(tally: Tally, phrases: Phrases) -> Block | None:
    groups = phrases.book.groups
    lines = [
        Line("plain", phrases.say("told-giving-way", group=groups[name].label, count=tally.yields[name]))
        for name in tally.giving_way
    ]
    return Block(phrases.say("told-highest"), tuple(lines)) if lines else None
