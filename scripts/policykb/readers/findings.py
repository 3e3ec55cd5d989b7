"""Word the findings made while reading, from the messages of the ontology."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from ..doors.outgoing import visible
from ..errors import KnowledgeError
from ..model import Finding, Message, Place, Severity, Text, Vocabulary
from ..wording.texts import FOLDER, filled
from .words import half_width

__all__ = ["Refused", "clip", "make_finding", "narrowed", "word_finding"]

LONGEST_SHOWN = 80
_UNKNOWN_UNIT = "unknown-unit"
_UNKNOWN_COLUMN, _DERIVED_COLUMN = "unknown-column", "derived-column"


class Refused(Exception):
    """A value that cannot be read. It never leaves the readers: it becomes an error finding of its record.

    Args:
        rule: the id of the finding, such as `value-not-a-number`.
        words: what the message's placeholders stand for.
    """

    def __init__(self, rule: str, **words: str | Text) -> None:
        super().__init__(rule)
        self.rule = rule
        self.words = words


def clip(text: object) -> str:
    """A value as a message shows it: one line, at most 80 characters."""
    line = visible(" ".join(str(text).split()))
    return line if len(line) <= LONGEST_SHOWN else line[: LONGEST_SHOWN - 1] + "…"


def make_finding(
    vocabulary: Vocabulary,
    rule: str,
    severity: Severity,
    place: Place,
    *,
    record: str | None = None,
    fact: str | None = None,
    value: object = None,
    **words: str | Text,
) -> Finding:
    """A finding with its message and mend in both languages.

    `{value}`, `{column}` and `{fact}` are filled in by themselves; other placeholders come from `words`.

    Raises:
        KnowledgeError: the ontology has no message for the rule.
    """
    shown = None if value is None else clip(value)
    if rule == _UNKNOWN_COLUMN and (inputs := _inputs_of(vocabulary, place.column or "")):
        rule, words = _DERIVED_COLUMN, {**words, "inputs": inputs}
    rule = narrowed(vocabulary, rule, fact, words)
    message, mend = word_finding(vocabulary, rule, column=place.column or "", fact=fact, value=shown, words=words)
    return Finding(rule, severity, message, mend, place, record, fact, shown)


def _inputs_of(vocabulary: Vocabulary, column: str) -> Text | None:
    """What an item is worked out from that a column is named for, by their names; None where it is named for none."""
    name = column.strip().casefold()
    for fact in vocabulary.facts.values():
        names = {one.casefold() for one in (fact.id, fact.label.zh, fact.label.en)}
        if fact.is_derived and name in names:
            found = [vocabulary.facts[one].label for one in fact.inputs]
            return Text("、".join(f"“{one.zh}”" for one in found), ", ".join(f"“{one.en}”" for one in found))
    return None


def narrowed(vocabulary: Vocabulary, rule: str, fact: str | None, words: Mapping[str, str | Text]) -> str:
    """The rule for the unit that is not known: of another currency, or a share, something else is to be done."""
    unit, known = words.get("unit"), vocabulary.facts.get(fact or "")
    if rule != _UNKNOWN_UNIT or not isinstance(unit, str):
        return rule
    own = None if known is None else known.unit
    others = ((ways, other) for name, (ways, other) in vocabulary.refused_units.items() if name != own)
    return next((other for ways, other in others if re.search(ways, half_width(unit), re.IGNORECASE)), rule)


def word_finding(
    vocabulary: Vocabulary,
    rule: str,
    *,
    column: str = "",
    fact: str | None = None,
    value: str | None = None,
    words: Mapping[str, str | Text] = MappingProxyType({}),
) -> Message:
    """The message and the mend of a finding, filled in.

    Raises:
        KnowledgeError: the ontology has no message for the rule.
    """
    rule = narrowed(vocabulary, rule, fact, words)
    found = vocabulary.messages.get(rule)
    if found is None:
        raise KnowledgeError("missing-wording", where=FOLDER, name=f"pkb-message:{rule}")
    known = vocabulary.facts.get(fact or "")
    values: dict[str, object] = {
        "value": value or "",
        "column": clip(column),
        "fact": known.label if known else fact or "",
    }
    values |= {key: word if isinstance(word, Text) else clip(word) for key, word in words.items()}
    name = f"pkb-message:{rule}"
    return Message(filled(found.what, values, name), filled(found.mend, values, name))
