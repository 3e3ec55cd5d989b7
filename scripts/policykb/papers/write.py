"""Write all papers of an answer into a folder: tables, letters, guides, and a page that lists them."""

from __future__ import annotations

import gc
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from urllib.parse import quote

from ..answers.run import Tick
from ..doors.spill import Spill
from ..doors.writing import checksum, not_written, only_as_written
from ..reports import as_html
from ..reports.job import Job
from ..reports.payments import by_record, payments
from ..reports.phrases import Phrases
from ..reports.tally import Tally
from ..reports.told import Told
from .forms import Forms
from .guide import guide
from .ledger import Ledger
from .letter import letter
from .pdf import find_office, same_each_time, to_pdf
from .sheets import write_book
from .tables import Context, Tables

__all__ = ["FORMATS", "INDEX", "Guided", "may_replace", "write_papers"]

FORMATS = ("docx", "xlsx", "html", "pdf")
"""What papers are written in: tables in each of them, letters and guides in all but workbooks."""
CHECKED = "SHA256SUMS"
"""The file that has the checksum of every other one, in the form that sha256sum checks."""
INDEX = "index.html"
"""The page that lists all papers."""
_HELD = 200  # letters that are kept in memory
_LONGEST = 40  # characters of a name in the name of a file
_AT_ONCE = 50  # documents that are converted in one call
_UNSWEPT = 50  # papers between two looks for garbage


@dataclass(frozen=True)
class Paper:
    """A paper to be filled in: the kind of its template, where it goes (without an ending), and what it says."""

    kind: str
    name: str
    context: Context


def may_replace(folder: Path) -> bool:
    """Whether a folder holds nothing but papers as they were written.

    Raises:
        CallError: it holds something else, or a paper that was changed since.
    """
    path = folder / CHECKED
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
    pairs = (line.split("  ", 1) for line in lines)
    return only_as_written(folder, {pair[1]: pair[0] for pair in pairs if len(pair) == 2}, CHECKED)


@dataclass(frozen=True)
class Guided:
    """What guides are about: the wordings for the rules of one version, and by clause what there is to say of that."""

    phrases: Phrases
    versions: Mapping[str, Sequence[str]] = field(default_factory=dict)


def write_papers(
    job: Job, forms: Forms, formats: Sequence[str], folder: Path, tick: Tick, guided: Guided | None = None
) -> int:
    """Write the papers; returns how many files there are.

    Memory does not grow with the subjects but for the rows of the tables, some hundred bytes each; what is told of
    each waits on disk for the receipt, which closes every paper.

    Args:
        job: what is decided, and in which language it is told.
        forms: the templates.
        formats: some of `FORMATS`.
        folder: an empty folder.
        tick: told how many letters and guides of how many are written.
        guided: what guides are about; the rules as the answer is told by if None.

    Raises:
        CallError: a template cannot be filled in, a document cannot be converted, or there is no room.
    """
    say = job.phrases.say
    ledger, letters = Ledger(job.phrases), Spill[Context](most=_HELD)
    telling = job.telling()
    for portion in job.run.by_subject():
        owed = by_record(portion.answer.entitlements)
        for subject in telling.take(portion):
            ledger.take(payments(subject, owed, job.phrases))
            letters.append(letter(subject, job.phrases))
    told = telling.told(job.sealed(), job.run.findings)
    doubts = _doubts(telling.tally, told, job)
    writer = _Writer(folder, forms, formats)
    guided = guided or Guided(job.phrases)
    clauses = [clause for clause in guided.phrases.book.clauses.values() if clause.record_type is not None]
    count, done = len(letters) + len(clauses), 0
    tables = Tables(ledger, job.phrases)
    with writer.converting():
        for kind, sheets in tables.books().items() if "xlsx" in formats else ():
            name = writer.new(f"{_named(say(f'papers-file-{kind}'))}.xlsx", say(f"papers-{kind}"))
            write_book(folder / name, sheets, _around(kind, told, job, doubts), job.phrases)
        for paper in _papers(job, tables, letters, told, doubts, guided) if {*formats} - {"xlsx"} else ():
            writer.put(paper)
            done += paper.kind in ("letter", "guide")
            tick("written", done, count)
    _put(folder / INDEX, _index(told, writer.files, say).encode())
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    _put(folder / CHECKED, "".join(f"{checksum(folder / name)}  {name}\n" for name in names).encode())
    return len(names) + 1


