"""Word the findings made while reading, from the messages of the ontology."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ..errors import KnowledgeError
from ..model import Finding, Lang, Place, Severity, Text, Vocabulary
from ..outgoing import visible
from ..templates import fill as fill_in

__all__ = ["Refused", "clip", "make_finding", "word_finding"]

LONGEST_SHOWN = 80
_FILE = "ontology/wordings/messages.ttl"


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
    message, mend = word_finding(vocabulary, rule, column=place.column or "", fact=fact, value=shown, words=words)
    return Finding(rule, severity, message, mend, place, record, fact, shown)


def word_finding(
    vocabulary: Vocabulary,
    rule: str,
    *,
    column: str = "",
    fact: str | None = None,
    value: str | None = None,
    words: Mapping[str, str | Text] = MappingProxyType({}),
) -> tuple[Text, Text]:
    """The message and the mend of a finding, filled in.

    Raises:
        KnowledgeError: the ontology has no message for the rule.
    """
    try:
        message, mend = vocabulary.messages[rule]
    except KeyError:
        raise KnowledgeError("missing-wording", where=_FILE, name=f"pkb-message:{rule}") from None
    known = vocabulary.facts.get(fact or "")
    label = known.label if known else Text(fact or "", fact or "")

    def fill(template: str, lang: Lang) -> str:
        values = {"value": value or "", "column": clip(column), "fact": label.get(lang)}
        values |= {key: word.get(lang) if isinstance(word, Text) else clip(word) for key, word in words.items()}
        return fill_in(template, values, _FILE)

    return Text(fill(message.zh, "zh"), fill(message.en, "en")), Text(fill(mend.zh, "zh"), fill(mend.en, "en"))
