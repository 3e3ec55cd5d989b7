"""The readings of a document for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text as RichText

from ..law.readings import Reading
from .phrases import Phrases, readable

__all__ = ["print_readings"]


def print_readings(console: Console, readings: Sequence[Reading], phrases: Phrases) -> None:
    """Print each open point: its words, the default with its reason, and the alternative with how to run it."""
    lang = phrases.lang
    for reading in readings:
        articles = phrases.join(phrases.say("article", number=number) for number in reading.articles)
        head = RichText(f"{reading.id}  {reading.label.get(lang)}", style="bold")
        head.append(f"  {articles}".rstrip(), style="dim")
        head.append(f"  {phrases.say(f'reading-{reading.kind}')}", style="cyan")
        console.print(head)
        for words in reading.words:
            console.print(RichText(f"  “{readable(words)}”"))
        console.print(RichText(f"  {phrases.say('reading-default')}: {reading.default.get(lang)}"))
        console.print(RichText(f"  {phrases.say('reading-reason')}: {reading.reason.get(lang)}", style="dim"))
        if reading.alternative is not None:
            console.print(RichText(f"  {phrases.say('reading-alternative')}: {reading.alternative.get(lang)}"))
        if reading.overlay is not None:
            console.print(RichText(f"  --with {reading.overlay}", style="green"))
        console.print()
