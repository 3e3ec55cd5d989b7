"""第 N 条：原文与模型对照 / Article N: its words beside its model."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from .common import Language, Policy, Root, With, loaded

__all__ = ["command"]


def command(
    number: Annotated[int, typer.Argument(metavar="N", help="条号 / number of the article")],
    with_: With = None,
    root: Root = None,
    policy: Policy = None,
    lang: Language = None,
) -> None:
    """Print an article with its provisions and clauses."""
    from ..doors.terminal import Terminal
    from ..reports.side_by_side import print_article
    from ..shelf import each

    kb, phrases = loaded(root, policy, with_, lang)
    terminal = Terminal(highlight=False)
    books = [one.book for one in each(kb)]
    having = [book for book in books if number in {article.number for article in book.articles}]
    for book in having or books[:1]:
        print_article(terminal, book.article(number), replace(phrases, book=book))
