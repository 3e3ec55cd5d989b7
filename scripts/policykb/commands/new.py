"""从原文起草一份政策文件或修订，逐句逐数留待确认 / Draft a document or an amendment from its text, to be confirmed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from ..doors.incoming import path_text
from ..doors.outgoing import tell
from ..doors.writing import free_target, new_folder, write_bytes, write_text
from ..errors import CallError, InputError
from ..model import Lang
from ..patterns import regex
from .common import Language, Root, day, language

__all__ = ["command"]

_SLUG = regex(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def command(
    slug: Annotated[
        str, typer.Argument(metavar="SLUG", help="文件的简称，如 demo-2021 / short name, such as demo-2021")
    ],
    source: Annotated[
        Path | None, typer.Option("--from", metavar="TEXT", help="原文：.txt 或 .docx / the text: .txt or .docx")
    ] = None,
    amends: Annotated[
        str | None,
        typer.Option("--amends", metavar="SLUG", help="起草的是这份文件的修订 / draft an amendment of this document"),
    ] = None,
    valid_from: Annotated[
        str | None,
        typer.Option(
            "--valid-from",
            metavar="DATE",
            help="修订自这一天起；不写则按文本 / the amendment holds from this day; by default as its text says",
        ),
    ] = None,
    sheet: Annotated[
        Path | None,
        typer.Option(
            "--sheet",
            metavar="FILE.xlsx",
            help="规则表：没有这个文件就写出，已有的就读回 / rule sheet: written where there is none, else read back",
        ),
    ] = None,
    root: Root = None,
    lang: Language = None,
) -> None:
    """Write policy/SLUG into a knowledge base and say what was found; write its rule sheet, or read it back.

    With --amends write an overlay of that document, with the text of the amendment beside it.
    """
    from ..law.load import find_root, policies

    chosen = language(lang)
    if not _SLUG.fullmatch(slug):
        raise CallError("not-a-slug", slug=slug)
    folder = find_root(root)
    if amends is not None:
        if source is None or sheet is not None:
            raise CallError("new-amends-from", slug=slug, document=amends)
        if amends not in policies(folder):
            raise CallError("unknown-policy", policy=amends, known=policies(folder))
        _amend(folder, slug, amends, source, day(valid_from, "--valid-from"), chosen)
        return
    if valid_from is not None:
        raise CallError("new-valid-from")
    _document(folder, slug, source, sheet, chosen)


def _document(folder: Path, slug: str, source: Path | None, sheet: Path | None, chosen: Lang) -> None:
    """Draft a document, and write its rule sheet or read it back."""
    from ..law.load import policies

    if source is None:
        if sheet is None:
            raise CallError("new-from-what")
        if slug not in policies(folder):
            raise CallError("unknown-policy", policy=slug, known=policies(folder))
        if sheet.exists():
            _take(folder, slug, sheet, chosen)
            return
    if sheet is not None:
        if sheet.suffix.lower() != ".xlsx":
            raise CallError("sheet-not-xlsx", where=path_text(sheet))
        if sheet.exists():
            raise CallError("sheet-there", where=path_text(sheet))
        free_target(sheet, root=folder)
    if source is not None:
        _draft(folder, slug, source, chosen)
    if sheet is not None:
        _write(folder, slug, sheet, chosen)


def _draft(folder: Path, slug: str, source: Path, lang: Lang) -> None:
    from ..scaffold.draft import draft
    from ..scaffold.lexicon import lexicon
    from ..scaffold.source import text_of
    from ..scaffold.written import files
    from ..wording.catalogue import worded

    target = folder / "policy" / slug
    text = text_of(source)
    try:
        made = draft(text, lexicon(folder))
    except InputError as fault:
        raise fault.at(path_text(source)) from fault
    if not made.articles:
        raise CallError("no-articles", where=str(source))
    with new_folder(target) as unfinished:
        for name, text in files(made, slug).items():
            path = unfinished / name
            path.parent.mkdir(parents=True, exist_ok=True)
            write_text(path, text)
    sentences = [sentence for part in made.parts for sentence in part.sentences]
    numbers = [number for sentence in sentences for number in sentence.numbers]
    written = worded(
        "scaffold-written",
        folder=str(target),
        articles=len(made.articles),
        sentences=len(sentences),
        numbers=len(numbers),
        figures=sum(number.role in ("figure", "day") for number in numbers),
        clauses=sum(
            sentence.kind == "incentive"
            for part in made.parts
            if part.kind not in ("front", "back")  # A title that names an award drafts no clause.
            for sentence in part.sentences
        ),
    )
    tell(written.get(lang))
    tell(worded("scaffold-next", slug=slug).get(lang))


def _amend(folder: Path, name: str, slug: str, source: Path, start: date | None, lang: Lang) -> None:
    """Write the draft of an amendment into the folder of a document, with its text."""
    from ..law.load import load
    from ..law.rules import read_rules
    from ..scaffold.amending import amending
    from ..scaffold.draft import draft
    from ..scaffold.lexicon import lexicon
    from ..scaffold.source import text_of
    from ..wording.catalogue import worded

    beside = folder / "policy" / slug / "overlays"
    text, turtle = beside / f"{name}.txt", beside / f"{name}.ttl"
    if there := [path for path in (text, turtle) if path.exists()]:
        raise CallError("draft-there", where=path_text(there[0]))
    knowledge, words = load(folder, slug), lexicon(folder)
    try:
        made = draft(text_of(source), words)
        found = amending(made, name, knowledge, read_rules(knowledge), words, start)
    except InputError as fault:
        raise fault.at(path_text(source)) from fault
    beside.mkdir(exist_ok=True)
    # Nothing reads a text that no overlay names: what is interrupted between the two leaves the document as it was.
    write_text(text, made.text)
    write_text(turtle, found.turtle)
    written = worded(
        "amendment-written",
        file=path_text(turtle),
        sentences=found.sentences,
        changes=found.changes,
        day=found.day,
    )
    tell(written.get(lang))
    tell(worded("scaffold-next", slug=slug).get(lang))


def _write(folder: Path, slug: str, path: Path, lang: Lang) -> None:
    """Write the rule sheet of a document."""
    from ..law.load import load
    from ..scaffold.sheet import sheet
    from ..wording.catalogue import worded

    data, rows = sheet(load(folder, slug), lang)
    write_bytes(path, data)
    tell(worded("sheet-written", file=path_text(path), rows=rows, slug=slug).get(lang))


def _take(folder: Path, slug: str, path: Path, lang: Lang) -> None:
    """Read a rule sheet back into the files of its document."""
    from ..law.load import load
    from ..scaffold.taken import taken
    from ..wording.catalogue import worded

    found = taken(load(folder, slug), path)
    # Each file is written whole; the same call goes on where it was interrupted between two.
    for file, text in found.files.items():
        write_text(file, text)
    said = worded(
        "sheet-taken",
        file=path_text(path),
        altered=len(found.altered),
        added=len(found.added),
        gone=len(found.gone),
        left=len(found.left),
    )
    tell(said.get(lang))
    for file in found.files:
        tell(f"  {path_text(file)}")
    if found.files:
        tell(worded("scaffold-next", slug=slug).get(lang))
