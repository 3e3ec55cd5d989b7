"""从原文起草一份政策文件，逐句逐数提出，留待确认 / Draft a policy document from its text, all of it to be confirmed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from ..doors.outgoing import tell
from ..doors.writing import new_folder, write_text
from ..errors import CallError
from .common import Language, Root, language

__all__ = ["command"]

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def command(
    slug: Annotated[
        str, typer.Argument(metavar="SLUG", help="文件的简称，如 demo-2021 / short name, such as demo-2021")
    ],
    source: Annotated[
        Path, typer.Option("--from", metavar="TEXT", help="原文：.txt 或 .docx / the text: .txt or .docx")
    ],
    root: Root = None,
    lang: Language = None,
) -> None:
    """Write policy/SLUG into a knowledge base and say what was found."""
    from ..law.load import find_root
    from ..scaffold.draft import draft
    from ..scaffold.lexicon import lexicon
    from ..scaffold.source import text_of
    from ..scaffold.written import files
    from ..wording.catalogue import worded

    chosen = language(lang)
    if not _SLUG.fullmatch(slug):
        raise CallError("not-a-slug", slug=slug)
    folder = find_root(root)
    target = folder / "policy" / slug
    made = draft(text_of(source), lexicon(folder))
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
        clauses=sum(sentence.kind == "incentive" for sentence in sentences),
    )
    tell(written.get(chosen))
    tell(worded("scaffold-next", slug=slug).get(chosen))
