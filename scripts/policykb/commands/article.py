"""第 N 条：原文与模型对照 / Article N: its words beside its model."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated

import typer

from ..patterns import regex
from .common import Language, Policy, Root, With, loaded

__all__ = ["command"]

_NAMED = regex(r"(?:第|art(?:icle)?[ .-]*)?\s*(.+?)\s*条?", re.IGNORECASE)
"""An article as people name it: 5, 第五条, 第5条, article 5, art-05."""


def command(
    article: Annotated[str, typer.Argument(metavar="N", help="条号，如 5、第五条 / number of the article, such as 5")],
    with_: With = None,
    root: Root = None,
    policy: Policy = None,
    lang: Language = None,
) -> None:
    """Print an article with its provisions and clauses."""
    from ..doors.terminal import Terminal
    from ..reports.side_by_side import print_article
    from ..scaffold.outline import value_of
    from ..shelf import each

    named = _NAMED.fullmatch(article.strip())
    number = value_of(named[1]) if named else 0

    kb, phrases = loaded(root, policy, with_, lang)
    terminal = Terminal(highlight=False)
    books = [one.book for one in each(kb)]
    having = [book for book in books if number in {article.number for article in book.articles}]
    for book in having or books[:1]:
        print_article(terminal, book.article(number or f"“{article}”"), replace(phrases, book=book))
