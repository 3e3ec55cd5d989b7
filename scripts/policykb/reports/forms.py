"""The formats of an answer, and an answer in one of them, written as it is decided."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, TypeAlias

from ..doors.spill import copy, scratch, spilling
from ..doors.writing import is_answer
from ..errors import CallError
from ..patterns import regex
from .job import Job

if TYPE_CHECKING:
    from rich.console import Console

    from ..answers.answer import Answer
    from ..answers.run import Portion
    from ..engines.near import NearMiss
    from .tally import Tally
    from .told import SubjectTold, Told

__all__ = [
    "ENDINGS",
    "FORMATS",
    "MOST_ON_A_PAGE",
    "PAGES",
    "is_answer_folder",
    "print_answer",
    "write_answer",
    "write_folder",
    "written",
]

ENDINGS = {
    ".txt": "table",
    ".json": "json",
    ".jsonl": "jsonl",
    ".csv": "csv",
    ".xlsx": "xlsx",
    ".md": "md",
    ".html": "html",
    ".ttl": "ttl",
}
"""The format that a file is written in by the ending of its name."""
FORMATS = tuple(ENDINGS.values())
PAGES = ("md", "html")
"""The formats to be read from top to bottom: with many subjects they are a folder, whose first file is the summary."""
MOST_ON_A_PAGE = 500
"""Subjects of one page."""
IN_A_FILE = 100
"""Subjects of a file where they are more."""
MOST_SHOWN = 50
"""Subjects that the table shows."""
_OF_FOLDER = regex(rf"(index|\d+-\d+)\.({'|'.join(PAGES)})")
_WIDTH = 160  # columns of a table that is written to a file
Near: TypeAlias = "Callable[[Answer], Sequence[NearMiss]]"
"""What finds the near misses of an answer, if its format tells them."""


def written(job: Job, near: Near, form: str) -> bytes:
    """The answer in a format, in memory; of pages that are a folder, the first."""
    parts: list[bytes] = []
    job.write = parts.append
    if is_folder(job, form):
        _pages(job, form, None)
    else:
        write_answer(job, near, form)
    return b"".join(parts)


def is_folder(job: Job, form: str) -> bool:
    """Whether an answer is too much for one page."""
    return form in PAGES and len(job.run.grouping) > MOST_ON_A_PAGE


def write_answer(job: Job, near: Near, form: str) -> None:
    """Write the answer in a format; those for people are written from one telling of it.

    Args:
        job: what is decided, and where it goes.
        near: what finds its near misses.
        form: one of `FORMATS`.

    Raises:
        CallError: it is too much for one page, or finds no room on the disk.
    """
    if is_folder(job, form):
        count = len(job.run.grouping)
        raise CallError("too-many-for-a-page", count=count, most=MOST_ON_A_PAGE, format=form)
    match form:
        case "json":
            from .as_json import write_json

            write_json(job)
        case "jsonl":
            from .as_jsonl import write_jsonl

            write_jsonl(job)
        case "ttl":
            from .as_rdf import to_turtle

            answer, book = job.run.answer(), job.phrases.book
            job.write(to_turtle(answer, book, book.vocabulary.prefixes, near(answer)).encode())
        case "csv":
            _csv(job)
        case "xlsx":
            from .as_workbook import write_workbook

            write_workbook(job)
        case "html" | "md":
            _page(job, _format(form))
        case _:
            from io import StringIO

            from ..doors.terminal import Terminal

            stream = StringIO()
            print_answer(job, Terminal(file=stream, width=_WIDTH), whole=True)
            job.write("".join(f"{line.rstrip()}\n" for line in stream.getvalue().splitlines()).encode())


def _format(form: str) -> ModuleType:
    from . import as_html, as_markdown

    return as_html if form == "html" else as_markdown


@contextmanager
def _told(job: Job, *writers: Callable[[SubjectTold], str]) -> Iterator[tuple[Told, list[Callable[[], None]]]]:
    """The subjects written by each writer into a file of its own, and what is told besides when all are."""
    with ExitStack() as stack:
        files = [stack.enter_context(scratch()) for _ in writers]
        telling, size, done = job.telling(), 0, 0

        def written(portion: Portion) -> tuple[list[bytes], int, Tally]:
            own = job.telling()
            parts = [[writer(subject) for writer in writers] for subject in own.take(portion)]
            return ["".join(column).encode() for column in zip(*parts, strict=True)], len(portion.places), own.tally

        for parts, count, tally in job.run.each(written, job.processes):
            telling.tally.merge(tally)
            for file, data in zip(files, parts, strict=True):
                with spilling():
                    file.write(data)
                size += len(data)
            done += count
            job.has_room(size, done)
        told = telling.told(job.sealed(), job.run.findings)
        yield told, [lambda file=file: copy(file, job.write) for file in files]  # type: ignore[misc]


def _csv(job: Job) -> None:
    from . import as_csv

    with _told(job, as_csv.Rows(), as_csv.sums) as (told, parts):
        job.write(as_csv.head(job.phrases).encode())
        for put in parts:
            put()
        job.write(as_csv.tail(told).encode())


def _page(job: Job, form: ModuleType) -> None:
    with _told(job, lambda subject: form.subject(subject, job.explain)) as (told, (put,)):
        job.write(form.head(told).encode())
        put()
        job.write(form.tail(told).encode())


def write_folder(job: Job, form: str, folder: Path) -> None:
    """Write pages into a folder: the whole answer, or the summary beside a file for each hundred subjects.

    Args:
        job: what is decided.
        form: one of `PAGES`.
        folder: an empty folder.
    """
    with (folder / f"index.{form}").open("wb") as stream:
        job.write = stream.write
        if is_folder(job, form):
            _pages(job, form, folder)
        else:
            _page(job, _format(form))


def is_answer_folder(folder: Path) -> bool:
    """Whether a folder is one that `write_folder` wrote, and holds nothing else."""
    names = [path.name for path in folder.iterdir()]
    index = next((folder / f"index.{form}" for form in PAGES if f"index.{form}" in names), None)
    return index is not None and all(map(_OF_FOLDER.fullmatch, names)) and is_answer(index)


def _pages(job: Job, form: str, folder: Path | None) -> None:
    """The summary, and a file for each hundred subjects where there is a folder for them."""
    page, say = _format(form), job.phrases.say
    telling, lang = job.telling(), job.phrases.lang
    names: list[tuple[str, str]] = []
    count = len(job.run.grouping)
    with ExitStack() as stack:
        number = 0

        def written(portion: Portion) -> tuple[list[tuple[str, str]], Tally]:
            own = job.telling()
            subjects = own.take(portion)
            if folder is None:
                return [(subject.name, "") for subject in subjects], own.tally
            return [(subject.name, page.subject(subject, job.explain)) for subject in subjects], own.tally

        for subjects, tally in job.run.each(written, job.processes):
            telling.tally.merge(tally)
            for subject, text in subjects:
                if number % IN_A_FILE == 0:
                    stack.close()
                    until = min(number + IN_A_FILE, count)
                    width = len(str(count))
                    name = f"{number + 1:0{width}}-{until:0{width}}.{form}"
                    names.append((name, say("told-page", first=number + 1, last=until, subject=subject)))
                    if folder is not None:
                        stream = stack.enter_context((folder / name).open("wb"))
                        stream.write(page.top(names[-1][1], lang).encode())
                if folder is not None:
                    stream.write(text.encode())
                number += 1
                if folder is not None and number in (until, count):
                    stream.write(page.end().encode())
    told = telling.told(job.sealed(), job.run.findings)
    job.write(page.head(told).encode())
    job.write(page.contents(say("told-pages"), names).encode())
    job.write(page.tail(told).encode())


def print_answer(job: Job, console: Console, *, whole: bool = False) -> None:
    """Print the answer as a table: the summary, then the first subjects; all of them where everything is told.

    Args:
        job: what is decided.
        console: where to print.
        whole: with the lines of the audit record, which are counted otherwise.
    """
    from .as_table import print_head, print_subject, print_tail

    telling, count = job.telling(), len(job.run.grouping)
    most = count if job.everything else MOST_SHOWN
    number = 0

    def printed(portion: Portion) -> tuple[list[bytes], Tally]:
        own, texts = job.telling(), []
        subjects = own.take(portion)
        for place in range(min(len(subjects), most)):
            with console.capture() as captured:
                print_subject(console, subjects[place], job.explain)
            texts.append(captured.get().encode())
        return texts, own.tally

    with scratch() as file:
        for texts, tally in job.run.each(printed, job.processes):
            telling.tally.merge(tally)
            with spilling():
                file.writelines(texts[: max(most - number, 0)])
            number += len(texts)
        told = telling.told(job.sealed(), job.run.findings)
        print_head(console, told)
        decoder = getincrementaldecoder("utf-8")()
        copy(file, lambda data: console.file.write(decoder.decode(data)))
    left_out = job.phrases.say("told-left-out", shown=most, count=count) if count > most else ""
    print_tail(console, told, whole=whole, left_out=left_out)
