"""第 N 条：原文与模型对照 / Article N: its words beside its model."""

from __future__ import annotations

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

    kb, phrases = loaded(root, policy, with_, lang)
    print_article(Terminal(highlight=False), kb.book.article(number), phrases)
