"""Combine what a validator found into decisions, in plain Python: the reference for amounts, groups and what counts.

It shares no line with the queries or the columns: truths and facts go in, whole outcomes come out. An option whose
input is missing may come to anything between two ends; everything else follows from intervals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeAlias

from ..law.rules import RuleBook
from ..model import Clause, Group, Option
from .derive import Facts
from .outcome import Counted, Ends, Outcome, Worked
from .program import smallest_unit

__all__ = ["STATUSES", "Chance", "combine", "reach", "status_of"]

STATUSES = ("not-eligible", "undetermined", "eligible")
Interval: TypeAlias = tuple[Decimal, Decimal | None]
"""The least and the most, unrounded; None where there is no upper end."""

_ZERO = Decimal(0)
_ENDLESS = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Chance:
    """An option that is not ruled out: its truth (2, or 1 where it is open), and what it may come to.

    `ranges` is one interval where everything is known, else the two ends of what may be.
    """

    option: Option
    truth: int
    ranges: tuple[Interval, ...]

    @property
    def hull(self) -> Interval:
        """From the least it may come to, to the most."""
        return min(low for low, _ in self.ranges), _most(high for _, high in self.ranges)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """A clause before rounding: whether it applies (2, 1, 0), its status, its interval, the options behind it."""

    applies: int
    status: int
    interval: Interval | None
    chances: tuple[Chance, ...]


def status_of(clause: Clause, truths: Mapping[str, int], facts: Facts) -> str:
    """The status of a clause from the truth of its condition and of its options' conditions."""
    return STATUSES[_verdict(clause, truths, facts).status]


def combine(book: RuleBook, record_type: str, truths: Mapping[str, int], facts: Facts) -> Outcome:
    """The outcome for one record that the policy covers.

    Args:
        book: the rules.
        record_type: the type of the record.
        truths: the truth (2, 1, 0) of each condition and of each criterion that stands for another provision.
        facts: what the record states, and what follows from it.
    """
    clauses = book.by_type.get(record_type, ())
    verdicts = {clause.id: _verdict(clause, truths, facts) for clause in clauses}
    amounts = {
        clause.id: _rounded(verdict.interval, _unit(book, clause))
        for clause in clauses
        if (verdict := verdicts[clause.id]).interval is not None
    }
    groups = [group for group in book.groups.values() if group.members[0] in verdicts]
    winners = {group.id: _winner(group, verdicts) for group in groups}
    given = {
        group.id: _hull([amounts[m] for m in group.members if m in amounts], [verdicts[m] for m in group.members])
        for group in groups
    }
    statuses = {name: STATUSES[verdict.status] for name, verdict in verdicts.items()}
    selected, suppressed = _selection(groups, winners, given, statuses)
    return Outcome(
        covered=True,
        statuses=statuses,
        amounts=amounts,
        groups={g.id: (winners[g.id], *(given[g.id] or (None, None))) for g in groups},
        selected=selected,
        suppressed_by=suppressed,
        fallbacks={c.id: c.fallback for c in clauses if c.fallback and _falls_back(c, statuses[c.id], truths)},
        worked={c.id: _worked(c, verdicts[c.id], _unit(book, c)) for c in clauses if verdicts[c.id].chances},
        counted=_counted(book, clauses, amounts, winners, given, statuses),
    )


def _verdict(clause: Clause, truths: Mapping[str, int], facts: Facts) -> _Verdict:
    assert clause.root is not None
    root = truths[clause.root.iri]
    holding = [(option, truths[option.condition.iri] if option.condition else 2) for option in clause.options]
    best = max((truth for _, truth in holding), default=2)
    applies = root if clause.exhaustive and best > 0 else min(root, best)
    if not clause.options or not applies:
        return _Verdict(applies, applies, None, ())
    chances = tuple(Chance(option, truth, _ranges(option, facts)) for option, truth in holding if truth > 0)
    status = 1 if applies == 2 and _is_open(clause, chances) else applies
    return _Verdict(applies, status, _interval(clause, applies, chances), chances)


def _interval(clause: Clause, applies: int, chances: Sequence[Chance]) -> Interval:
    """What a clause that is not ruled out comes to: nothing at the least where it may not apply at all."""
    lows = [(chance.truth, chance.hull[0]) for chance in chances]
    highs = [chance.hull[1] for chance in chances]
    if clause.combination in ("sum", "unsettled"):
        high = None if None in highs else sum((high for high in highs if high is not None), _ZERO)
    else:
        high = _most(highs)
    if applies < 2:
        return _ZERO, high
    certain = [low for truth, low in lows if truth == 2]
    if clause.combination == "sum":
        return sum(certain, _ZERO), high
    return max(certain) if certain else min(low for _, low in lows), high


def _is_open(clause: Clause, chances: Sequence[Chance]) -> bool:
    """Whether the amount of a clause that applies hangs on something missing or left unsettled by the text."""
    is_open = any(len(chance.ranges) > 1 for chance in chances)
    if clause.combination == "unsettled":
        return is_open or len(chances) > 1
    firm = [chance.ranges[0] for chance in chances if chance.truth == 2 and len(chance.ranges) == 1]
    if clause.combination == "sum":
        others = [chance.ranges[-1] for chance in chances if chance.truth == 1 or len(chance.ranges) > 1]
        is_endless = any(high is None for _, high in firm)
        return any(low > 0 or (high != 0 and not is_endless) for low, high in others)
    if not firm:
        return is_open or len({chance.ranges[0] for chance in chances}) > 1
    # The highest counts: what may hold as well, or may come to more, matters only where it raises what is had anyway.
    return any(_joined([*firm, interval]) != _joined(firm) for chance in chances for interval in chance.ranges)


