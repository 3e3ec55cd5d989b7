"""The smallest example of a difference: what is left when all that the difference does not need is taken away.

A greedy reduction over the plain form of `generated_rules`: whole clauses first, then facts, conditions, options, and
numbers last. Every candidate is decided anew by whoever asks; the first that still differs is taken.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from decimal import Decimal
from typing import Any

from generated_rules import ClauseSpec, Leaf, OptionSpec, RuleSet, Tree, is_sound
from generated_worlds import WORLDS, Drawn

__all__ = ["Example", "smallest"]

SIMPLE = tuple(Decimal(n) for n in (1, 2, 10, 100, 1000))


@dataclass(frozen=True)
class Example:
    """Rules, and one record."""

    rules: RuleSet
    drawn: Drawn

    @property
    def specs(self) -> tuple[ClauseSpec, ...]:
        """The clauses."""
        return self.rules.clauses

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the record states."""
        return self.drawn.facts

    def with_specs(self, specs: tuple[ClauseSpec, ...]) -> Example:
        """The same with other clauses, of which those still there and paid stay in the group."""
        paid = {spec.id for spec in specs if spec.options}
        group = tuple(name for name in self.rules.group if name in paid)
        return replace(self, rules=replace(self.rules, clauses=specs, group=group if len(group) > 1 else ()))

    def with_facts(self, facts: Mapping[str, Any]) -> Example:
        """The same with another record."""
        return replace(self, drawn=replace(self.drawn, facts=facts))


def smallest(
    example: Example, differs: Callable[[Example], bool], trials: int = 200, seconds: float = 60
) -> tuple[Example, int]:
    """The example without what can be taken away, and after how many trials.

    Args:
        example: what differs.
        differs: whether a smaller one still does.
        trials, seconds: when to stop, in seconds of the processor, and give what there is.
    """
    end = time.process_time() + seconds
    seen: set[str] = set()
    while True:
        for candidate in _smaller(example):
            if str(candidate) in seen:
                continue
            if len(seen) >= trials or time.process_time() > end:
                return example, len(seen)
            seen.add(str(candidate))
            if differs(candidate):
                example = candidate
                break
        else:
            return example, len(seen)


def _smaller(example: Example) -> Iterator[Example]:
    """Every step down from an example, the greatest first."""
    for found in _steps(example):
        ids = {spec.id for spec in found.specs}
        if len(ids) == len(found.specs) and all(map(is_sound, found.specs)) and _can_be(found.facts):
            yield found


def _steps(example: Example) -> Iterator[Example]:
    specs, facts, rules = example.specs, example.facts, example.rules
    if len(specs) > 1:
        yield from (example.with_specs((spec,)) for spec in specs)
        yield from (example.with_specs(specs[:n] + specs[n + 1 :]) for n in range(len(specs)))
    for plainer in ({"group": ()}, {"cuts": ()}, {"shared": False}, {"day": None}):
        if any(getattr(rules, name) != value for name, value in plainer.items()):
            yield replace(example, rules=replace(rules, **plainer))  # type: ignore[arg-type]
    if example.drawn.period != "2020":
        yield replace(example, drawn=replace(example.drawn, period="2020"))
    read = {name for spec in specs for name in spec.reads()}
    for kept in (read, *_parts_of(facts), *(facts.keys() - {name} for name in facts)):
        if not facts.keys() <= kept:
            yield example.with_facts({name: value for name, value in facts.items() if name in kept})
    for number, spec in enumerate(specs):
        yield from (example.with_specs((*specs[:number], s, *specs[number + 1 :])) for s in _clauses(spec))
        yield from _stated(example, number)
    for old in sorted(_numbers((specs, tuple(facts.values()))), key=_length, reverse=True):
        for new in _simpler(old):
            put = {name: _put(value, old, new) for name, value in facts.items()}
            yield example.with_specs(_put(specs, old, new)).with_facts(put)
    for name, value in facts.items():
        yield from (example.with_facts({**facts, name: new}) for new in _simpler(value))


def _stated(example: Example, number: int) -> Iterator[Example]:
    """A fact that is stated in place of one that is a difference, both a little higher, so that neither is nothing."""
    spec, facts, world = example.specs[number], example.facts, WORLDS[example.rules.world]
    spare = next((name for name in world.numbers if name not in facts and name not in spec.reads()), None)
    for leaf in spec.leaves():
        whole, part = (facts.get(name) for name in world.differences.get(leaf.fact, ("", "")))
        if spare is not None and whole is not None and part is not None and whole - part + 1 >= 0:
            plain = replace(leaf, fact=spare, bounds=tuple((op, bound + 1) for op, bound in leaf.bounds))
            specs = (*example.specs[:number], _exchanged(spec, leaf, plain), *example.specs[number + 1 :])
            kept = {name: value for name, value in facts.items() if name not in world.inputs(leaf.fact)}
            yield example.with_specs(specs).with_facts({**kept, spare: whole - part + 1})


