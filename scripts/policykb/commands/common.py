"""What the commands share: their options, the language of the reader, and the consoles."""

from __future__ import annotations

import locale
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..doors.outgoing import tell
from ..doors.width import fit_width
from ..errors import CallError
from ..model import Lang

if TYPE_CHECKING:
    from ..api import Policykb
    from ..reports.phrases import Phrases
    from ..wording.texts import Wording

__all__ = [
    "AddUp",
    "AsOf",
    "Complete",
    "Data",
    "EngineName",
    "Files",
    "Force",
    "Language",
    "OneRecord",
    "Policy",
    "Readings",
    "Root",
    "Strict",
    "Timeout",
    "Type",
    "Version",
    "With",
    "day",
    "form_of",
    "language",
    "loaded",
    "loaded_of_day",
    "overlays",
    "refuse_target",
    "tell_amended",
    "tell_undecided",
    "terminal_width",
]

_WIDE = 120  # columns where nobody says how many there are
_NAMED = 10
"""How many records a message names."""

Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE…",
        help="记录文件：Excel、CSV、JSON、JSON-LD、Turtle，一个或几个 / "
        "files of records: Excel, CSV, JSON, JSON-LD or Turtle; one or several",
    ),
]
Root = Annotated[
    Path | None,
    typer.Option(
        "--root",
        metavar="DIR",
        help="知识库文件夹；不写则用随程序安装的 / folder of a knowledge base; by default the one that is installed",
    ),
]
Policy = Annotated[
    str | None,
    typer.Option(
        "--policy",
        metavar="SLUG",
        help="政策文件，几份的用逗号连起来；不写则知识库里除示例以外的各份一起 / "
        "policy document, or several with commas between; by default all of the knowledge base but examples",
    ),
]
Language = Annotated[
    str | None,
    typer.Option(
        "--lang",
        metavar="zh|en",
        help="语言；不写则随系统的 LC_ALL、LC_MESSAGES 或 LANG：英文系统用英文，其他用中文 / language; "
        "by default that of LC_ALL, LC_MESSAGES or LANG: English where it begins with en, else Chinese",
    ),
]
With = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        metavar="OVERLAY",
        help="另一读法（READING:alt）或替换文件（.ttl），可重复 / another reading (READING:alt) or an overlay (.ttl); "
        "repeatable",
    ),
]
Timeout = Annotated[
    float,
    typer.Option("--timeout", min=1, max=86_400, metavar="SECONDS", help="单个查询的时限 / limit of one query"),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="测算基准日，如 2021-06-30；不写则为每条记录所属期间的最后一天 / "
        "work out the result as at this day, such as 2021-06-30; by default the last day of each record's period",
    ),
]

Version = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="看这一天有效的版本，如 2021-06-30；不写则为最初印发的版本 / "
        "show the version in force on this day, such as 2021-06-30; by default the text as first issued",
    ),
]

EngineName = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar="sparql|columns",
        help="由哪个引擎判定，结果相同；不写则按记录多少：少的用 sparql，多的用 columns / "
        "what decides, with the same result; by default sparql for a handful of records, columns for many",
    ),
]

Complete = Annotated[
    bool, typer.Option("--complete", help="记录齐全，推导名次 / the records are complete: derive ranks")
]
Data = Annotated[
    list[Path] | None,
    typer.Option("--data", metavar="FILE", help="连同记录及其判定，可重复 / records with decisions; repeatable"),
]
OneRecord = Annotated[str | None, typer.Option("--record", metavar="ID", help="一条记录 / one record")]
Readings = Annotated[
    bool,
    typer.Option("--readings", help="逐一运行其他读法，列出会改变结果的 / name the readings that would change each"),
]
Strict = Annotated[bool, typer.Option("--strict", help="未知列即为错误 / every unknown column is an error")]
Type = Annotated[str | None, typer.Option("--type", metavar="TYPE", help="记录类型 / record type of tables")]
Force = Annotated[bool, typer.Option("--force", help="覆盖已有的文件 / overwrite a file that is there already")]