def _papers(
    job: Job, tables: Tables, letters: Spill[Context], told: Told, doubts: Mapping[str, Sequence[str]], guided: Guided
) -> Iterator[Paper]:
    """Every paper in its order."""
    say = job.phrases.say
    for kind, parts in (("list", tables.list_parts()), ("plan", tables.plan_parts())):
        frame = _frame(kind, told, job, doubts)
        text = {"title": say(f"papers-{kind}"), "draft": say(f"papers-{kind}-draft", **_document(job))}
        for number, context in enumerate(parts, 1):
            part = f"-{number}" if context["part"] else ""
            yield Paper(kind, f"{_named(say(f'papers-file-{kind}'))}{part}", {**frame, **text, **context})
    frame = _frame("letter", told, job)
    draft, width = {"draft": say("papers-letter-draft", **_document(job))}, len(str(len(letters)))
    for number, context in enumerate(letters, 1):
        name = "-".join(filter(None, (f"{number:0{width}}", _named(context["name"]))))
        yield Paper("letter", f"{_named(say('papers-file-letters'))}/{name}", {**frame, **draft, **context})
    yield from _guides(job, told, guided)


def _guides(job: Job, told: Told, guided: Guided) -> Iterator[Paper]:
    """The handbook of all that is paid, and a guide to each clause."""
    say, book, versions = job.phrases.say, guided.phrases.book, guided.versions
    frame = _frame("letter", told, job)
    clauses = [clause for clause in book.clauses.values() if clause.record_type is not None]
    guides = {
        clause.id: guide(clause, book.readings, guided.phrases, versions.get(clause.id, ())) for clause in clauses
    }
    paying = [guides[clause.id] for clause in clauses if clause.grants_money]
    if paying:
        draft = {"draft": say("papers-guide-draft", **_document(job))}
        title = {"title": say("papers-handbook"), "clauses": paying}
        yield Paper("guide", _named(say("papers-file-handbook")), {**frame, **draft, **title})
    for name, one in guides.items():
        document = job.phrases.cited(book.document_of(book.clauses[name]))
        draft = {"draft": say("papers-guide-draft", document=document)}
        kind = "papers-guide" if book.clauses[name].grants_money else "papers-guide-unpaid"
        title = {"title": say(kind, title=one["title"]), "clauses": [one]}
        yield Paper("guide", f"{_named(say('papers-file-guides'))}/{_named(name)}", {**frame, **draft, **title})


def _document(job: Job) -> dict[str, str]:
    return {"document": job.phrases.documents()}


def _frame(kind: str, told: Told, job: Job, doubts: Mapping[str, Sequence[str]] = MappingProxyType({})) -> Context:
    """What stands on every paper: the language, the caveats, what is to be checked first, and what it rests on.

    A paper that leaves the office does not name the office's files, from which alone the estimate can be repeated.
    """
    receipt = [line for line in told.receipt() if kind == "plan" or line.kind != "replay"]
    lines = {"caveats": told.caveats, "receipt": receipt}
    texts = {name: [line.text for line in each] for name, each in lines.items()}
    texts["caveats"] += doubts.get(kind, ())
    return {"lang": job.phrases.lang, "receipt_heading": told.receipt_heading, **texts}


