"""The options behind the amounts of clauses, over columns: which of them gives it, and how much.

The same as the queries decide-62 and decide-97.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...model import Clause, Option
from .conditions import node_key
from .facts import Facts
from .intervals import ZERO, option_interval
from .layers import Layers
from .numbers import Number, compare
from .truth import Truth, all_of, any_of, both, certain, possible, reverse

__all__ = ["OptionColumns", "options_of", "rebind_option", "store_option"]


@dataclass(frozen=True)
class OptionColumns:
    """Where the decided table holds what about one option: whether it gives the amount of its clause, and how much.

    `gives` is true where it does, null where that is open, false where it is ruled out or surely outdone by another
    one; `low` and `high` are its ends, rounded, where it is not ruled out.
    """

    option: Option
    gives: Truth
    low: Number
    high: Number | None
    endless: Truth


def options_of(clause: Clause, bound: Mapping[Any, Truth], facts: Facts) -> list[OptionColumns]:
    """What each option of a clause gives by itself, unrounded."""
    root = bound[True, node_key(clause.root)]  # type: ignore[arg-type]
    found = []
    for option in clause.options:
        when: Truth = True if option.condition is None else bound[False, node_key(option.condition)]
        # Also where it is open whether the clause applies, so that nothing is known beforehand.
        interval = option_interval(option, facts, frozenset())
        gives = both(possible(root), when)
        found.append(OptionColumns(option, gives, interval.low, interval.high, interval.endless))
    if clause.combination not in ("exclusive", "highest"):
        return found
    return [
        replace(one, gives=both(one.gives, reverse(_outdone(one, place, found)))) for place, one in enumerate(found)
    ]


def _outdone(mine: OptionColumns, place: int, options: Sequence[OptionColumns]) -> Truth:
    """Where another option holds and gives at least as much; of equal ones the first is had."""
    if mine.high is None:
        return False
    found = []
    for other, rival in enumerate(options):
        if other != place:
            weaker = certain(compare(mine.high, "<=" if other < place else "<", rival.low))
            found.append(all_of((certain(rival.gives), reverse(mine.endless), weaker)))
    return any_of(found)


def store_option(layers: Layers, name: str, option: OptionColumns, places: int) -> OptionColumns:
    """Put the parts into the pending layer, rounded; they are names of columns until it is settled."""
    return replace(
        option,
        gives=layers.hold(f"gives_{name}", option.gives),
        low=layers.hold_number(f"option_low_{name}", option.low, places),
        high=layers.hold_number(f"option_high_{name}", option.high, places),
        endless=layers.hold(f"option_endless_{name}", option.endless),
    )


def rebind_option(layers: Layers, option: OptionColumns) -> OptionColumns:
    """The same with columns of the newest layer."""
    return replace(
        option,
        gives=layers.truth(option.gives),
        low=layers.number(option.low) or ZERO,
        high=layers.number(option.high),
        endless=layers.truth(option.endless),
    )
