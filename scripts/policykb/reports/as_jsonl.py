"""An answer as lines of JSON: what it rests on, a line for each record, one for each subject, and the summary."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from ..answers.held import Held
from ..answers.run import Portion, Run
from ..doors.outgoing import json_text
from ..doors.spill import copy, scratch, spilling
from ..law.receipt import Shown, receipt_json
from .as_json import amount, decision, document, enterprise, entitlement, finding, group, joint
from .job import Job
from .phrases import Phrases
from .tally import Tally
from .teller import Teller

__all__ = ["write_jsonl"]


def write_jsonl(job: Job) -> None:
    """The lines of records that are decided portion by portion; a record stands beside the others of its subject."""
    run, phrases = job.run, job.phrases
    tally, done, size = Tally(), 0, 0
    with scratch() as records, scratch() as subjects:
        for told, totals, count, own in run.each(partial(_told, job), job.processes):
            tally.merge(own)
            with spilling():
                records.write(told)
                subjects.write(totals)
            size += len(told)
            done += count
            job.has_room(size, done)
        receipt = job.sealed()
        head = {"receipt": receipt_json(receipt, Shown(phrases.lang)), "document": document(receipt, phrases)}
        job.write(_line(head))
        copy(records, job.write)
        copy(subjects, job.write)
    job.write(_line({"summary": _summary(run, tally, phrases)}))


def _told(job: Job, portion: Portion) -> tuple[bytes, bytes, int, Tally]:
    """The lines of the records of a portion and those of its subjects, how many records there are, and their count."""
    answer, lang, tally = portion.answer, job.phrases.lang, Tally()
    teller = Teller(answer, job.phrases, len(job.run.grouping) > 1, job.run.repeated)
    tally.add(teller, portion)
    lines, subjects = [], []
    for total, owned in teller.owned:
        mine = [joint(one) for one in answer.joints if one.members[0].record in total.records]
        subjects.append(_line({"enterprise": enterprise(total), **({"joints": mine} if mine else {})}))
        for record, decisions in owned:
            found: dict[str, Any] = {
                "record": record.id,
                "decisions": [decision(one, lang, lined=False) for one in decisions],
                "groups": [group(one) for one in teller.groups.get(record.id, ())],
                "entitlements": [entitlement(one) for one in teller.entitlements.get(record.id, ())],
                "findings": [finding(one, lang) for one in teller.findings_of(record, decisions)],
            }
            lines.append(_line(found))
    return b"".join(lines), b"".join(subjects), len(answer.records), tally


def _line(item: object) -> bytes:
    text = json.dumps(item, ensure_ascii=False, separators=(",", ":"))
    return f"{json_text(text)}\n".encode()


def _summary(run: Run | Held, tally: Tally, phrases: Phrases) -> dict[str, Any]:
    """What was counted."""
    lang, clauses = phrases.lang, phrases.book.clauses
    names = [name for name, clause in clauses.items() if name in tally.states or tally.wrong[clause.record_type or ""]]
    return {
        "records": len(run.records),
        "subjects": len(run.grouping),
        "invalid": tally.wrong.total(),
        "clauses": [
            {
                "clause": name,
                **{status: _count(tally, name, status) for status in ("eligible", "undetermined")},
                "invalid": tally.wrong[clauses[name].record_type or ""],
                "amounts": _amounts(tally, name),
            }
            for name in names
        ],
        "groups": [
            {"group": name, "amounts": _amounts(tally, name)}
            for name in (group.id for group in phrases.book.every_group)
            if name in tally.sources
        ],
        "missing": [
            {"fact": fact, "subjects": lacking.count}
            for fact, lacking in sorted(tally.missing.items(), key=lambda entry: entry[1].key())
        ],
        "awaiting": [
            {"fact": fact, "body": body.label.get(lang), "decisions": found.count}
            for (fact, _), (body, found) in sorted(tally.awaited.items(), key=lambda entry: entry[1][1].key())
        ],
        "findings": [finding(one, lang) for one in run.findings() if one.record is None],
    }


def _amounts(tally: Tally, source: str) -> list[object]:
    return [amount(one.amount) for one in tally.sources.get(source, {}).values()]


def _count(tally: Tally, clause: str, status: str) -> int:
    return tally.states[clause][status] if clause in tally.states else 0