def _exchanged(thing: Any, old: Leaf, new: Leaf) -> Any:
    if thing == old:
        return new
    if isinstance(thing, ClauseSpec | OptionSpec):
        return replace(thing, **{f.name: _exchanged(getattr(thing, f.name), old, new) for f in fields(thing)})
    return tuple(_exchanged(part, old, new) for part in thing) if isinstance(thing, tuple) else thing


def _parts_of(facts: Mapping[str, Any]) -> list[set[str]]:
    names, half = list(facts), len(facts) // 2
    return [set(names[:half]), set(names[half:])] if half > 1 else []


def _clauses(spec: ClauseSpec) -> Iterator[ClauseSpec]:
    options = spec.options
    if options:
        yield replace(spec, options=(), combination="exclusive")
        conditions = [option.condition for option in options if option.condition is not None]
        yield from (replace(spec, root=tree, options=(), combination="exclusive") for tree in conditions)
    if len(options) > 1:
        yield from (replace(spec, options=(option,), combination="exclusive") for option in options)
        yield from (replace(spec, options=options[:n] + options[n + 1 :]) for n in range(len(options)))
    yield from (replace(spec, root=tree) for tree in _trees(spec.root))
    for number, option in enumerate(options):
        yield from (replace(spec, options=(*options[:number], o, *options[number + 1 :])) for o in _options(option))
    if spec.combination != "exclusive" and sum(option.condition is None for option in options) < 2:
        yield replace(spec, combination="exclusive")
    if spec.exhaustive:
        yield replace(spec, exhaustive=False)
    if spec.currency != "CNY":
        yield replace(spec, currency="CNY")


def _trees(tree: Tree) -> Iterator[Tree]:
    """A part in place of the whole, then the whole with one part smaller."""
    if isinstance(tree, Leaf):
        yield from _leaves(tree)
        return
    operator, parts = tree
    yield from parts
    for number, part in enumerate(parts):
        yield from ((operator, (*parts[:number], p, *parts[number + 1 :])) for p in _trees(part))


def _leaves(leaf: Leaf) -> Iterator[Leaf]:
    if len(leaf.bounds) > 1:
        yield from (replace(leaf, bounds=(bound,)) for bound in leaf.bounds)
    for op, bound in leaf.bounds:
        if isinstance(bound, tuple) and len(bound) > 1:
            yield from (replace(leaf, bounds=((op, (one,)),)) for one in bound)
    if not leaf.required:
        yield replace(leaf, required=True)


def _options(option: OptionSpec) -> Iterator[OptionSpec]:
    if option.condition is not None:
        yield replace(option, condition=None)
        yield from (replace(option, condition=tree) for tree in _trees(option.condition))
    yield from (
        replace(option, **{name: None})
        for name in ("cap", "multiplier", "divisor", "agreed")
        if getattr(option, name) is not None
    )
    if isinstance(option.quantity, tuple):
        yield from (replace(option, quantity=part) for part in option.quantity[1] if isinstance(part, tuple))
    if option.bands:
        yield from (replace(option, kind="exact", bands=(), rate=rate) for _, _, rate in option.bands[:1])
        yield from (replace(option, bands=option.bands[n:]) for n in range(1, len(option.bands)))
        yield from (
            replace(option, bands=(*option.bands[:n], (low, None, rate))) for n, (low, _, rate) in _not_last(option)
        )
    if option.kind == "ceiling":
        yield replace(option, kind="exact")


def _not_last(option: OptionSpec) -> list[tuple[int, tuple[Decimal, Decimal | None, Decimal]]]:
    return list(enumerate(option.bands[:-1]))


def _numbers(thing: Any) -> set[Any]:
    """The numbers anywhere in clauses and values."""
    if isinstance(thing, int | Decimal) and not isinstance(thing, bool):
        return {thing}
    if is_dataclass(thing) and not isinstance(thing, type):
        return {n for field in fields(thing) for n in _numbers(getattr(thing, field.name))}
    return {n for part in thing for n in _numbers(part)} if isinstance(thing, tuple) else set()


def _put(thing: Any, old: Any, new: Any) -> Any:
    """The same with another number wherever that number stands."""
    if isinstance(thing, int | Decimal):
        return new if type(thing) is type(old) and thing == old else thing
    if is_dataclass(thing) and not isinstance(thing, type):
        return replace(thing, **{f.name: _put(getattr(thing, f.name), old, new) for f in fields(thing)})  # type: ignore[type-var]
    return tuple(_put(part, old, new) for part in thing) if isinstance(thing, tuple) else thing


def _simpler(value: Any) -> list[Any]:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return []
    if isinstance(value, int):
        return list(range(1, value))
    return [
        new
        for new in (*SIMPLE, value.quantize(Decimal(1)), value.quantize(Decimal("0.1")))
        if _length(new) < _length(value)
    ]


def _length(number: Any) -> tuple[int, Any]:
    return len(str(number)), number


def _can_be(facts: Mapping[str, Any]) -> bool:
    """Whether records can state this: no data rule is broken, and trade is more than nothing."""
    return 0 < facts.get("usdCnyRate", 1) < 10 and facts.get("tradeCNY", 1) > 0
