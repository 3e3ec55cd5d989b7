"""Check the tiers of a clause against each other: apart, whole where one always holds, in the order of the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pyoxigraph as ox

from ..law.knowledge import local
from ..law.rules import RuleBook
from ..model import Atom, Clause, Node, Option, Vocabulary
from .boundary import OPPOSITE
from .places import Places
from .report import Fault, breach
from .words import Sentence

__all__ = ["check_tiers"]

RULE = "tiers"
_Interval = tuple[Decimal | None, bool, Decimal | None, bool]
_Codes = tuple[frozenset[str], bool]
"""Codes or truth values, and whether they are those that are left out."""
_TRUTHS = {"True": "False", "False": "True"}


def check_tiers(
    book: RuleBook, vocabulary: Vocabulary, sentences: Mapping[str, Sentence], places: Places
) -> Iterator[Fault]:
    """Faults of all clauses with several amount options.

    Args:
        book: the rules.
        vocabulary: the facts, with the codes that each can take.
        sentences: the provisions by id.
        places: where resources stand.
    """
    for clause in book.clauses.values():
        tiers = [option for option in clause.options if option.condition]
        if len(tiers) < 2:
            continue
        if clause.combination == "exclusive":
            yield from _apart(clause, tiers, places)
        if clause.exhaustive:
            yield from _whole(clause, tiers, vocabulary, places)
        yield from _in_order(clause, tiers, sentences, places)


def _apart(clause: Clause, tiers: list[Option], places: Places) -> Iterator[Fault]:
    """No value falls into two exclusive tiers."""
    for index, one in enumerate(tiers):
        for other in tiers[index + 1 :]:
            first, second = _ranges(one), _ranges(other)
            numeric = [path for path in first if path in second]
            codes = _codes(one), _codes(other)
            coded = [path for path in codes[0] if path in codes[1]]
            apart = any(_disjoint(first[path], second[path]) for path in numeric) or any(
                _without_a_code(codes[0][path], codes[1][path]) for path in coded
            )
            if not apart:
                yield breach(
                    "verify-tiers-overlap",
                    RULE,
                    places.definition(other.iri),
                    clause=clause.id,
                    one=_name(one),
                    other=_name(other),
                )


def _whole(clause: Clause, tiers: list[Option], vocabulary: Vocabulary, places: Places) -> Iterator[Fault]:
    """Tiers declared exhaustive leave no hole between the lowest and the highest, and no code out."""
    for path in set.intersection(*(set(_codes(tier)) for tier in tiers)):
        found = [_codes(tier)[path] for tier in tiers]
        if any(is_left and codes <= other for codes, is_left in found for other, leaves in found if not leaves):
            return
        named = frozenset().union(*(codes for codes, is_left in found if not is_left))
        if named == set(vocabulary.facts[path].codes or _TRUTHS):
            return
    paths = set.intersection(*(set(_ranges(tier)) for tier in tiers))
    for path in sorted(paths):
        ranges = sorted((_ranges(tier)[path] for tier in tiers), key=lambda r: (r[0] is not None, r[0] or Decimal(0)))
        open_ends = ranges[0][0] is None and ranges[-1][2] is None
        joined = all(a[2] is not None and a[2] == b[0] and a[3] != b[1] for a, b in pairwise(ranges))
        if open_ends and joined:
            return
    yield breach("verify-tiers-hole", RULE, places.definition(tiers[0].iri), clause=clause.id)


def _in_order(
    clause: Clause, tiers: list[Option], sentences: Mapping[str, Sentence], places: Places
) -> Iterator[Fault]:
    """The text lists conditions and amounts one for one (分别): the first condition belongs to the first amount."""
    found = []
    for tier in tiers:
        amount = _last(sentences, tier.provision, tier.words)
        leaves = tier.condition.leaves() if tier.condition else ()
        ends = [_last(sentences, leaf.provision, leaf.words) for leaf in leaves if leaf.provision == tier.provision]
        if amount is None or not ends or None in ends:
            return
        found.append((max(end for end in ends if end is not None), amount, tier))
    found.sort(key=lambda entry: entry[0])
    for (one, before, _), (other, after, tier) in pairwise(found):
        # Tiers whose conditions rest on the same words stand in no order: 山区的上浮50%, and what is elsewhere.
        if one < other and after < before:
            yield breach("verify-tiers-order", RULE, places.definition(tier.iri), tier=_name(tier))


def _last(sentences: Mapping[str, Sentence], provision: str, words: str) -> int | None:
    spans = sentences[provision].spans(words) if provision in sentences else ()
    return spans[0][1] if len(spans) == 1 else None


def _ranges(tier: Option) -> dict[str, _Interval]:
    """The interval of each numeric fact: low, low included, high, high included; None is without bound."""
    found: dict[str, _Interval] = {}
    for atom, is_negated in _comparisons(tier.condition):
        if not atom.values or isinstance(atom.values[0], bool | str):
            continue
        value = Decimal(str(atom.values[0]))
        op = OPPOSITE.get(atom.op, "") if is_negated else atom.op
        low, low_in, high, high_in = found.get(atom.path, (None, False, None, False))
        if op in ("ge", "gt"):
            low, low_in = value, op == "ge"
        elif op in ("le", "lt"):
            high, high_in = value, op == "le"
        elif op in ("in", "has") and len(atom.values) == 1:
            low, low_in, high, high_in = value, True, value, True
        else:
            continue
        found[atom.path] = (low, low_in, high, high_in)
    return found


def _codes(tier: Option) -> dict[str, _Codes]:
    found: dict[str, _Codes] = {}
    for atom, is_negated in _comparisons(tier.condition):
        if atom.op not in ("in", "has") or not atom.values or not isinstance(atom.values[0], str | bool):
            continue
        codes = frozenset(str(value) for value in atom.values)
        if is_negated and codes <= set(_TRUTHS):
            codes, is_negated = frozenset(_TRUTHS[code] for code in codes), False
        found[atom.path] = (codes, is_negated)
    return found


def _without_a_code(one: _Codes, other: _Codes) -> bool:
    """Whether no code is in both."""
    if one[1] and other[1]:
        return False
    return one[0] <= other[0] if other[1] else other[0] <= one[0] if one[1] else not one[0] & other[0]


def _comparisons(node: Node | None) -> Iterator[tuple[Atom, bool]]:
    """What must hold for a whole condition to hold, and whether its opposite is what must."""
    if node is None:
        return
    if node.criterion is not None:
        yield from ((atom, False) for atom in node.criterion.atoms)
    elif node.op == "and":
        for child in node.children:
            yield from _comparisons(child)
    elif node.op == "not":
        inner = [pair for child in node.children for pair in _comparisons(child)]
        if len(inner) == 1 and not any(one.op == "or" for child in node.children for one in child.nodes()):
            yield inner[0][0], not inner[0][1]
    else:
        # One of several codes of a fact is a longer list of them.
        choices = [list(_comparisons(child)) for child in node.children]
        atoms = [pairs[0][0] for pairs in choices if len(pairs) == 1 and not pairs[0][1]]
        are_codes = len({atom.path for atom in atoms}) == 1 and all(atom.op in ("in", "has") for atom in atoms)
        if len(atoms) == len(choices) and are_codes:
            yield replace(atoms[0], values=tuple(value for atom in atoms for value in atom.values)), False


def _disjoint(one: _Interval, other: _Interval) -> bool:
    def below(a: _Interval, b: _Interval) -> bool:
        return a[2] is not None and b[0] is not None and (a[2] < b[0] or (a[2] == b[0] and not (a[3] and b[1])))

    return below(one, other) or below(other, one)


def _name(option: Option) -> str:
    return local(ox.NamedNode(option.iri))
