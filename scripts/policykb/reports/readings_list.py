"""The readings of a document: those for the terminal, and which of them bear on a clause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text as RichText

from ..doors.terminal import put
from ..engines.program import clause_criteria
from ..law.readings import Reading
from ..law.rules import RuleBook
from ..model import Clause, Node
from .phrases import Phrases
from .quotes import readable

__all__ = ["bearing_on", "print_readings", "shapes_of"]


def print_readings(console: Console, readings: Sequence[Reading], phrases: Phrases) -> None:
    """Print each open point: its words, the default with its reason, and the alternative with how to run it."""
    lang = phrases.lang
    if not readings:
        console.print(phrases.say("readings-none"))
    for reading in readings:
        articles = phrases.join(phrases.say("article", number=number) for number in reading.articles)
        head = RichText(f"{reading.id}  {reading.label.get(lang)}", style="bold")
        head.append(f"  {articles}".rstrip(), style="dim")
        head.append(f"  {phrases.say(f'reading-{reading.kind}')}", style="cyan")
        console.print(head)
        for words in reading.words:
            put(console, f"“{readable(words)}”", 2)
        told = [("default", reading.default, ""), ("reason", reading.reason, "dim")]
        told += [] if reading.alternative is None else [("alternative", reading.alternative, "")]
        for name, text, style in told:
            put(console, phrases.say("pair", key=phrases.say(f"reading-{name}"), value=text), 2, style)
        if reading.overlay is not None:
            put(console, f"--with {reading.overlay}", 2, "green")
        console.print()


def bearing_on(clause: Clause, book: RuleBook, readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """The readings that bear on a clause: on itself, its conditions, its options or its group."""
    group = book.group_of.get(clause.id)
    own = {clause.iri, *shapes_of(clause), *(o.iri for o in clause.options), *({group.iri} if group else ())}
    return tuple(reading for reading in readings if own & set(reading.targets))


def shapes_of(clause: Clause) -> list[str]:
    """The IRIs of the shapes that a clause's conditions are made of, in their order; `~` marks parts without a name."""
    trees = [clause.root, *(option.condition for option in clause.options)]
    found = dict.fromkeys(iri for tree in trees if tree is not None for iri in _iris(tree))
    found |= dict.fromkeys(criterion.iri for criterion in clause_criteria(clause))
    return [iri for iri in found if "~" not in iri]


def _iris(node: Node) -> Iterable[str]:
    yield node.iri
    for child in node.children:
        yield from _iris(child)
