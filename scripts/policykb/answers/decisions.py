"""Put the engines' findings together into answers: one decision per record and clause, groups, and totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TypeAlias

from ..engines.engine import Engine
from ..engines.outcome import Ends, Outcome, Worked
from ..engines.period import as_of, last_day, period_end
from ..engines.program import smallest_unit
from ..law.data_rules import RecordRules
from ..law.fingerprint import versions
from ..law.receipt import Receipt
from ..law.rules import RuleBook
from ..model import (
    Amount,
    Body,
    Clause,
    Decision,
    Entitlement,
    GroupDecision,
    OptionResult,
    Record,
    Text,
    Value,
    Vocabulary,
)
from ..records.check import check_records
from ..wording.texts import Wording
from .answer import add_up
from .checked import Checked
from .figures import Forms, money, official_forms
from .grouping import Sums
from .joint import within
from .plain import record_hash
from .trees import TRUTHS, Conditions

__all__ = ["Decided", "Decider"]

_KEPT = 2**12  # notes on decisions
_Remark: TypeAlias = tuple[str, str, date | None]
"""The kind of a remark, what it is about, and the last day of that where it is a window."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided of one record."""

    decisions: tuple[Decision, ...]
    groups: tuple[GroupDecision, ...] = ()
    entitlements: tuple[Entitlement, ...] = ()


