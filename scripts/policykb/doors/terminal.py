"""What is shown on a terminal: a console in which nothing of the data steers it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from .outgoing import visible
from .width import fit_width

__all__ = ["Terminal"]


class Terminal(Console):
    """A console that shows control characters and marks of direction of a text instead of obeying them."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        if (fit := fit_width(self.width)) != self.width:
            self.width = fit

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The parts of what is printed; the console's own colours and movements are no texts."""
        for segment in super().render(renderable, options):
            text, style, control = segment
            yield segment if control or text.isprintable() else Segment(visible(text), style, control)
