"""The criteria of a decision in words: what is met, what is missed and by how much, and all of them as they nest."""

from __future__ import annotations

from collections.abc import Iterator

from ..answers.plain import plain
from ..model import Clause, ConditionResult, CriterionResult, Decision
from .phrases import Phrases
from .quotes import readable
from .told import Line

__all__ = ["criterion_lines", "failing", "missed", "missed_words", "short_so_far", "situation"]

_NUMBERS = ("decimal", "integer")


def failing(decision: Decision, clause: Clause) -> tuple[list[CriterionResult], list[CriterionResult]]:
    """The criteria that fail: those of the clause's own condition, and of its options the nearest ones."""
    trees = list(decision.conditions)
    own = trees.pop(0) if clause.root is not None and trees else None
    found = _failed(own) if own is not None else []
    return found, [one for tree in trees for one in _nearest(_failed(tree))]


def missed(decision: Decision, clause: Clause) -> list[CriterionResult]:
    """The criteria that keep a clause from fitting: of its own condition, else of its options the nearest ones."""
    own, of_options = failing(decision, clause)
    return own or of_options


def short_so_far(decision: Decision, clause: Clause) -> list[CriterionResult]:
    """The criteria of which a number is short where nothing is missing or awaited, and so only time can tell."""
    if decision.status != "undetermined" or decision.missing or decision.awaiting or clause.root is None:
        return []
    return _nearest([one for one in _failed(decision.conditions[0]) if one.gap is not None])


def _failed(tree: ConditionResult) -> list[CriterionResult]:
    leaves = [leaf.result for leaf in tree.leaves() if leaf.is_blamed and leaf.truth != "unknown"]
    return list({one.criterion.iri: one for one in leaves if one is not None}.values())


def _nearest(failed: list[CriterionResult]) -> list[CriterionResult]:
    """Of several missed bounds of one fact the nearest; all others as they are."""
    best: dict[str, CriterionResult] = {}
    for one in failed:
        other = best.get(one.criterion.path)
        if one.gap is not None and (other is None or other.gap is None or one.gap < other.gap):
            best[one.criterion.path] = one
    return [one for one in failed if one.gap is None or best[one.criterion.path] is one]


def missed_words(result: CriterionResult, phrases: Phrases) -> str:
    """Why a criterion is missed: its message, what the record says, what is asked, and what is short or over."""
    criterion = result.criterion
    if result.truth == "met":  # under a negation
        return phrases.say("told-must-not", label=criterion.label)
    message = criterion.message.get(phrases.lang)
    if result.actual is None:
        return message
    pair = _pair(result, phrases)
    if pair:
        return phrases.say("told-missed-pair", message=message, pair=pair)
    fact, actual = phrases.fact(criterion.path), phrases.value(criterion.path, result.actual)
    if _datatype(result, phrases) not in _NUMBERS:
        return phrases.say("told-missed", message=message, fact=fact, actual=actual)
    bounds = phrases.bounds(criterion)
    text = phrases.say("told-missed-number", message=message, fact=fact, actual=actual, bounds=bounds)
    # How many places a rank is off says nothing; what is short of a sum or an area does.
    if result.gap is None or _datatype(result, phrases) != "decimal":
        return text
    if result.gap == 0:
        return text + phrases.say("told-on-the-bound")
    is_lower = any(atom.op in ("ge", "gt") for atom in criterion.atoms)
    gap = phrases.value(criterion.path, plain(result.gap))
    return text + phrases.say("told-short" if is_lower else "told-over", gap=gap)


def situation(decision: Decision, phrases: Phrases) -> str:
    """What the record states that meets the clause, each fact with its value and what is asked of it."""
    found: dict[str, list[CriterionResult]] = {}
    for leaf in (leaf for tree in decision.conditions for leaf in _positive(tree)):
        one = leaf.result
        if one is not None and one.truth == "met" and one.actual is not None:
            found.setdefault(one.criterion.path, []).append(one)
    parts = []
    for path, results in found.items():
        unique = list({one.criterion.iri: one for one in results}.values())
        first = unique[0]
        if _pair(first, phrases):
            label = first.criterion.label.get(phrases.lang)
            parts.append(phrases.say("told-met-pair", label=label, pair=_pair(first, phrases)))
        elif _datatype(first, phrases) in _NUMBERS:
            # Where a value is asked for, bounds that it keeps say nothing more.
            exact = [one for one in unique if all(atom.op in ("in", "has") for atom in one.criterion.atoms)]
            bounds = phrases.join(dict.fromkeys(phrases.bounds(one.criterion) for one in exact or unique))
            value = phrases.value(path, first.actual or "")
            parts.append(phrases.say("told-met-number", fact=phrases.fact(path), actual=value, bounds=bounds))
        elif all(len(atom.values) == 1 for atom in first.criterion.atoms):
            # Of a fact with several values each one that counts is told.
            parts += [one.criterion.label.get(phrases.lang) for one in unique]
        else:
            value = phrases.value(path, first.actual or "")
            parts.append(phrases.say("pair", key=phrases.fact(path), value=value))
    return phrases.say("told-semicolon").join(dict.fromkeys(parts))


