"""What is said about a set of records: decisions, groups, totals by subject, and what they rest on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..doors.outgoing import html_table
from ..extras import need
from ..law.receipt import Receipt
from ..model import Amount, Decision, Entitlement, Finding, GroupDecision, JointDecision, Record

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

__all__ = ["Answer", "EnterpriseTotal", "add_up"]

_ROW = dict.fromkeys(("record", "type", "period", "name", "creditCode", "clause"), "text")
_ROW |= {"article": "integer", "status": "text", "min": "decimal", "max": "decimal", "currency": "text"}
_ROW |= {"selected": "boolean", "suppressedBy": "text", "missing": "text", "awaiting": "text"}


@dataclass(frozen=True, slots=True)
class EnterpriseTotal:
    """What one subject gets across all its records: its entitlements, per currency.

    `eligible` and `undetermined` count clauses that grant money and that no other one of a group keeps out. `members`
    are the places of its records among those of the answer; code and name are those of the first that states a code,
    or else of the first.
    """

    credit_code: str | None
    name: str | None
    records: tuple[str, ...]
    total: Mapping[str, Amount]
    eligible: int
    undetermined: int
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything `policykb apply` says about a set of records."""

    receipt: Receipt
    records: tuple[Record, ...]
    decisions: tuple[Decision, ...]
    groups: tuple[GroupDecision, ...]
    entitlements: tuple[Entitlement, ...]
    enterprises: tuple[EnterpriseTotal, ...]
    findings: tuple[Finding, ...]
    joints: tuple[JointDecision, ...] = ()

    def by_record(self) -> list[tuple[Record, list[Decision]]]:
        """Each record with its decisions; records that share an id are all invalid and have one each."""
        times = Counter(record.id for record in self.records)
        decisions: dict[str, list[Decision]] = {}
        for decision in self.decisions:
            decisions.setdefault(decision.record, []).append(decision)
        found: list[tuple[Record, list[Decision]]] = []
        for record in self.records:
            own = decisions.get(record.id, [])
            if times[record.id] > 1:
                own = [own.pop(0)] if own else []
            found.append((record, own))
        return found

    def by_enterprise(self) -> list[tuple[EnterpriseTotal, list[tuple[Record, list[Decision]]]]]:
        """Each subject with its records, and these with their decisions."""
        decided = self.by_record()
        return [(subject, [decided[place] for place in subject.members]) for subject in self.enterprises]

    def owners(self) -> dict[str, EnterpriseTotal]:
        """The subject of each record."""
        return {name: subject for subject in self.enterprises for name in subject.records}

    def pairs(self) -> list[tuple[Record, Decision]]:
        """Each decision, beside the record that it is on."""
        return [(record, decision) for record, decisions in self.by_record() for decision in decisions]

    def counting(self) -> dict[tuple[str, str], bool | None]:
        """Whether what a record gets by a clause, or by an open group, counts towards totals.

        True where it is an entitlement; None for a member of a group while the winner is open, since one of the members
        counts and the sum stands under the group; what is not named does not count.
        """
        found: dict[tuple[str, str], bool | None] = {(one.record, one.source): True for one in self.entitlements}
        undecided = {one.record for one in self.entitlements if one.clause is None}
        joined = {(one.record, one.clause) for joint in self.joints if joint.how == "together" for one in joint.members}
        undecided |= {record for record, _ in joined}
        for decision in self.decisions:
            if decision.record in undecided and decision.clause is not None and decision.amount is not None:
                name = (decision.record, decision.clause)
                # What is had within its record counts as part of what several records come to together.
                is_open = decision.selected is None or (name in joined and decision.selected)
                found.setdefault(name, None if is_open else False)
        return found

    def rows(self) -> list[dict[str, object]]:
        """One flat row per decision: record, type, period, name, creditCode, clause, article, status, min, max,
        currency, selected, suppressedBy, missing, awaiting. Amounts are Decimal; None where there is nothing."""
        found: list[dict[str, object]] = []
        for record, decision in self.pairs():
            amount = decision.amount
            found.append(
                {
                    "record": record.id,
                    "type": record.type,
                    "period": record.period,
                    "name": record.name,
                    "creditCode": record.credit_code,
                    "clause": decision.clause,
                    "article": decision.article,
                    "status": decision.status,
                    "min": None if amount is None else amount.min,
                    "max": None if amount is None else amount.max,
                    "currency": None if amount is None else amount.currency,
                    "selected": decision.selected,
                    "suppressedBy": decision.suppressed_by,
                    "missing": "; ".join(decision.missing),
                    "awaiting": "; ".join(fact for fact, _ in decision.awaiting),
                }
            )
        return found

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a pandas DataFrame.

        Raises:
            CallError: pandas is not installed (extra `notebook`).
        """
        need("notebook", "pandas")
        import pandas

        return pandas.DataFrame(self.rows(), columns=list(_ROW))

    def to_arrow(self) -> pyarrow.Table:
        """The rows as an Arrow table, amounts as exact decimals.

        Raises:
            CallError: pyarrow is not installed (extra `notebook`).
        """
        need("notebook", "pyarrow")
        import pyarrow

        kinds = {
            "text": pyarrow.string(),
            "integer": pyarrow.int64(),
            "decimal": pyarrow.decimal128(38, 2),
            "boolean": pyarrow.bool_(),
        }
        schema = pyarrow.schema([(name, kinds[kind]) for name, kind in _ROW.items()])
        return pyarrow.Table.from_pylist(self.rows(), schema=schema)

    def to_polars(self) -> polars.DataFrame:
        """The rows as a Polars data frame, amounts as exact decimals.

        Raises:
            CallError: polars or pyarrow is not installed (extra `screen`).
        """
        need("screen", "polars", "pyarrow")
        import polars

        return polars.DataFrame(self.to_arrow())

    def _repr_html_(self) -> str:
        """The first rows as a table, for notebooks."""
        shown = [name for name in _ROW if name not in ("type", "period", "creditCode", "article", "suppressedBy")]
        rows = [[row[name] for name in shown] for row in self.rows()]
        return html_table(shown, rows)


def add_up(entitlements: Iterable[Entitlement]) -> dict[str, Amount]:
    """The sum of entitlements in each currency."""
    found: dict[str, Amount] = {}
    for one in entitlements:
        before = found.get(one.amount.currency)
        found[one.amount.currency] = one.amount if before is None else before.plus(one.amount)
    return found
