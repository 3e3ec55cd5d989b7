"""The formats of an answer, and an answer in one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from ..answers.answer import Answer
    from ..engines.near import NearMiss
    from .phrases import Phrases

__all__ = ["ENDINGS", "FORMATS", "written"]

ENDINGS = {
    ".txt": "table",
    ".json": "json",
    ".csv": "csv",
    ".xlsx": "xlsx",
    ".md": "md",
    ".html": "html",
    ".ttl": "ttl",
}
"""The format that a file is written in by the ending of its name."""
FORMATS = tuple(ENDINGS.values())
Near: TypeAlias = "Callable[[Answer], Sequence[NearMiss]]"
"""What finds the near misses of an answer, if its format tells them."""
_WIDTH = 160  # columns of a table that is written to a file


def written(
    answer: Answer, near: Near, phrases: Phrases, form: str, *, explain: bool = False, everything: bool = False
) -> bytes:
    """The answer in a format; those for people are written from one telling of it.

    Args:
        answer: what was decided.
        near: what finds its near misses.
        phrases: the wordings in the language of the reader.
        form: one of `FORMATS`.
        explain: list every criterion with its truth, values and words.
        everything: unfold the clauses without money.
    """
    if form == "json":
        from .as_json import to_json

        return to_json(answer, phrases).encode()
    if form == "ttl":
        from ..ask.graphs import prefixes
        from .as_rdf import to_turtle

        return to_turtle(answer, phrases.book, prefixes(phrases.book.knowledge), near(answer)).encode()
    from .tell import tell

    told = tell(answer, phrases, explain=explain, everything=everything)
    match form:
        case "csv":
            from .as_csv import to_csv

            return to_csv(told, phrases).encode()
        case "xlsx":
            from .as_workbook import to_workbook

            return to_workbook(told, answer, phrases)
        case "html":
            from .as_html import to_html

            return to_html(told).encode()
        case "md":
            from .as_markdown import to_markdown

            return to_markdown(told).encode()
        case _:
            from .as_table import table_text

            return table_text(told, _WIDTH).encode()