def _joined(intervals: Sequence[Interval]) -> Interval:
    return max(low for low, _ in intervals), _most(high for _, high in intervals)


def _most(highs: Iterable[Decimal | None]) -> Decimal | None:
    found = list(highs)
    return None if None in found else max(high for high in found if high is not None)


def _ranges(option: Option, facts: Facts) -> tuple[Interval, ...]:
    """What an option gives; where an input of it is missing, the two ends of what that may be."""
    if option.value is not None:
        return ((_ZERO if option.kind == "ceiling" else option.value, option.value),)
    if option.floor is not None:
        agreed = facts.known.get(option.agreed or "")
        stated = isinstance(agreed, Decimal | int) and agreed >= option.floor
        return ((Decimal(agreed), Decimal(agreed)) if stated else (option.floor, None),)  # type: ignore[arg-type]
    assert option.expression is not None
    least, most = option.expression.ends({name: reach(name, facts) for name in option.expression.facts()})
    is_ceiling = option.kind == "ceiling"
    if least == most:
        return ((_ZERO if is_ceiling else least, most),)
    # Without an upper end there is no greatest of what it may be; a number above all others stands for it.
    top = _ENDLESS if most is None else most
    return (_ZERO if is_ceiling else least, least), (_ZERO if is_ceiling else top, most)


def reach(name: str, facts: Facts) -> Interval:
    """What a fact may be where an amount rests on it; what it has below zero counts as nothing."""
    known = facts.known.get(name)
    most = known if known is not None else facts.upper.get(name)
    high = None if most is None else max(Decimal(most), _ZERO)  # type: ignore[arg-type]
    return (_ZERO if known is None or high is None else high), high


def _rounded(interval: Interval, unit: Decimal) -> Ends:
    low, high = interval
    return low.quantize(unit, ROUND_HALF_UP), None if high is None else high.quantize(unit, ROUND_HALF_UP)


def _unit(book: RuleBook, clause: Clause) -> Decimal:
    return smallest_unit(book, clause.options[0].currency) if clause.options else Decimal(1)


def _winner(group: Group, verdicts: Mapping[str, _Verdict]) -> str | None:
    """The member that surely applies and that no other can beat; of equal members the first."""
    for place, name in enumerate(group.members):
        mine = verdicts[name]
        if mine.applies < 2 or mine.interval is None:
            continue
        rivals = [(other, verdicts[rival].interval) for other, rival in enumerate(group.members) if other != place]
        tops = [(other, interval[1]) for other, interval in rivals if interval is not None]
        least = mine.interval[0]
        if all(top is not None and (top <= least if place < other else top < least) for other, top in tops):
            return name
    return None


def _hull(amounts: Sequence[Ends], verdicts: Sequence[_Verdict]) -> Ends | None:
    """What a group of which the highest counts gives, each member rounded by itself."""
    if all(verdict.interval is None for verdict in verdicts):
        return None
    return max(low for low, _ in amounts), _most(high for _, high in amounts)


def _selection(
    groups: Sequence[Group],
    winners: Mapping[str, str | None],
    given: Mapping[str, Ends | None],
    statuses: Mapping[str, str],
) -> tuple[dict[str, bool], dict[str, str]]:
    selected: dict[str, bool] = {}
    suppressed: dict[str, str] = {}
    for group in groups:
        winner = winners[group.id]
        if winner is None and given[group.id] is not None:
            continue
        for member in group.members:
            selected[member] = member == winner
            if winner is not None and member != winner and statuses[member] != "not-eligible":
                suppressed[member] = winner
    return selected, suppressed


def _falls_back(clause: Clause, status: str, truths: Mapping[str, int]) -> bool:
    """Whether the clause fails by its own words, and not because the record belongs elsewhere."""
    trees = (clause.root, *(option.condition for option in clause.options))
    leaves = [leaf for tree in trees if tree is not None for leaf in tree.leaves()]
    foreign = [leaf for leaf in leaves if leaf.provision not in clause.provisions]
    return status == "not-eligible" and all(truths[leaf.iri] != 0 for leaf in foreign)


def _worked(clause: Clause, verdict: _Verdict, unit: Decimal) -> tuple[Worked, ...]:
    """The options behind the amount: where only the highest counts, not those that another one surely outdoes."""
    found = []
    for place, chance in enumerate(verdict.chances):
        high = chance.hull[1]
        rivals = [(other, rival) for other, rival in enumerate(verdict.chances) if other != place and rival.truth == 2]
        is_outdone = high is not None and any(
            high < rival.hull[0] or (high == rival.hull[0] and other < place) for other, rival in rivals
        )
        if clause.combination in ("sum", "unsettled") or not is_outdone:
            found.append(Worked(chance.option.iri, chance.truth, _rounded(chance.hull, unit)))
    return tuple(found)


def _counted(
    book: RuleBook,
    clauses: Sequence[Clause],
    amounts: Mapping[str, Ends],
    winners: Mapping[str, str | None],
    given: Mapping[str, Ends | None],
    statuses: Mapping[str, str],
) -> tuple[Counted, ...]:
    """What counts towards totals: clauses outside groups, and groups."""
    alone = [
        Counted(clause.id, None, statuses[clause.id], amounts[clause.id], clause.options[0].currency)
        for clause in clauses
        if clause.id in amounts and clause.id not in book.group_of
    ]
    grouped = []
    for name, ends in given.items():
        winner = winners[name]
        currency = book.clauses[book.groups[name].members[0]].options[0].currency
        if ends is not None:
            status = "undetermined" if winner is None else statuses[winner]
            grouped.append(Counted(winner, name, status, ends, currency))
    return (*alone, *grouped)