def _positive(tree: ConditionResult) -> Iterator[ConditionResult]:
    """The criteria that stand under no negation; of options those alone that hold."""
    if tree.result is not None:
        yield tree
    elif tree.op != "not":
        for child in tree.children:
            if child.label is None or child.truth == "met":
                yield from _positive(child)


def _pair(result: CriterionResult, phrases: Phrases) -> str:
    """The two facts that a criterion compares, with their values; empty where it compares with a number."""
    others = [atom.other for atom in result.criterion.atoms if atom.other]
    if not others or result.actual is None:
        return ""
    names = (result.criterion.path, others[0])
    values = result.actual.split(" / ")
    return phrases.say("told-semicolon").join(
        phrases.say("pair", key=phrases.fact(name), value=_value(name, text, phrases))
        for name, text in zip(names, values, strict=False)
    )


def _value(fact: str, text: str, phrases: Phrases) -> str:
    return phrases.say("none-stated") if text == "?" else phrases.value(fact, text)


def _datatype(result: CriterionResult, phrases: Phrases) -> str:
    fact = phrases.vocabulary.facts.get(result.criterion.path)
    return fact.datatype if fact is not None else ""


# --- All of them, as they nest


def criterion_lines(decision: Decision, clause: Clause, phrases: Phrases) -> tuple[Line, ...]:
    """Every criterion with its truth, what it asks, what is stated and its words; AND, OR and NOT as they nest."""
    found: list[Line] = []
    trees = list(decision.conditions)
    if clause.root is not None and trees:
        # The parts of the outermost AND need no line above them.
        found += [_line(child, phrases) for child in trees.pop(0).children]
    for tree in trees:
        children = tuple(_line(child, phrases) for child in tree.children)
        found.append(Line("criterion", phrases.say("told-one-option"), children, mark=tree.truth))
    return tuple(found)


def _line(tree: ConditionResult, phrases: Phrases, *, negated: bool = False) -> Line:
    """A condition and what is below it; under a negation being unmet is what is asked.

    What must not be so is told by each criterion: “none of these” is all of their opposites, and “not all” one of them.
    """
    if len(tree.children) == 1 and tree.label is None:
        return _line(tree.children[0], phrases, negated=negated != (tree.op == "not"))
    if tree.truth == ("unmet" if negated else "met"):
        mark = "met"
    elif not tree.is_blamed:
        mark = "needless"
    else:
        mark = "unknown" if tree.truth == "unknown" else "unmet"
    one = tree.result
    if one is not None:
        key = ("leaf", one.criterion, one.actual, one.quote, mark, negated)
        return phrases.once(key, lambda: _leaf(one, mark, phrases, negated=negated))
    heads = {"and": "any-of" if negated else "all-of", "or": "all-of" if negated else "any-of", "not": "none-of"}
    label = tree.label.get(phrases.lang) if tree.label is not None else phrases.say(heads[tree.op])
    turned = negated != (tree.op == "not")
    children = tuple(_line(child, phrases, negated=turned) for child in tree.children)
    text = phrases.say("told-condition", truth=phrases.say(f"truth-{mark}"), label=label)
    return Line("criterion", text, children, mark=mark)


def _leaf(result: CriterionResult, mark: str, phrases: Phrases, *, negated: bool) -> Line:
    criterion = result.criterion
    actual = _pair(result, phrases)
    if not actual:
        actual = phrases.say("none-stated") if result.actual is None else phrases.value(criterion.path, result.actual)
    label = criterion.label.get(phrases.lang)
    place = phrases.place(phrases.book.provisions[criterion.provision])
    text = phrases.say(
        "told-criterion",
        truth=phrases.say(f"truth-{mark}"),
        label=phrases.say("told-not", label=label) if negated else label,
        required=phrases.required(criterion),
        actual=actual,
        quote=readable(result.quote),
        place=place,
    )
    return Line("criterion", text, quote=readable(result.quote), place=place, mark=mark)
