"""What the browser's Python does with files that are dropped on a page: check them, decide, and write results."""

from __future__ import annotations

import gzip
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from ..answers.answer import Answer
from ..answers.held import Held
from ..api import Policykb
from ..check.annotate import annotated
from ..check.as_json import report_json, to_json
from ..check.run import CheckReport, run_check
from ..engines.engine import Engine
from ..engines.outcome import Outcome
from ..engines.sparql import SparqlEngine
from ..errors import PolicykbError
from ..model import Lang, Record
from ..readers.tables import TableReader
from ..reports.forms import written
from ..reports.job import Job
from ..reports.phrases import Phrases
from ..reports.tell import tell
from ..reports.told import FindingTold, Item, RecordTold, Section, SubjectTold, Told
from .frozen import thaw

__all__ = ["MOST_BYTES", "MOST_DECIDED", "Desk", "opened"]

MOST_BYTES = 20 * 2**20
"""Bytes of the files that a page takes at once: what a browser holds is some hundred times as much."""
MOST_DECIDED = 5000
"""Records that a page decides at once; more are checked alone."""
_MOST_SHOWN = 2000  # findings that the table of the page has; the files have all


Say: TypeAlias = Callable[[str, int, int], None]


def opened(knowledge: str, say: Say) -> Desk:
    """A desk with the knowledge base that the site brings, from its file."""
    return Desk(thaw(gzip.decompress(Path(knowledge).read_bytes())), say)


class Desk:
    """Files of one reader, from taking them in to what is written about them.

    Args:
        kb: the knowledge base.
        say: told what is being done, `read` or `decide`, how much of it is done, and how much there is (0: not known).
    """

    def __init__(self, kb: Policykb, say: Say) -> None:
        self.kb, self.say = kb, say
        self.folder = Path(tempfile.mkdtemp())
        # Places name files as their owner does, without a folder.
        os.chdir(self.folder)
        self.files: list[Path] = []
        self.report: CheckReport | None = None
        self.answer: Answer | None = None
        self.told: Told | None = None
        self.phrases: Phrases = self._phrases("zh")

    def take(self, name: str) -> str:
        """Where the bytes of a file of this name are to be written before `check`.

        Files of several folders may be called the same: the second one is then EnterpriseYear (2).csv.
        """
        own = path = Path(Path(name).name)
        count = 1
        while path in self.files:
            count += 1
            path = own.with_stem(f"{own.stem} ({count})")
        self.files.append(path)
        return str(self.folder / path)

    def check(self, lang: Lang, type: str | None = None) -> str:
        """Check all files, and decide their records: findings and sums as JSON, or the fault that ended it.

        Args:
            lang: the language of what is written.
            type: the record type of tables that do not say it.
        """
        self.phrases = self._phrases(lang)
        try:
            return json.dumps(self._checked(type), ensure_ascii=False)
        except PolicykbError as fault:
            return json.dumps({"fault": self._worded(fault)}, ensure_ascii=False)

    def _worded(self, fault: PolicykbError) -> str:
        """A fault in words; where the mend is an option of the command line, that of the page in its place."""
        text, own = fault.say(self.phrases.lang), f"site-desk-{fault.id}"
        if own not in self.kb.wording.texts:
            return text
        return f"{text.partition(chr(10))[0]}\n  {self.phrases.say(own, choice=self.phrases.say('site-desk-type'))}"

    def _checked(self, type: str | None) -> dict[str, Any]:
        self.say("read", 0, 0)
        report = run_check(
            self.kb, self.files, type=type, conversions=True, tick=lambda count: self.say("read", count, 0)
        )
        self.report = report
        found = report_json(report, self.kb.book)
        found["shown"] = _MOST_SHOWN
        found["findings"] = found["findings"][:_MOST_SHOWN]
        total = sum(report.records.values())
        if total > MOST_DECIDED:
            return found | {"subjects": None}
        reading = self.kb.read(self.files, type=type)
        engine = _Telling(self.kb.decider.engine.suited(0), lambda done: self.say("decide", done, total))
        kb = replace(self.kb, decider=replace(self.kb.decider, engine=engine))
        self.answer = kb.apply(reading)
        self.told = tell(self.answer, self.phrases)
        return found | {
            "subjects": len(self.told.subjects),
            "caveats": [line.text for line in self.told.caveats],
            "headline": self.told.headline,
        }

    def subjects(self, start: int, count: int) -> str:
        """What is decided of some subjects, as JSON."""
        assert self.told is not None
        return json.dumps([_subject(one) for one in self.told.subjects[start : start + count]], ensure_ascii=False)

    def file(self, form: str) -> bytes:
        """What was found as a file: `annotated` and `findings`, else the answer in a format of `reports.forms`.

        Raises:
            CallError: no annotated copy can be made of these files.
        """
        assert self.report is not None
        if form == "annotated":
            return annotated(self.report, self.phrases, TableReader(self.kb.vocabulary))
        if form == "findings":
            return to_json(self.report, self.kb.book).encode()
        assert self.answer is not None
        job = Job(Held(self.answer), self.phrases, lambda _: None)
        return written(job, self.kb.near_misses, form)

    def _phrases(self, lang: Lang) -> Phrases:
        return Phrases(self.kb.book, self.kb.vocabulary, self.kb.wording, lang)


class _Telling(SparqlEngine):
    """The engine, with a word after each batch."""

    def __init__(self, engine: Engine, say: Callable[[int], None]) -> None:
        self.__dict__.update(vars(engine))
        self._say = say

    def decide(
        self, records: Sequence[Record], day: date | None = None, tick: Callable[[int], None] | None = None
    ) -> list[Outcome]:
        return super().decide(records, day, tick or self._say)


def _subject(one: SubjectTold) -> dict[str, Any]:
    return {
        "heading": one.heading,
        "sums": [line.text for line in one.sums],
        "records": [_record(record) for record in one.records],
    }


def _record(record: RecordTold) -> dict[str, Any]:
    return {
        "heading": record.heading,
        "findings": [_finding(one) for one in record.findings],
        "lines": [line.text for line in record.lines],
        "sections": [_section(section) for section in record.sections],
    }


def _section(section: Section) -> dict[str, Any]:
    items = [_item(item) for item in section.items]
    return {"kind": section.kind, "heading": section.heading, "fold": section.is_folded, "items": items}


def _item(item: Item) -> dict[str, Any]:
    return {
        "source": item.source,
        "title": item.title,
        "article": item.article,
        "state": item.state,
        "status": item.status,
        "amount": item.amount_text,
        "lines": [{"kind": line.kind, "text": line.text} for line in item.lines],
    }


def _finding(one: FindingTold) -> dict[str, str]:
    return {"severity": one.severity, "text": one.text}
