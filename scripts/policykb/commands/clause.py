"""一个条款：字句、条件与金额 / A clause: its words, conditions and amounts."""

from __future__ import annotations

from typing import Annotated

import typer

from .common import Language, Policy, Root, With, language, overlays

__all__ = ["command"]


def command(
    name: Annotated[str, typer.Argument(metavar="ID", help="条款编号 / id of the clause")],
    with_: With = None,
    root: Root = None,
    policy: Policy = None,
    lang: Language = None,
) -> None:
    """Print a clause with the words it comes from."""
    chosen = language(lang)
    from rich.console import Console

    from ..api import load_policykb
    from ..reports.phrases import Phrases
    from ..reports.side_by_side import print_clause

    kb = load_policykb(root, policy, overlays(with_))
    print_clause(Console(highlight=False), kb.book.clause(name), Phrases(kb.book, kb.vocabulary, kb.wording, chosen))
