"""Put the engines' findings together into answers: one decision per record and clause, groups, and totals."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pyoxigraph as ox

from . import __version__
from .answers import Answer, EnterpriseTotal, Receipt, subject_of
from .datarules import RecordRules
from .engines.period import as_of, period_end
from .engines.program import clause_criteria
from .engines.sparql import Outcome, SparqlEngine
from .model import (
    Amount,
    Atom,
    Body,
    Clause,
    Criterion,
    CriterionResult,
    Decision,
    Finding,
    GroupDecision,
    Record,
    Text,
    Truth,
    Value,
    Vocabulary,
)
from .records import check_records
from .rules import RuleBook
from .wording import Wording

__all__ = ["Decider", "canonical", "plain", "record_hash", "required"]

_TRUTHS: dict[int, Truth] = {0: "unmet", 1: "unknown", 2: "met"}
_SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "before": "<", "notafter": "≤"}


@dataclass(frozen=True)
class Decider:
    """Rules, vocabulary and engine, loaded once; decides any number of sets of records."""

    book: RuleBook
    vocabulary: Vocabulary
    record_rules: RecordRules
    wording: Wording
    engine: SparqlEngine

    def answer(
        self,
        records: Sequence[Record],
        *,
        day: date | None = None,
        everything: bool = False,
        findings: Sequence[Finding] = (),
    ) -> Answer:
        """Check and decide records.

        Args:
            records: as read; those with an error among their findings or in the data rules are not decided.
            day: decide as of this day; each record's own period end if None.
            everything: also list the clauses of other record types, as not-applicable.
            findings: findings of the reading that belong to no record, carried into the answer.
        """
        found = [f for record in records for f in record.findings]
        checked = check_records(records, self.record_rules, self.vocabulary)
        wrong: dict[str, list[Finding]] = {}
        # The fault of a whole column names no record; it stands among the findings of each that has a value there.
        blamed = [(record.id, finding) for record in records for finding in record.findings]
        blamed += [(finding.record, finding) for finding in checked if finding.record is not None]
        for name, finding in blamed:
            if finding.severity == "error":
                wrong.setdefault(name, []).append(finding)
        valid = [record for record in records if record.id not in wrong]
        outcomes = dict(zip((id(r) for r in valid), self.engine.decide(valid, day), strict=True))
        times = Counter(record.id for record in records)
        decisions: list[Decision] = []
        groups: list[GroupDecision] = []
        for record in records:
            if record.id in wrong:
                own = wrong[record.id]
                if times[record.id] > 1:
                    own = [finding for finding in own if _concerns(finding, record)]
                decisions.append(Decision(record.id, None, None, "invalid-record", findings=tuple(own)))
                continue
            outcome = outcomes[id(record)]
            decisions += self._record_decisions(record, outcome, day, everything)
            groups += self._group_decisions(record, outcome)
        receipt = Receipt(
            __version__, self.book.knowledge.rules_hash, record_hash(records), day, self.book.knowledge.overlays
        )
        return Answer(
            receipt,
            tuple(records),
            tuple(decisions),
            tuple(groups),
            tuple(self.enterprises(records, decisions, groups)),
            tuple(dict.fromkeys((*findings, *found, *checked))),
        )

    def _record_decisions(self, record: Record, outcome: Outcome, day: date | None, everything: bool) -> list[Decision]:
        found = []
        for clause in self.book.clauses.values():
            if clause.record_type == record.type:
                found.append(self._decision(record, clause, outcome, day))
            elif everything and clause.record_type is not None:
                found.append(Decision(record.id, clause.id, clause.article, "not-applicable"))
        return found

    def _decision(self, record: Record, clause: Clause, outcome: Outcome, day: date | None) -> Decision:
        if not outcome.covered:
            note = self.wording.text(
                "not-in-force",
                issued=self.book.as_of_from,
                first=self.book.periods_ending_from,
                end=period_end(record.period),
                day=as_of(record.period, day),
            )
            return Decision(record.id, clause.id, clause.article, "not-in-force", notes=(note,))
        status = outcome.statuses[clause.id]
        amount = None
        if status != "not-eligible" and clause.id in outcome.amounts:
            low, high = outcome.amounts[clause.id]
            amount = Amount(_fen(low), None if high is None else _fen(high), clause.options[0].currency)
        selected, suppressed_by = self._selection(clause, status, outcome)
        missing = outcome.missing.get(clause.id, ())
        # The earlier policy steps in where this clause's own words are not met, not where the district is another one.
        unmet = [c for c in clause_criteria(clause) if outcome.truths[c.iri] == 0]
        own = all(criterion.provision in clause.provisions for criterion in unmet)
        fallback = clause.fallback if status == "not-eligible" and own else None
        return Decision(
            record=record.id,
            clause=clause.id,
            article=clause.article,
            status=status,  # type: ignore[arg-type]
            amount=amount,
            selected=selected,
            suppressed_by=suppressed_by,
            criteria=tuple(self._criterion(record, criterion, outcome) for criterion in clause_criteria(clause)),
            missing=tuple(fact for fact, body in missing if body is None),
            awaiting=tuple((fact, self._body(body)) for fact, body in missing if body is not None),
            fallback=self.book.provisions[fallback] if fallback else None,
            notes=tuple(self._notes(record, clause, status, outcome, day)),
        )

    def _selection(self, clause: Clause, status: str, outcome: Outcome) -> tuple[bool | None, str | None]:
        group = self.book.group_of.get(clause.id)
        if group is None:
            return None, None
        winner = outcome.groups.get(group.id, (None, None, None))[0]
        if winner is None:
            open_members = [m for m in group.members if outcome.statuses.get(m) != "not-eligible"]
            return (None if open_members else False), None
        if winner == clause.id:
            return True, None
        return False, None if status == "not-eligible" else winner

    def _criterion(self, record: Record, criterion: Criterion, outcome: Outcome) -> CriterionResult:
        actual = self._actual(record, criterion.path, outcome)
        others = [self._actual(record, atom.other, outcome) for atom in criterion.atoms if atom.other]
        if others:
            actual = None if actual is None and others == [None] else f"{actual or '?'} / {others[0] or '?'}"
        return CriterionResult(
            criterion=criterion,
            truth=_TRUTHS[outcome.truths[criterion.iri]],
            required=required(criterion),
            actual=actual,
            quote=criterion.words or self.book.provisions[criterion.provision].quote,
        )

    def _actual(self, record: Record, fact: str, outcome: Outcome) -> str | None:
        value = record.division if fact == "division" else record.facts.get(fact, outcome.derived.get(fact))
        return None if value is None else plain(value)

    def _body(self, iri: str) -> Body:
        node = ox.NamedNode(iri)
        return Body(self.book.knowledge.short(node), self.book.knowledge.label(node))

    def _notes(self, record: Record, clause: Clause, status: str, outcome: Outcome, day: date | None) -> list[Text]:
        notes = []
        if status != "not-eligible":
            on = as_of(record.period, day)
            notes += [n.text for n in self.book.notices if n.clause == clause.id and (n.start is None or n.start <= on)]
            if clause.options and "payee" in clause.inferred and clause.payee is not None:
                notes.append(self.wording.text("payee-inferred", payee=clause.payee))
        for kind, about in outcome.remarks.get(clause.id, ()):
            notes.append(self._remark(clause, kind, about))
        return notes

    def _remark(self, clause: Clause, kind: str, about: str) -> Text:
        node = ox.NamedNode(about)
        if kind == "below-floor":
            option = next(o for o in clause.options if o.iri == about)
            return self.wording.text(kind, floor=f"{plain(option.floor or Decimal(0))} {option.currency}")
        if kind == "unsettled":
            return self.wording.text(kind)
        remark = self.book.knowledge.text(node, ox.NamedNode("https://w3id.org/policykb/ns#presumption"))
        return remark or self.book.knowledge.label(node)

    def _group_decisions(self, record: Record, outcome: Outcome) -> list[GroupDecision]:
        found = []
        for group_id, (winner, low, high) in outcome.groups.items():
            group = self.book.groups[group_id]
            currency = next(o.currency for m in group.members for o in self.book.clauses[m].options)
            amount = None if low is None else Amount(_fen(low), None if high is None else _fen(high), currency)
            found.append(GroupDecision(record.id, group_id, winner, amount))
        return sorted(found, key=lambda g: g.group)

    def enterprises(
        self, records: Sequence[Record], decisions: Sequence[Decision], groups: Sequence[GroupDecision]
    ) -> list[EnterpriseTotal]:
        """What each subject gets across its records."""
        members: dict[tuple[str, str], list[Record]] = {}
        for record in records:
            members.setdefault(subject_of(record), []).append(record)
        by_record: dict[str, list[Decision]] = {}
        for decision in decisions:
            by_record.setdefault(decision.record, []).append(decision)
        groups_of: dict[str, list[GroupDecision]] = {}
        for group in groups:
            groups_of.setdefault(group.record, []).append(group)
        totals = []
        for owned in members.values():
            total: dict[str, tuple[Decimal, Decimal | None]] = {}
            eligible = undetermined = 0
            for record in owned:
                amounts = [g.amount for g in groups_of.get(record.id, [])]
                for decision in by_record.get(record.id, []):
                    if (
                        decision.clause is None
                        or not self.book.clauses[decision.clause].options
                        or decision.selected is False
                    ):
                        continue
                    eligible += decision.status == "eligible"
                    undetermined += decision.status == "undetermined"
                    if decision.clause not in self.book.group_of:
                        amounts.append(decision.amount)
                for amount in amounts:
                    if amount is not None:
                        low, high = total.get(amount.currency, (Decimal("0.00"), Decimal("0.00")))
                        both = None if high is None or amount.max is None else high + amount.max
                        total[amount.currency] = (low + amount.min, both)
            first = owned[0]
            totals.append(
                EnterpriseTotal(
                    first.credit_code, first.name, tuple(r.id for r in owned), total, eligible, undetermined
                )
            )
        return totals


def _concerns(finding: Finding, record: Record) -> bool:
    """Whether a finding under a record's id is about it, and not about another record that bears the same id.

    That the id is used twice concerns all who bear it.
    """
    where, here = finding.place, record.place
    is_here = (where.file, where.sheet, where.row) == (here.file, here.sheet, here.row)
    return is_here or finding.fact == "id" or finding in record.findings


def required(criterion: Criterion) -> str:
    """What a criterion asks for, as a short expression: `≥ 1250`, `= true`, `∈ {national}`."""
    return " ∧ ".join(_atom(atom) for atom in criterion.atoms)


def _atom(atom: Atom) -> str:
    if atom.op == "in" and len(atom.values) > 1:
        return "∈ {" + ", ".join(plain(v) for v in atom.values) + "}"
    if atom.op in ("in", "has"):
        return ("∋ " if atom.op == "has" and isinstance(atom.values[0], str) else "= ") + plain(atom.values[0])
    if atom.op == "known":
        return "≠ ∅"
    return f"{_SIGNS[atom.op]} {atom.other or plain(atom.values[0])}"


def plain(value: Value) -> str:
    """A value in plain notation, the same in every format: `1250`, `0.125`, `true`, `a; b`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, tuple):
        return "; ".join(value)
    return str(value)


def canonical(record: Record) -> dict[str, object]:
    """A record in one form whatever file it came from: sorted facts, plain notation."""
    return {
        "id": record.id,
        "type": record.type,
        "period": record.period,
        "subject": {"name": record.name, "creditCode": record.credit_code, "division": record.division},
        "facts": {name: plain(value) for name, value in sorted(record.facts.items())},
    }


def record_hash(records: Sequence[Record]) -> str:
    """SHA-256 over the canonical records in the order of type and id."""
    ordered = sorted((canonical(r) for r in records), key=lambda r: (str(r["type"]), str(r["id"])))
    text = json.dumps(ordered, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _fen(value: Decimal) -> Decimal:
    # The query rounded already; this only fixes the number of digits shown.
    return value.quantize(Decimal("0.01"))
