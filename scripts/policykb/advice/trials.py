"""Changes that could make criteria turn, found where the criteria do; what they come to is asked of the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import product

from ..engines.turning import FAR, Along, beyond, reaches, whole_steps
from ..law.rules import RuleBook
from ..model import Clause, Criterion, Fact, Record, Truth, Value, Vocabulary
from .goals import Turn

__all__ = ["Trials", "changed"]

_MOST = 64
"""Changes that are tried for one set of criteria."""


def changed(record: Record, facts: dict[str, Value]) -> Record:
    """A record that states other values, as itself otherwise."""
    return replace(record, facts={**record.facts, **facts})


@dataclass(frozen=True)
class Trials:
    """The changes of records that are decided under one set of rules.

    Args:
        book: the rules.
        vocabulary: the facts, with those that an applicant can change.
        day: the as-of day; each record's own period end if None.
    """

    book: RuleBook
    vocabulary: Vocabulary
    day: date | None

    def of(self, record: Record, turn: Turn, truths: Mapping[str, Truth]) -> Iterator[dict[str, Value]]:
        """Values for facts that could make all these criteria turn.

        Where a criterion is unmet, what is not stated does not matter: another figure stands in for it.
        """
        reached = [
            [
                fact
                for fact in self.changeable(record)
                if (fact.id in record.facts or truths[one.iri] != "unmet") and reaches(self.book, one, fact.id)
            ]
            for one, _ in turn
        ]
        tried = 0
        for facts in product(*reached):
            own: dict[str, list[Turn]] = {}
            for fact, one in zip(facts, turn, strict=True):
                own.setdefault(fact.id, []).append((one,))
            for values in self._values(record, [(name, tuple(t for (t,) in turns)) for name, turns in own.items()]):
                yield values
                tried += 1
                if tried >= _MOST:
                    return

    def changeable(self, record: Record) -> list[Fact]:
        """The facts of a type of record that an applicant can change."""
        return [fact for fact in self._changeable if record.type in fact.record_types]

    @cached_property
    def _changeable(self) -> list[Fact]:
        facts = self.vocabulary.facts.values()
        return [fact for fact in facts if fact.is_changeable and fact.decided_by is None and not fact.is_list]

    def _values(self, record: Record, left: Sequence[tuple[str, Turn]]) -> Iterator[dict[str, Value]]:
        """Values fact by fact: where the second turns may depend on what the first has become."""
        if not left:
            yield {}
            return
        (name, turn), *rest = left
        fact = self.vocabulary.facts[name]
        values = (value for one, wanted in turn for value in self.candidates(record, fact, one, wanted))
        for value in dict.fromkeys(values):
            for others in self._values(changed(record, {name: value}), rest):
                yield {name: value, **others}

    def candidates(self, record: Record, fact: Fact, criterion: Criterion, wanted: bool) -> list[Value]:
        """The values of a fact at which a criterion turns, other than the one that is stated."""
        actual = record.facts.get(fact.id)
        if fact.datatype == "boolean":
            return [value for value in (True, False) if value is not actual]
        if fact.codes:
            named = {value for atom in criterion.atoms for value in atom.values}
            codes = [int(code) if fact.datatype == "integer" else code for code in fact.codes]
            return [code for code in codes if (code in named) == wanted and code != actual]
        if fact.datatype not in ("decimal", "integer"):
            return []
        return [value for value in self.turns(record, fact, criterion) if value != actual]

    def turns(self, record: Record, fact: Fact, criterion: Criterion) -> list[Value]:
        """The values of a number next to where a criterion turns, as far as they can be stated."""
        actual, step = record.facts.get(fact.id), self.vocabulary.step(fact.id)
        at = Decimal(actual) if isinstance(actual, Decimal | int) else None
        found: dict[Decimal, None] = {}
        for bound in Along(self.book, record, fact.id, step, self.day).bounds(criterion):
            for start in (at,) if at is not None else (bound - step, bound + step):
                found |= dict.fromkeys(beyond(bound, start, step))
        least = step if step == 1 and fact.datatype == "integer" else Decimal(0)
        numbers = [number for number in found if number >= least]
        return [int(number) for number in numbers] if fact.datatype == "integer" else list(numbers)

    def whole_steps(self, record: Record, clause: Clause, *, up: bool) -> Iterator[tuple[str, Value]]:
        """For each stated number the nearest value above it, or below, at which a clause counts other whole steps."""
        for fact in self.changeable(record):
            actual = record.facts.get(fact.id)
            if isinstance(actual, bool) or not isinstance(actual, Decimal | int):
                continue
            value = self._next(record, clause, fact.id, Decimal(actual), up)
            if value is not None:
                yield fact.id, int(value) if fact.datatype == "integer" else value

    def _next(self, record: Record, clause: Clause, fact: str, at: Decimal, up: bool) -> Decimal | None:
        near, far, unit = Decimal(0), self.vocabulary.step(fact), self.vocabulary.step(fact)
        while near < (FAR if up else at):
            ends = (at + near, at + far) if up else (at - near, max(at - far, Decimal(0)))
            found = next(whole_steps(self.book, (clause,), record, fact, ends, unit, self.day), None)
            if found is not None:
                return found if up else found - unit
            near, far = far, 2 * far
        return None
