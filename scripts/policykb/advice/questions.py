"""What to ask next: the items that can still change something, in the order that settles most money soonest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from heapq import heapify, heappop, heappush

from ..answers.answer import Answer
from ..api import Policykb
from ..ask.result import XSD, Result, Term
from ..model import Amount, Decision, Lang, Record

__all__ = ["COLUMNS", "in_words", "next_questions"]

COLUMNS = ("money", "currency")
"""What is told of a question beside the columns of the library query: the sum that it is asked for."""
_QUERY = "questions"
_DECIMAL = f"{XSD}decimal"


@dataclass(frozen=True)
class _Open:
    """A decision, or a cap over several records, that is not settled: its items, and the sum that they leave open.

    `width` is None where the sum has no upper end, and nothing where no money turns on it.
    """

    items: tuple[str, ...]
    width: Decimal | None
    currency: str | None

    def density(self, asked: set[str]) -> tuple[bool, Decimal]:
        """How much money each item that is still to be asked would settle; first what has no end."""
        left = sum(item not in asked for item in self.items)
        return (True, Decimal(1) / left) if self.width is None else (False, self.width / left)


def next_questions(kb: Policykb, answer: Answer, lang: Lang, record: str | None = None) -> Result:
    """The questions of the library query, with the sum that each is asked for, in the order that settles most soonest.

    Asked besides are items on which nothing hangs but a cap over several records, which the query does not see.

    Next come the items of the decision, or of the cap over several records, with most money for each item still to be
    asked, whatever its currency; of its items first those that need no body, and of these the ones that more turn on.

    Args:
        kb: the knowledge base.
        answer: what it decided.
        lang: the language of the questions.
        record: one record, where the others are left out.
    """
    found = kb.ask(_QUERY, answer=answer, lang=lang, **({} if record is None else {"record": record}))
    at = {name: place for place, name in enumerate(found.variables)}
    rows: dict[str, dict[str, list[tuple[Term | None, ...]]]] = {}
    for row in found.rows:
        of, item = row[at["record"]], row[at["factId"]]
        assert of is not None and item is not None
        rows.setdefault(of.value, {}).setdefault(item.value, []).append(row)
    sums = _Sums(kb, answer)
    for one, fact in sums.capped(rows):
        if record in (None, one):
            rows.setdefault(one, {})[fact] = [_asked(kb, one, fact, lang, found.variables)]
    queues = []
    for number, name in enumerate(one.id for one in answer.records if one.id in rows):
        bodies = {item for item, asked in rows[name].items() if asked[0][at["body"]] is not None}
        queues.append((number, name, _steps(sums.open(name, list(rows[name])), bodies)))
    # Documents may each name a body of their own for an item that they share.
    ordered = [_row(row, one) for name, item, one in _merged(queues) for row in rows[name][item]]
    return Result("SELECT", (*found.variables, *COLUMNS), tuple(ordered), prefixes=found.prefixes)


def in_words(kb: Policykb, questions: Result, lang: Lang) -> Result:
    """The same questions for people: headings, items, units, bodies and currencies by their names.

    Args:
        kb: the knowledge base.
        questions: what `next_questions` found.
        lang: the language of the names.
    """
    facts, units, bodies = kb.vocabulary.facts, kb.vocabulary.units, kb.vocabulary.bodies
    names = {
        "factId": {name: fact.label for name, fact in facts.items()},
        "unit": {name: unit.label for name, unit in units.items()},
        "currency": {name: unit.label for name, unit in units.items()},
        "body": {iri: body.label for iri, body in bodies.items()},
    }

    def named(variable: str, term: Term | None) -> Term | None:
        label = None if term is None else names.get(variable, {}).get(term.value)
        return term if label is None else Term("literal", label.get(lang), language=lang)

    rows = tuple(tuple(map(named, questions.variables, row)) for row in questions.rows)
    headings = tuple(kb.wording.say(f"question-{variable}", lang) for variable in questions.variables)
    return Result(questions.form, headings, rows, prefixes=questions.prefixes)


def _asked(kb: Policykb, record: str, item: str, lang: Lang, variables: Sequence[str]) -> tuple[Term | None, ...]:
    """The row of an item that no decision hangs on."""
    fact, none = kb.vocabulary.facts[item], Term("literal", "0", f"{XSD}integer")
    cells = {"record": Term("literal", record), "factId": Term("literal", item), "decisions": none, "settles": none}
    for name, text in (("question", fact.question or fact.label), ("proof", fact.proof)):
        if text is not None:
            cells[name] = Term("literal", text.get(lang), language=lang)
    if fact.unit is not None:
        cells["unit"] = Term("literal", fact.unit)
    if fact.decided_by is not None:
        cells["body"] = Term("iri", fact.decided_by.iri)
    return tuple(map(cells.get, variables))


Step = tuple[tuple[bool, Decimal], list[str], _Open]
"""Items that are asked one after the other for the sake of one decision, and how much each of them settles."""


def _steps(decisions: Sequence[_Open], bodies: set[str]) -> list[Step]:
    """The items of one record decision by decision, the one that settles most by each next."""
    asked: set[str] = set()
    found: list[Step] = []
    left = list(decisions)
    while left := [one for one in left if not asked.issuperset(one.items)]:
        # The first of equals, so that what stands first in the document is asked first.
        best = max(left, key=lambda one: one.density(asked))
        uses = {item: sum(item in one.items for one in left) for item in best.items}
        items = [item for item in best.items if item not in asked]
        items.sort(key=lambda item: (item in bodies, -uses[item]))
        found.append((best.density(asked), items, best))
        asked.update(items)
    return found


def _merged(queues: Sequence[tuple[int, str, list[Step]]]) -> Iterator[tuple[str, str, _Open]]:
    """The steps of all records, each in its record's order, those that settle most first."""
    heap = [(_rank(steps[0]), number, 0, name, steps) for number, name, steps in queues if steps]
    heapify(heap)
    while heap:
        _, number, place, name, steps = heappop(heap)
        yield from ((name, item, steps[place][2]) for item in steps[place][1])
        if place + 1 < len(steps):
            heappush(heap, (_rank(steps[place + 1]), number, place + 1, name, steps))


