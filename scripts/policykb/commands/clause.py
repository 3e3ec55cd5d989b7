"""一个条款：字句、条件与金额 / A clause: its words, conditions and amounts."""

from __future__ import annotations

from typing import Annotated

import typer

from .common import Language, Policy, Root, With, loaded

__all__ = ["command"]


def command(
    name: Annotated[str, typer.Argument(metavar="ID", help="条款编号 / id of the clause")],
    with_: With = None,
    root: Root = None,
    policy: Policy = None,
    lang: Language = None,
) -> None:
    """Print a clause with the words it comes from."""
    from rich.console import Console

    from ..reports.side_by_side import print_clause

    kb, phrases = loaded(root, policy, with_, lang)
    print_clause(Console(highlight=False), kb.book.clause(name), phrases)
