"""What the commands share: their options, the language of the reader, and the consoles."""

from __future__ import annotations

import locale
import os
import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import CallError
from ..model import Lang

if TYPE_CHECKING:
    from ..api import Policykb
    from ..reports.phrases import Phrases

__all__ = ["AsOf", "Language", "Policy", "Root", "With", "day", "language", "loaded", "overlays", "terminal_width"]

Root = Annotated[Path | None, typer.Option("--root", metavar="DIR", help="知识库目录 / another knowledge base folder")]
Policy = Annotated[str | None, typer.Option("--policy", metavar="SLUG", help="政策文件 / the policy document")]
Language = Annotated[str | None, typer.Option("--lang", metavar="zh|en", help="语言 / language of the answer")]
With = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        metavar="OVERLAY",
        help="读法或叠加文件，可重复 / READING:alt or a Turtle file; repeatable",
    ),
]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="测算基准日 / work out as at this day, YYYY-MM-DD")
]


def language(chosen: str | None) -> Lang:
    """The language asked for, else that of the locale, else Chinese.

    Raises:
        CallError: neither zh nor en was asked for.
    """
    if chosen in ("zh", "en"):
        return chosen  # type: ignore[return-value]
    if chosen is not None:
        raise CallError("unknown-language", language=chosen)
    named = (
        os.environ.get("LC_ALL")
        or os.environ.get("LC_MESSAGES")
        or os.environ.get("LANG")
        or locale.getlocale()[0]
        or ""
    )
    return "en" if named.lower().startswith("en") else "zh"


def day(chosen: str | None) -> date | None:
    """The as-of day, or None.

    Raises:
        CallError: it is no ISO date.
    """
    if chosen is None:
        return None
    try:
        return date.fromisoformat(chosen)
    except ValueError as fault:
        raise CallError("not-a-day", where="--as-of", value=chosen) from fault


def overlays(chosen: list[str] | None) -> tuple[str, ...]:
    """The overlays in the order they were named."""
    return tuple(chosen or ())


def terminal_width() -> int:
    """The columns of the terminal, 120 where there is none."""
    return shutil.get_terminal_size((120, 24)).columns


def loaded(
    root: Path | None, policy: str | None, with_: list[str] | None, lang: str | None
) -> tuple[Policykb, Phrases]:
    """The knowledge base that the shared options name, and the phrases of the reader's language.

    Raises:
        PolicykbError: an option names what does not exist, or the knowledge base cannot be used.
    """
    chosen = language(lang)
    # Imported here, so that the help page does not wait for them.
    from ..api import load_policykb
    from ..reports.phrases import Phrases

    kb = load_policykb(root, policy, overlays(with_))
    return kb, Phrases(kb.book, kb.vocabulary, kb.wording, chosen)
