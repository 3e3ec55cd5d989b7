"""第 N 条：原文与模型对照 / Article N: its words beside its model."""

from __future__ import annotations

from typing import Annotated

import typer

from .common import Language, Policy, Root, With, language, overlays

__all__ = ["command"]


def command(
    number: Annotated[int, typer.Argument(metavar="N", help="条号 / number of the article")],
    with_: With = None,
    root: Root = None,
    policy: Policy = None,
    lang: Language = None,
) -> None:
    """Print an article with its provisions and clauses."""
    chosen = language(lang)
    from rich.console import Console

    from ..api import load_policykb
    from ..reports.phrases import Phrases
    from ..reports.side_by_side import print_article

    kb = load_policykb(root, policy, overlays(with_))
    print_article(
        Console(highlight=False), kb.book.article(number), Phrases(kb.book, kb.vocabulary, kb.wording, chosen)
    )