@dataclass(frozen=True)
class Decider:
    """Rules, vocabulary and engine, loaded once; decides any number of sets of records.

    `is_complete` says that the records of each set are all there are.
    """

    book: RuleBook
    vocabulary: Vocabulary
    record_rules: RecordRules
    wording: Wording
    engine: Engine
    is_complete: bool = False

    def checked(
        self, records: Sequence[Record], repeated: Collection[str], tick: Callable[[int], None] | None = None
    ) -> Checked:
        """The records held against the data rules, as a whole; `tick` is told how many are done."""
        complete = self.is_complete
        return Checked(records, self.record_rules, self.vocabulary, repeated, is_complete=complete, tick=tick)

    def decide(
        self, records: Sequence[Record], checked: Checked, *, day: date | None = None, everything: bool = False
    ) -> list[Decided]:
        """Decide some records of a set that was checked as a whole.

        Args:
            records: as read; those with an error among their findings or in the data rules are not decided.
            checked: what was found about the whole set.
            day: decide as of this day; each record's own period end if None.
            everything: also list the clauses of other record types, as not-applicable.

        Returns:
            what was decided, record by record.
        """
        valid = [record for record in records if record.id not in checked.wrong]
        outcomes = iter(self.engine.decide(valid, day))
        found = []
        for record in records:
            if record.id in checked.wrong:
                errors = tuple(checked.errors(record))
                found.append(Decided((Decision(record.id, None, None, "invalid-record", findings=errors),)))
                continue
            outcome = next(outcomes)
            decisions = tuple(self._record_decisions(record, outcome, day, everything))
            groups = tuple(self._group_decisions(record, outcome))
            found.append(Decided(decisions, groups, tuple(self._entitlements(record, outcome))))
        return found

    def sums(self, decided: Decided) -> Sums:
        """What a record adds to the totals of its subject."""
        states = Counter(
            decision.status
            for decision in decided.decisions
            if decision.clause in self._granting and decision.selected is not False
        )
        return Sums(add_up(decided.entitlements), states["eligible"], states["undetermined"])

    def receipt(self, records: Sequence[Record], day: date | None) -> Receipt:
        """What an answer about records rests on, without the checksum of the answer."""
        origin = self.book.origin
        engine = self.engine.suited(len(records))
        used = versions(more=engine.libraries)
        return Receipt(
            origin.rules_hash,
            record_hash(records),
            day,
            origin.overlays,
            engine=f"{engine.libraries[0]} {used[engine.libraries[0]]}",
            policy=origin.policy,
            parts=origin.parts,
            versions=used,
        )

    def is_right(self, record: Record) -> bool:
        """Whether a record breaks no data rule by itself, so that an engine can decide it."""
        found = (*record.findings, *check_records([record], self.record_rules, self.vocabulary))
        return not any(finding.severity == "error" for finding in found)

    def alone(
        self, records: Sequence[Record], day: date | None = None, *, is_joined: bool = True
    ) -> list[tuple[list[Decision], list[Entitlement]] | None]:
        """Decide each record as if there were no other; None for one that breaks a data rule by itself.

        Args:
            records: the records.
            day: the as-of day; each record's own period end if None.
            is_joined: with what groups over several records leave of it; several documents combine together.
        """
        right = [self.is_right(record) for record in records]
        outcomes = iter(self.engine.decide([r for r, is_right in zip(records, right, strict=True) if is_right], day))
        found: list[tuple[list[Decision], list[Entitlement]] | None] = []
        for record, is_right in zip(records, right, strict=True):
            if is_right:
                outcome = next(outcomes)
                decided = self._record_decisions(record, outcome, day, everything=False)
                sums = self._entitlements(record, outcome)
                found.append((decided, within(record, decided, sums, self.book) if is_joined else sums))
            else:
                found.append(None)
        return found

    def _record_decisions(self, record: Record, outcome: Outcome, day: date | None, everything: bool) -> list[Decision]:
        found = []
        # What is known of facts: as they are stated, or as they follow.
        known = {**outcome.derived, **record.facts, "division": record.division}
        for clause in self.book.clauses.values():
            if clause.record_type == record.type:
                found.append(self._decision(record, clause, outcome, day, known))
            elif everything and clause.record_type is not None:
                found.append(Decision(record.id, clause.id, clause.article, "not-applicable"))
        return found

    def _outside(self, last: date | None) -> str:
        """What is said of a record out of the time of the document; a day that nobody stated is not named."""
        if last is None:
            return "not-in-force"
        return "not-in-force-until" if self.book.document.has_start else "not-in-force-after"

    def _decision(
        self, record: Record, clause: Clause, outcome: Outcome, day: date | None, known: Mapping[str, Value | None]
    ) -> Decision:
        if not outcome.covered:
            last = self.book.in_force_through
            note = self.wording.text(
                self._outside(last),
                issued=self.book.as_of_from,
                first=self.book.periods_ending_from,
                end=period_end(record.period),
                day=as_of(record.period, day),
                last=last or "",
            )
            return Decision(record.id, clause.id, clause.article, "not-in-force", notes=(note,))
        missing = outcome.missing.get(clause.id, ())
        fallback = outcome.fallbacks.get(clause.id)
        status = outcome.statuses[clause.id]
        criteria, conditions = self._of_clause(clause).results(outcome, known)
        return Decision(
            record=record.id,
            clause=clause.id,
            article=clause.article,
            status=status,  # type: ignore[arg-type]
            amount=self._amount(clause, outcome.amounts.get(clause.id)),
            selected=outcome.selected.get(clause.id),
            suppressed_by=outcome.suppressed_by.get(clause.id),
            criteria=criteria,
            missing=tuple(fact for fact, body in missing if body is None),
            awaiting=tuple((fact, self._body(fact, body)) for fact, body in missing if body is not None),
            fallback=self.book.provisions[fallback] if fallback else None,
            notes=self._notes(record, clause, status, outcome, day),
            options=tuple(self._option(clause, worked) for worked in outcome.worked.get(clause.id, ())),
            conditions=conditions,
        )

    def _amount(self, clause: Clause, ends: Ends | None) -> Amount | None:
        return None if ends is None else self._money(ends, clause.options[0].currency)

    def _money(self, ends: Ends, currency: str) -> Amount:
        """The query rounded already; this only fixes the number of digits shown."""
        places = self._smallest[currency]
        low, high = ends
        return Amount(low.quantize(places), None if high is None else high.quantize(places), currency)

    def _option(self, clause: Clause, worked: Worked) -> OptionResult:
        option = next(option for option in clause.options if option.iri == worked.option)
        return OptionResult(
            option=option,
            truth=TRUTHS[worked.truth],
            amount=self._money(worked.ends, option.currency),
            values=dict(worked.values),
        )

    def _body(self, fact: str, iri: str) -> Body:
        known = self.vocabulary.facts.get(fact)
        if known is not None and known.decided_by is not None:
            return known.decided_by
        return self.vocabulary.bodies[iri]

    def _notes(
        self, record: Record, clause: Clause, status: str, outcome: Outcome, day: date | None
    ) -> tuple[Text, ...]:
        """What is to be said of a decision; what many records are told alike is one object."""
        on = None if status == "not-eligible" else as_of(record.period, day)
        remarks = outcome.remarks.get(clause.id, ())
        key = clause.id, on, tuple((*one, self._last_day(record, *one)) for one in remarks)
        found = self._noted.get(key)
        if found is None:
            if len(self._noted) >= _KEPT:
                self._noted.clear()
            found = self._noted[key] = tuple(self._made_notes(clause, on, key[2]))
        return found

    def _last_day(self, record: Record, kind: str, about: str) -> date | None:
        """The last day of the window that a remark is about: from the next on what it comes to is final."""
        derived = next((one for one in self.book.derived.values() if one.iri == about), None)
        if kind != "window-open" or derived is None:
            return None
        start, years = derived.expression.operands[1].operands
        begun = record.facts.get(start.fact or "")
        return last_day(begun, int(years.number or 0)) if isinstance(begun, date) else None

    def _made_notes(self, clause: Clause, on: date | None, remarks: Sequence[_Remark]) -> list[Text]:
        notes = []
        if on is not None:
            notes += [n.text for n in self.book.notices if n.clause == clause.id and (n.start is None or n.start <= on)]
            if clause.is_unstated:
                notes.append(self.wording.text("amount-not-stated"))
            if clause.options and "payee" in clause.inferred and clause.payee is not None:
                notes.append(self.wording.text("payee-inferred", payee=clause.payee))
        return notes + [self._remark(clause, *remark) for remark in remarks]

    def _remark(self, clause: Clause, kind: str, about: str, end: date | None) -> Text:
        if kind == "below-floor":
            option = next(o for o in clause.options if o.iri == about)
            return self.wording.text(kind, floor=self._sum(option.floor or Decimal(0), option.currency))
        if kind == "unsettled":
            return self.wording.text(kind)
        if kind == "rounded-to-zero":
            currency = clause.options[0].currency
            return self.wording.text(kind, smallest=self._sum(smallest_unit(self.book, currency), currency))
        said = self.book.remarks.get(about) or Text(about, about)
        return said if end is None else self.wording.text(kind, about=said, day=end)

    def _sum(self, value: Decimal, currency: str) -> Text:
        """A sum as the document writes such sums."""
        return money(value, currency, self.vocabulary, self._forms)

    @cached_property
    def _forms(self) -> Forms:
        return official_forms(self.vocabulary, self.book.document.text)

    def _group_decisions(self, record: Record, outcome: Outcome) -> list[GroupDecision]:
        found = []
        for group_id, (winner, low, high) in outcome.groups.items():
            group = self.book.groups[group_id]
            currency = next(o.currency for m in group.members for o in self.book.clauses[m].options)
            amount = None if low is None else self._money((low, high), currency)
            found.append(GroupDecision(record.id, group_id, winner, amount))
        return sorted(found, key=lambda g: g.group)

    def _entitlements(self, record: Record, outcome: Outcome) -> list[Entitlement]:
        """What counts, in the document's order; a group stands where the first of its members does."""
        found = [
            Entitlement(record.id, one.clause, one.group, one.status, self._money(one.ends, one.currency))  # type: ignore[arg-type]
            for one in outcome.counted
        ]
        return sorted(found, key=lambda one: self._order[one.group or one.clause or ""])

    @cached_property
    def _conditions(self) -> dict[str, Conditions]:
        """The conditions of each clause that was asked about."""
        return {}

    def _of_clause(self, clause: Clause) -> Conditions:
        if clause.id not in self._conditions:
            self._conditions[clause.id] = Conditions(clause, self.book.provisions)
        return self._conditions[clause.id]

    @cached_property
    def _noted(self) -> dict[tuple[str, date | None, tuple[_Remark, ...]], tuple[Text, ...]]:
        """The notes on clauses, by the day and what the engine remarked."""
        return {}

    @cached_property
    def _order(self) -> dict[str, int]:
        """The place of each clause and group in the document."""
        order = {name: place for place, name in enumerate(self.book.clauses)}
        return order | {g.id: min(order[member] for member in g.members) for g in self.book.groups.values()}

    @cached_property
    def _smallest(self) -> dict[str, Decimal]:
        """The smallest unit of each currency in which amounts are stated."""
        currencies = {option.currency for clause in self.book.clauses.values() for option in clause.options}
        return {currency: smallest_unit(self.book, currency) for currency in currencies}

    @cached_property
    def _granting(self) -> frozenset[str]:
        """The clauses that grant money."""
        return frozenset(clause.id for clause in self.book.clauses.values() if clause.options)