def _doubts(tally: Tally, told: Told, job: Job) -> dict[str, list[str]]:
    """What was found in the data, for the papers by which money is published or paid: it is to be checked before.

    The list for public notice names only whose data are in doubt, as it leaves the office; the plan says all of it.
    """
    count = tally.errors + tally.warnings + len(told.findings)
    say, all_ = job.phrases.say, (*tally.found["error"], *tally.found["warning"], *told.findings)
    if not count:
        return {}
    head = say("papers-doubts", count=count, index=INDEX)
    whole = (say("pair", key=one.about, value=one.message) if one.about else one.message for one in all_)
    return {
        "list": [head, *dict.fromkeys(one.about for one in all_ if one.about)],
        "plan": [head, *dict.fromkeys(whole)],
    }


def _around(kind: str, told: Told, job: Job, doubts: Mapping[str, Sequence[str]]) -> list[str]:
    """The same as lines of a workbook."""
    head = [job.phrases.say(f"papers-{kind}"), job.phrases.say(f"papers-{kind}-draft", **_document(job))]
    frame = _frame(kind, told, job, doubts)
    return [*head, *frame["caveats"], frame["receipt_heading"], *frame["receipt"]]


def _index(told: Told, files: Sequence[tuple[str, str]], say: Callable[..., str]) -> str:
    parts = [(quote(name), text) for name, text in files]
    return as_html.head(told) + as_html.contents(say("papers-contents"), parts) + as_html.tail(told)


def _named(text: str) -> str:
    """A text as a part of the name of a file: letters and digits of any script, and nothing that any system minds."""
    kept = "".join(one if one.isalnum() else "-" for one in unicodedata.normalize("NFC", text))
    return "-".join(part for part in kept.split("-") if part)[:_LONGEST].rstrip("-")


def _put(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as fault:
        raise not_written(path, fault) from fault


class _Writer:
    """Fills in papers in every format that is wanted; those that LibreOffice makes come some at once."""

    def __init__(self, folder: Path, forms: Forms, formats: Sequence[str]) -> None:
        self._folder, self._forms, self._formats = folder, forms, formats
        self._office = find_office() if "pdf" in formats else ""
        self._waiting: list[tuple[Path, Path]] = []
        self._times = Counter[str]()
        self.files: list[tuple[str, str]] = []
        """The name of each file, and what it is."""

    @contextmanager
    def converting(self) -> Iterator[None]:
        """As long as documents may wait to be converted."""
        with TemporaryDirectory(prefix="policykb-") as self._aside:
            yield
            self._convert()

    def new(self, name: str, title: str) -> str:
        """Take the name of a file into the list; one that another file has already is numbered."""
        stem, _, ending = name.rpartition(".")
        number = self._times[name.casefold()] = self._times[name.casefold()] + 1
        if number > 1:
            return self.new(f"{stem}-{number}.{ending}", title)
        self.files.append((name, f"{title} ({ending})"))
        return name

    def put(self, paper: Paper) -> None:
        """Write one paper."""
        title = " · ".join(filter(None, (paper.context["title"], paper.context.get("name", ""))))
        document = self._forms.docx(paper.kind, paper.context) if {"docx", "pdf"} & {*self._formats} else b""
        for form in self._formats:
            if form == "xlsx":
                continue
            name = self.new(f"{paper.name}.{form}", title)
            if form == "pdf":
                waiting = Path(self._aside) / f"{len(self._waiting)}.docx"
                _put(waiting, document)
                self._waiting.append((waiting, self._folder / name))
            else:
                _put(self._folder / name, self._forms.html(paper.kind, paper.context) if form == "html" else document)
        if len(self._waiting) >= _AT_ONCE:
            self._convert()
        if paper.kind in ("list", "plan") or len(self.files) % _UNSWEPT == 0:
            # Documents are few objects in cycles that hold much memory, which nothing else makes Python look for.
            gc.collect()

    def _convert(self) -> None:
        if self._waiting:
            to_pdf(self._office, [source for source, _ in self._waiting], Path(self._aside))
        for source, target in self._waiting:
            _put(target, same_each_time(source.with_suffix(".pdf").read_bytes()))
            source.with_suffix(".pdf").unlink()
        self._waiting.clear()