AddUp = Annotated[
    bool,
    typer.Option(
        "--add-up", help="同一主体同一期间的几行相加（原文写明可加的项） / add up rows of one subject and period"
    ),
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


def day(chosen: str | None, option: str = "--as-of") -> date | None:
    """The day that an option names, by default the as-of day, or None.

    Raises:
        CallError: it is no ISO date.
    """
    if chosen is None:
        return None
    try:
        return date.fromisoformat(chosen)
    except ValueError as fault:
        raise CallError("not-a-day", where=option, value=chosen) from fault


def overlays(chosen: list[str] | None) -> tuple[str, ...]:
    """The overlays in the order they were named; one that is named again is still the same."""
    return tuple(dict.fromkeys(chosen or ()))


def refuse_target(
    out: Path, reads: Iterable[Path | str | None], root: Path | None, force: bool = False, beside: Iterable[Path] = ()
) -> None:
    """Refuse a file that must not be written to, before any work is done for it.

    Args:
        out: the file.
        reads: the files and overlays that the call reads.
        root: the knowledge base that was named, if any was.
        force: overwrite whatever file stands there.
        beside: other files that the call writes.

    Raises:
        CallError: as `writing.free_target`.
    """
    from ..doors.writing import free_target
    from ..law.load import find_root

    read = [Path(one) for one in reads if one is not None]
    free_target(out, reads=read, beside=beside, root=find_root(root), force=force)


def tell_undecided(
    left: tuple[Sequence[str], int], wording: Wording, lang: Lang, files: Sequence[Path], *, machine: bool = False
) -> None:
    """Say which records were not decided since their data are wrong, and of errors that belong to no record.

    Args:
        left: their ids, and how many such errors there are.
        wording: the texts.
        lang: the reader's language.
        files: where the records come from.
        machine: standard output is for a program, so that this goes to standard error.
    """
    where = sys.stderr if machine else sys.stdout
    named = " ".join(str(file) for file in files)
    wrong, loose = left
    if wrong:
        ids = list(dict.fromkeys(wrong))
        shown: str = ("、" if lang == "zh" else ", ").join(ids[:_NAMED])
        if len(ids) > _NAMED:
            shown = wording.say("undecided-more", lang, records=shown)
        tell(wording.say("undecided", lang, count=len(wrong), records=shown, files=named), to=where)
    if loose:
        tell(wording.say("unread", lang, count=loose, files=named), to=where)


def terminal_width() -> int:
    """The columns of the terminal, 120 where there is none."""
    return fit_width(shutil.get_terminal_size((_WIDE, 24)).columns, _WIDE)


def loaded(
    root: Path | None, policy: str | None, with_: list[str] | None, lang: str | None
) -> tuple[Policykb, Phrases]:
    """The knowledge base that the shared options name, and the phrases of the reader's language.

    Raises:
        PolicykbError: an option names what does not exist, or the knowledge base cannot be used.
    """
    chosen = language(lang)
    # Imported here, so that the help page does not wait for them.
    from ..reports.phrases import Phrases
    from ..shelf import load_documents

    kb = load_documents(root, policy, overlays(with_))
    return kb, Phrases(kb.book, kb.vocabulary, kb.wording, chosen)


def loaded_of_day(
    root: Path | None, policy: str | None, with_: list[str] | None, lang: str | None, as_of: str | None
) -> tuple[Policykb, Phrases]:
    """The same as amended by a day; without one as first issued, or as of the last amendment that is named.

    What is shown of a document that was amended is told to be of which version.

    Raises:
        PolicykbError: as `loaded`; or a named amendment is of a later day.
    """
    from dataclasses import replace

    from ..shelf import shown

    plain, phrases = loaded(root, policy, with_, lang)
    kb, on = shown(plain, day(as_of))
    tell_amended(kb, on, phrases.lang)
    return kb, replace(phrases, book=kb.book)


def tell_amended(kb: Policykb, on: date | None, lang: Lang) -> None:
    """Say by which version the rules of a document are shown that was amended; of one that was not say nothing."""
    from ..shelf import told_versions

    for line in told_versions(kb, on, lang, "--as-of"):
        tell(line, to=sys.stderr)


def form_of(format: str | None, out: Path | None, endings: Mapping[str, str]) -> str:
    """The format asked for, else that of the file's ending, else the table.

    Raises:
        CallError: there is no such format, the ending says nothing, or it says something else than was asked for.
    """
    known = tuple(endings.values())
    if format is not None and format not in known:
        raise CallError("unknown-format", format=format, known=known)
    named = endings.get(out.suffix.lower()) if out is not None else None
    if out is not None and format is None and named is None:
        raise CallError("format-from-name", file=out, known=tuple(endings))
    if format is not None and named is not None and format != named:
        raise CallError("format-against-name", file=out, named=named, format=format)
    return format or named or "table"
