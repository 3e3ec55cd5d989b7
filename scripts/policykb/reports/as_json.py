"""An answer as JSON, as described by `docs/reference/answer.schema.json`: amounts are decimal strings."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import lru_cache, partial
from typing import IO, Any

from ..answers.answer import Answer, EnterpriseTotal
from ..answers.run import Portion
from ..answers.several import document_of, own
from ..doors.outgoing import json_text
from ..doors.spill import copy, scratch, spilling
from ..law.receipt import Receipt, Shown, receipt_json
from ..model import (
    Amount,
    ConditionResult,
    CriterionResult,
    Decision,
    Entitlement,
    Finding,
    GroupDecision,
    JointDecision,
    JointMember,
    Lang,
    OptionResult,
    Provision,
    Text,
)
from .arithmetic import expression
from .caveats import caveats
from .job import Job
from .phrases import Phrases

__all__ = [
    "amount",
    "decision",
    "document",
    "enterprise",
    "entitlement",
    "finding",
    "group",
    "joint",
    "to_json",
    "write_json",
]

_LISTS = ("decisions", "groups", "entitlements", "enterprises", "findings", "joints")
_INDENT = "  "
_ITEM = 2 * _INDENT
_CRITERION = 4 * _INDENT
"""How far the criteria of a decision are indented."""
_text = json.encoder.encode_basestring


def to_json(answer: Answer, phrases: Phrases) -> str:
    """The answer as JSON text, two-space indented, ending in a newline.

    Args:
        answer: what was decided.
        phrases: the wordings in the language of labels, notes and messages.
    """
    lang = phrases.lang
    findings = (finding(one, lang) for one in answer.findings)
    lists = _decided(answer, lang) | {"enterprises": map(enterprise, answer.enterprises), "findings": findings}
    found = _opening(answer.receipt, phrases)
    for name in _LISTS:
        items = ",".join(map(_indented, lists[name]))
        if items or name != "joints":
            found += f',\n{_INDENT}"{name}": ' + (f"[{items}\n{_INDENT}]" if items else "[]")
    return found + "\n}\n"


def _decided(answer: Answer, lang: Lang) -> dict[str, Iterable[object]]:
    """The lists of what was decided of records, by their names."""
    return {
        "decisions": (decision(one, lang) for one in answer.decisions),
        "groups": map(group, answer.groups),
        "entitlements": map(entitlement, answer.entitlements),
        "joints": map(joint, answer.joints),
    }


def write_json(job: Job) -> None:
    """The same of records that are decided portion by portion."""
    run, lang, done = job.run, job.phrases.lang, 0
    with ExitStack() as stack:
        parts = {name: _List(stack) for name in _LISTS}
        for told, count in run.each_of_records(partial(_told, lang), job.processes):
            for name, data in told.items():
                parts[name].add(data)
            done += count
            job.has_room(sum(part.size for part in parts.values()), done)
        parts["enterprises"].take(_indented(enterprise(one)) for one in run.totals())
        parts["findings"].take(_indented(finding(one, lang)) for one in run.findings())
        job.write(_opening(job.sealed(), job.phrases).encode())
        for name, part in parts.items():
            if part.size or name != "joints":
                job.write(f',\n{_INDENT}"{name}": '.encode())
                part.put(job.write)
        job.write(b"\n}\n")


def _told(lang: Lang, portion: Portion) -> tuple[dict[str, bytes], int]:
    """The items of the lists that a portion adds to, and how many records it has."""
    lists = _decided(portion.answer, lang).items()
    # Each item as bytes at once, which take less room than its text.
    return {name: b",".join(_indented(one).encode() for one in items) for name, items in lists}, len(portion.places)


class _List:
    """A list of the document, in a file until its place is reached."""

    def __init__(self, stack: ExitStack) -> None:
        self.file: IO[bytes] = stack.enter_context(scratch())
        self.size = 0

    def take(self, items: Iterable[str]) -> None:
        """Add items to the list."""
        for item in items:
            self.add(item.encode())

    def add(self, items: bytes) -> None:
        """Add some items with commas between them, or none."""
        if items:
            with spilling():
                self.file.write(b"," + items if self.size else items)
            self.size += len(items)

    def put(self, write: Callable[[bytes], object]) -> None:
        """Write the list."""
        if not self.size:
            write(b"[]")
            return
        write(b"[")
        copy(self.file, write)
        write(f"\n{_INDENT}]".encode())


def _opening(receipt: Receipt, phrases: Phrases) -> str:
    """The document down to its first list."""
    head = {"document": document(receipt, phrases), "receipt": receipt_json(receipt, Shown(phrases.lang))}
    return json_text(json.dumps(head, ensure_ascii=False, indent=2)).removesuffix("\n}")


def document(receipt: Receipt, phrases: Phrases) -> dict[str, object]:
    """Which document an answer is about, and what stands above it."""
    about, lang = phrases.book.document, phrases.lang
    lines = [line.text for line in caveats(receipt, phrases)]
    return {"number": about.official, "title": about.title.get(lang), "caveats": lines}


def _indented(item: object) -> str:
    """An item of a list of the document, on lines of its own."""
    return f"\n{_ITEM}{json_text(_lined(item, _ITEM))}"


def _lined(value: object, pad: str) -> str:
    """A value as `json.dumps` writes it with an indent of two, without making a call for every piece of it."""
    if isinstance(value, _Ready):
        return value
    if isinstance(value, str):
        return _text(value)
    if value is None:
        return "null"
    inner = pad + _INDENT
    if isinstance(value, dict):
        pairs = [f"{_text(key)}: {_lined(one, inner)}" for key, one in value.items()]
        return f"{{\n{inner}{f',{chr(10)}{inner}'.join(pairs)}\n{pad}}}" if pairs else "{}"
    if isinstance(value, list):
        items = [_lined(one, inner) for one in value]
        return f"[\n{inner}{f',{chr(10)}{inner}'.join(items)}\n{pad}]" if items else "[]"
    return "true" if value is True else "false" if value is False else json.dumps(value)


class _Ready(str):
    """JSON text already."""

    __slots__ = ()


def group(one: GroupDecision) -> dict[str, Any]:
    """What a group did for a record."""
    names = {**_of(one.group), "group": own(one.group), "winner": _own(one.winner)}
    return {"record": one.record, **names, "amount": amount(one.amount)}


def entitlement(one: Entitlement) -> dict[str, Any]:
    """A sum that counts."""
    names = {**_of(one.source), "clause": _own(one.clause), "group": _own(one.group)}
    return {"record": one.record, **names, "amount": amount(one.amount)}


def joint(one: JointDecision) -> dict[str, Any]:
    """What a group did over several records of a subject."""
    names = {**_of(one.group), "group": own(one.group), "period": one.period, "outcome": one.how}
    members = [_member(member) for member in one.members]
    winner = None if one.winner is None else _member(one.winner)
    beyond = {} if one.beyond is None else {"beyond": amount(one.beyond)}
    missing = {"missing": list(one.missing)} if one.missing else {}
    sums = {"cap": amount(one.cap), "amount": amount(one.amount), **beyond, **missing}
    return {**names, "members": members, "winner": winner, **sums}


def _member(one: JointMember) -> dict[str, str]:
    return {"record": one.record, **_of(one.clause), "clause": own(one.clause)}


def enterprise(one: EnterpriseTotal) -> dict[str, Any]:
    """What a subject gets across its records."""
    return {
        "creditCode": one.credit_code,
        "name": one.name,
        "records": list(one.records),
        "total": {
            currency: {"min": str(sum_.min), "max": None if sum_.max is None else str(sum_.max)}
            for currency, sum_ in one.total.items()
        },
        "eligible": one.eligible,
        "undetermined": one.undetermined,
    }


def decision(one: Decision, lang: Lang, *, lined: bool = True) -> dict[str, Any]:
    """What was decided of a record by a clause; `lined` where it is written on lines of its own."""
    found: dict[str, Any] = {
        "record": one.record,
        **_of(one.clause),
        "clause": _own(one.clause),
        "article": one.article,
        "status": one.status,
        "amount": amount(one.amount),
        "selected": one.selected,
        "suppressedBy": _own(one.suppressed_by),
        **_suppressed(one),
        "options": [_option(result) for result in one.options],
        "criteria": [_criterion(result, lang, lined) for result in one.criteria],
        "conditions": [_condition(condition, lang) for condition in one.conditions],
        "missing": list(one.missing),
        "awaiting": [{"fact": fact, "body": body.label.get(lang)} for fact, body in one.awaiting],
        "fallback": _fallback(one.fallback),
        "readings": None if one.readings is None else [own(name) for name in one.readings],
        "notes": _texts(one.notes, lang),
    }
    if one.findings:
        found["findings"] = [finding(each, lang) for each in one.findings]
    return found


def _of(name: str | None) -> dict[str, str]:
    """The document of what has a name, where several documents answer together."""
    document = document_of(name or "")
    return {"document": document} if document else {}


def _suppressed(one: Decision) -> dict[str, str]:
    """Where the clause is had that a sum gives way to: in another document, or by another record."""
    document = document_of(one.suppressed_by or "")
    found = {"suppressedByDocument": document if document != document_of(one.clause or "") else None}
    return {name: value for name, value in {**found, "suppressedIn": one.suppressed_in}.items() if value}


def _own(name: str | None) -> str | None:
    return None if name is None else own(name)


def _option(result: OptionResult) -> dict[str, Any]:
    return {
        "id": result.option.iri.rsplit("/", 1)[-1],
        "truth": result.truth,
        "amount": amount(result.amount),
        "arithmetic": expression(result),
    }


def _condition(condition: ConditionResult, lang: Lang) -> dict[str, Any]:
    if condition.result is not None:
        return {"criterion": condition.result.criterion.id, "truth": condition.truth}
    found: dict[str, Any] = {"op": condition.op, "truth": condition.truth}
    if condition.label is not None:
        found["option"] = condition.label.get(lang)
    return found | {"of": [_condition(child, lang) for child in condition.children]}


def _criterion(result: CriterionResult, lang: Lang, lined: bool) -> object:
    """A criterion with how it turned out: of many records most turned out alike."""
    criterion = result.criterion
    key = (criterion.id, criterion.label.get(lang), result.truth, result.required, result.actual)
    return _criterion_of(*key, own(criterion.provision), result.quote, result.is_needed, lined)


@lru_cache(maxsize=2**13)
def _criterion_of(
    name: str,
    label: str,
    truth: str,
    required: str,
    actual: str | None,
    provision: str,
    quote: str,
    needed: bool,
    lined: bool,
) -> object:
    found: dict[str, object] = {
        "id": name,
        "label": label,
        "truth": truth,
        "required": required,
        "actual": actual,
        "provision": provision,
        "quote": quote,
    }
    found |= {} if needed else {"needed": False}
    return _Ready(_lined(found, _CRITERION)) if lined else found


def _fallback(provision: Provision | None) -> dict[str, str] | None:
    return None if provision is None else {"provision": own(provision.id), "quote": provision.quote}


def finding(one: Finding, lang: Lang) -> dict[str, Any]:
    """Something wrong or noteworthy in the data."""
    place = one.place
    return {
        "rule": one.rule,
        "severity": one.severity,
        "message": one.message.get(lang),
        "mend": one.mend.get(lang),
        "file": place.file,
        "sheet": place.sheet,
        "row": place.row,
        "column": place.column,
        "cell": place.cell,
        "record": one.record,
        "fact": one.fact,
        "value": one.value,
    }


def amount(one: Amount | None) -> dict[str, str | None] | None:
    """An interval of money."""
    if one is None:
        return None
    return {"min": str(one.min), "max": None if one.max is None else str(one.max), "currency": one.currency}


def _texts(texts: Iterable[Text], lang: Lang) -> list[str]:
    return [text.get(lang) for text in texts]