def _rank(step: Step) -> tuple[bool, Decimal]:
    endless, share = step[0]
    return not endless, -share


def _row(row: tuple[Term | None, ...], one: _Open) -> tuple[Term | None, ...]:
    money = None if one.width is None or one.currency is None else Term("literal", f"{one.width:f}", _DECIMAL)
    return (*row, money, None if one.currency is None else Term("literal", one.currency))


@dataclass(frozen=True)
class _Sums:
    """What the decisions of an answer leave open."""

    kb: Policykb
    answer: Answer

    def open(self, record: str, asked: Sequence[str]) -> list[_Open]:
        """The decisions on a record that its questions are asked for, in the order of the document; then joint sums."""
        found = []
        turning: dict[str, tuple[str, ...]] = {}
        for decision in self._decisions.get(record, ()):
            named = (*decision.missing, *(fact for fact, _ in decision.awaiting), *self._agreed(decision))
            items = tuple(item for item in asked if item in named)
            if items:
                amount = self._amount(decision)
                width = Decimal(0) if amount is None else _width(amount)
                found.append(_Open(items, width, None if amount is None else amount.currency))
                turning[str(decision.clause)] = items
        return [*found, *self._joint(record, asked, turning)]

    def capped(self, rows: Mapping[str, Mapping[str, object]]) -> Iterator[tuple[str, str]]:
        """Items that a cap over several records lacks and that nobody is asked for yet, each with a record to state it.

        Args:
            rows: what is asked for, by record and item.
        """
        for joint in (one for one in self.answer.joints if one.missing and _width(one.amount) != 0):
            # A cap of one year is worked out from the records of that year.
            mine = [
                one
                for one in self._beside[joint.members[0].record]
                if joint.period is None or one.period.startswith(joint.period)
            ]
            for item in joint.missing:
                if not any(item in rows.get(one.id, ()) for one in mine):
                    yield from [(one.id, item) for one in mine if self._can_state(one, item)][:1]

    def _can_state(self, record: Record, item: str) -> bool:
        kind = self.kb.vocabulary.record_types.get(record.type)
        return kind is not None and item in kind.facts

    @cached_property
    def _beside(self) -> dict[str, list[Record]]:
        """The records of the subject of each record."""
        of_subjects = [[one for one, _ in mine] for _, mine in self.answer.by_enterprise()]
        return {one.id: mine for mine in of_subjects for one in mine}

    def _joint(self, record: str, asked: Sequence[str], turning: Mapping[str, tuple[str, ...]]) -> Iterator[_Open]:
        """The caps over several records that items of this one settle, together with what their members turn on.

        Args:
            record: the id of the record.
            asked: the items that it is asked for.
            turning: by their clauses the items that its open decisions turn on.
        """
        for joint in self.answer.joints:
            own = [one.clause for one in joint.members if one.record == record]
            named = {*joint.missing, *(item for clause in own for item in turning.get(clause, ()))}
            is_near = own or any(one.id == record for one in self._beside[joint.members[0].record])
            if is_near and not set(joint.missing).isdisjoint(asked):
                items = tuple(item for item in asked if item in named)
                yield _Open(items, _width(joint.amount), joint.amount.currency)

    @cached_property
    def _decisions(self) -> dict[str, list[Decision]]:
        found: dict[str, list[Decision]] = {}
        for decision in self.answer.decisions:
            if decision.clause is not None:
                found.setdefault(decision.record, []).append(decision)
        return found

    @cached_property
    def _groups(self) -> dict[tuple[str, str], Amount]:
        """What an open group comes to, by the record and each of its members."""
        group_of = self.kb.book.group
        return {
            (one.record, member): one.amount
            for one in self.answer.entitlements
            if one.group is not None and one.clause is None
            for member in group_of(one.group).members
        }

    def _agreed(self, decision: Decision) -> list[str]:
        if decision.amount is None or decision.amount.max is not None:
            return []
        return [one.option.agreed for one in decision.options if one.option.agreed is not None]

    def _amount(self, decision: Decision) -> Amount | None:
        """The sum of a decision as far as it can change what is had in all: of a group never more than the group."""
        if decision.selected is False:
            return None
        group = self._groups.get((decision.record, str(decision.clause)))
        if decision.amount is None or group is None:
            return decision.amount
        widths = _width(group), _width(decision.amount)
        return group if widths[0] is not None and (widths[1] is None or widths[0] < widths[1]) else decision.amount


def _width(amount: Amount) -> Decimal | None:
    return None if amount.max is None else amount.max - amount.min
