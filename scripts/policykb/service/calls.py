"""What can be asked of the service: each call with its parameters, and what gives its answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias

from ..advice.as_json import advice_json
from ..advice.questions import next_questions
from ..answers.answer import Answer
from ..answers.comparison import refuse_unknown_record
from ..api import Policykb
from ..check import run_check
from ..check.as_json import report_json
from ..doors.outgoing import json_text
from ..errors import CallError, InputError
from ..law.receipt import Shown, receipt_json
from ..model import Finding, Lang, Record
from ..readers import Reader, Reading, read_posted
from ..reports.as_json import to_json
from ..reports.as_markdown import to_markdown
from ..reports.caveats import caveats
from ..reports.phrases import Phrases
from ..reports.tell import tell
from ..shelf import each, shown, told_book, told_versions
from ..wording.catalogue import worded
from .law import article_json, clause_json, clauses_json, passages_json

__all__ = ["CALLS", "SENT", "VERSION", "Call", "Parameter", "Service", "arguments_of", "wrong_parameter"]

Kind: TypeAlias = Literal["string", "boolean", "integer", "date", "lang"]
SENT = "records.json"
"""What records are called that were sent, in messages and in the receipt."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a call; the wording `call-parameter-` and its name, or what it is about, says more."""

    name: str
    kind: Kind
    required: bool = False
    about: str = ""

    @property
    def wording(self) -> str:
        """The name of the wording."""
        return f"call-parameter-{self.about or self.name}"


@dataclass(frozen=True)
class Service:
    """A knowledge base that answers calls; its answers are plain lists and dictionaries.

    `day` is what a call means that names none: that of which the rules are shown, and as at which it is worked out.
    """

    kb: Policykb
    day: date | None = None
    _phrases: dict[tuple[Lang, str], Phrases] = field(default_factory=dict, repr=False)

    def phrases(self, lang: Lang, policy: str = "") -> Phrases:
        """The wordings in a language, for what this document says where one alone answers."""
        if (lang, policy) not in self._phrases:
            kb = self.kb.told_by(policy)
            self._phrases[lang, policy] = Phrases(told_book(kb), kb.vocabulary, kb.wording, lang)
        return self._phrases[lang, policy]

    def _told(self, answer: Answer, lang: Lang) -> Phrases:
        return self.phrases(lang, answer.receipt.policy)

    def warm(self) -> None:
        """Have ready what every call needs, before the first one."""
        for lang in ("zh", "en"):
            self.phrases(lang)
        self.health  # noqa: B018
        self.kb.ask("questions", answer=self.kb.apply([]))

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.kb.vocabulary)

    def read(self, body: bytes | Reading) -> Reading:
        """The records that were sent; what is read already is that.

        Raises:
            InputError: they are no JSON, hold no list of records, or a record has no known type.
        """
        return body if isinstance(body, Reading) else _posted(body, self._reader)

    def decide(self, body: bytes | Reading, lang: Lang = "zh", **said: Any) -> dict[str, Any]:
        """What `apply` answers."""
        found: dict[str, Any] = json.loads(self.decided(body, lang, **said))
        return found

    def decided(self, body: bytes | Reading, lang: Lang = "zh", **said: Any) -> str:
        """The same as the text that `apply` writes."""
        answer = self._answer(body, **said)
        return to_json(answer, self._told(answer, lang))

    def check(self, body: bytes, strict: bool = False) -> dict[str, Any]:
        """What `check` finds, in both languages."""
        reading = _posted(body, Reader(self.kb.vocabulary, strict=strict))
        found: list[Record | Finding] = [*reading.records, *reading.findings]
        return report_json(run_check(self.kb, [Path(SENT)], conversions=True, read=found), self.kb.book)

    def questions(self, body: bytes, lang: Lang = "zh", record: str | None = None, **said: Any) -> dict[str, Any]:
        """What `questions` asks."""
        answer = self._answer(body, record=record, **said)
        found = next_questions(self.kb.told_by(answer.receipt.policy), answer, lang, record)
        rows = [[None if term is None else term.value for term in row] for row in found.rows]
        return {**self._head(answer, lang), "questions": [dict(zip(found.variables, row, strict=True)) for row in rows]}

    def advise(self, body: bytes, lang: Lang = "zh", record: str | None = None, **said: Any) -> dict[str, Any]:
        """What `advise` advises."""
        answer = self._answer(body, record=record, **said)
        return advice_json(self.kb, answer, self._told(answer, lang), record)

    def explain(self, body: bytes, lang: Lang = "zh", **said: Any) -> dict[str, Any]:
        """What `apply --explain` tells, as Markdown: every criterion with its words, and how sums are worked out."""
        answer = self._answer(body, **said)
        told = tell(answer, self._told(answer, lang), explain=True, everything=False)
        return {**self._head(answer, lang), "text": to_markdown(told)}

    def clauses(self, lang: Lang = "zh", asOf: date | None = None) -> dict[str, Any]:
        """The clauses of the document, in the version of a day."""
        return {**clauses_json(self.shown(lang, asOf)), **self._version(lang, asOf)}

    def clause(self, id: str, lang: Lang = "zh", asOf: date | None = None) -> dict[str, Any]:
        """A clause in the version of a day; `CallError` where there is none."""
        phrases = self.shown(lang, asOf)
        try:
            clause = phrases.book.clause(id)
        except CallError as fault:
            if fault.id != "unknown-clause":
                raise
            raise CallError("call-unknown-clause", clause=id[:80]) from fault
        return {**clause_json(clause, phrases), **self._version(lang, asOf)}

    def article(
        self, number: int, lang: Lang = "zh", policy: str | None = None, asOf: date | None = None
    ) -> dict[str, Any]:
        """An article; `CallError` where there is none, or several documents have one of this number."""
        document = self._document_with(number, policy, asOf)
        return {**article_json(number, self.shown(lang, asOf, document)), **self._version(lang, asOf)}

    def shown(self, lang: Lang, day: date | None, policy: str = "") -> Phrases:
        """The wordings for the rules of the version of a day, of this document where one alone is shown."""
        kb, _ = shown(self.kb, day or self.day)
        if kb is self.kb and told_book(kb) is kb.book:
            return self.phrases(lang, policy)
        kb = kb.told_by(policy)
        return Phrases(kb.book, kb.vocabulary, kb.wording, lang)

    def _version(self, lang: Lang, day: date | None) -> dict[str, Any]:
        """Of which day the rules are that are shown, and what there is to say of that."""
        kb, on = shown(self.kb, day or self.day)
        said = told_versions(kb, on, lang, _DAY.name)
        return {"asOf": None if on is None else on.isoformat(), "caveats": list(said)}

    def _document_with(self, number: int, policy: str | None, day: date | None) -> str:
        """The document that has an article of this number in its version of a day."""
        books = {one.knowledge.policy: one.book for one in each(shown(self.kb, day or self.day)[0])}
        if policy is not None and policy not in books:
            raise CallError("unknown-policy", policy=policy, known=tuple(books))
        having = [slug for slug, book in books.items() if number in {one.number for one in book.articles}]
        if policy is None and len(having) > 1:
            raise CallError("article-of-several", number=number, known=having)
        return policy or next(iter(having or books))

    def search(self, q: str, lang: Lang = "zh") -> dict[str, Any]:
        """The provisions that hold some words."""
        return passages_json(q, self.phrases(lang))

    def query(
        self,
        query: str,
        lang: Lang = "zh",
        parameters: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        asOf: date | None = None,
    ) -> dict[str, Any]:
        """What a query of the library, or SPARQL, answers about the rules, and about records where some are sent."""
        answer = None if body is None else self._answer(body, asOf)
        for name in {"query", "answer", "lang", "self"}.intersection(parameters or {}):
            raise CallError("call-unknown-parameter", parameter=name, known=())
        found = shown(self.kb, asOf or self.day)[0].ask(query, answer=answer, lang=lang, **(parameters or {}))
        names, rows = found.table()
        return {
            **self._version(lang, asOf),
            "columns": list(names),
            "rows": [[None if term is None else term.value for term in row] for row in rows],
        }

    @cached_property
    def health(self) -> dict[str, Any]:
        """Which program and which rules answer."""
        receipt = self.kb.apply([]).receipt
        return {
            "status": "ok",
            "policykb": receipt.version,
            "policy": receipt.policy,
            "rules": f"sha256:{receipt.rules}",
        }

    def _answer(
        self, body: bytes | Reading, asOf: date | None = None, record: str | None = None, **flags: Any
    ) -> Answer:
        answer = self.kb.apply(self.read(body), as_of=asOf or self.day, **flags)
        if record is not None:
            refuse_unknown_record(answer, record)
        return answer

    def _head(self, answer: Answer, lang: Lang) -> dict[str, Any]:
        phrases = self._told(answer, lang)
        document = phrases.book.document
        return {
            "document": {
                "number": document.official,
                "title": document.title.get(lang),
                "caveats": [line.text for line in caveats(answer.receipt, phrases)],
            },
            "receipt": receipt_json(answer.receipt, Shown(lang)),
        }


def _posted(body: bytes, reader: Reader) -> Reading:
    try:
        return read_posted(body, reader, name=SENT)
    except InputError as fault:
        # The option that the command line could be given is none of the service's.
        if fault.id != "record-without-type":
            raise
        raise InputError("call-record-without-type", where=fault.where, known=fault.values["known"]) from fault


@dataclass(frozen=True)
class Call:
    """One call: its name, where it is found over HTTP, its parameters, and the form of its answer.

    A call with `sends` takes records; the wording `call-` and its name says what it does. `schema` names the published
    JSON Schema of its answer, where there is one; `tool` is what it is called over MCP, where it is offered there;
    `write` gives the text of the answer, where that is quicker than the answer as dictionaries.
    """

    name: str
    method: Literal["GET", "POST"]
    path: str
    act: Callable[..., dict[str, Any]]
    parameters: tuple[Parameter, ...] = ()
    sends: bool = False
    schema: str | None = None
    tool: str | None = None
    write: Callable[..., str] | None = None

    def text(self, service: Service, given: Mapping[str, Any]) -> str:
        """The answer as JSON, two-space indented, ending in a newline."""
        if self.write is not None:
            return self.write(service, **given)
        return json_text(json.dumps(self.act(service, **given), ensure_ascii=False, indent=2)) + "\n"

    def is_brief(self, given: Mapping[str, Any]) -> bool:
        """Whether all it does is to decide, once."""
        return self.write is not None and not any(given.get(flag.name) for flag in _FLAGS)


_LANG, _DAY, _RECORD = Parameter("lang", "lang"), Parameter("asOf", "date"), Parameter("record", "string")
VERSION = replace(_DAY, about="version")
_FLAGS = tuple(Parameter(name, "boolean") for name in ("readings", "complete", "everything"))
_STRICT = Parameter("strict", "boolean")

CALLS = (
    Call(
        "decide", "POST", "/api/decide", Service.decide, (_LANG, _DAY, *_FLAGS), True, "answer", "decide",
        write=Service.decided,
    ),
    Call("check", "POST", "/api/check", Service.check, (_STRICT,), True, "check"),
    Call("questions", "POST", "/api/questions", Service.questions, (_LANG, _DAY, _RECORD), True, None, "questions"),
    Call("advise", "POST", "/api/advise", Service.advise, (_LANG, _DAY, _RECORD), True, "advice", "advise"),
    Call("explain", "POST", "/api/explain", Service.explain, (_LANG, _DAY), True, None, "explain"),
    Call("clauses", "GET", "/api/clauses", Service.clauses, (_LANG, VERSION), tool="list_clauses"),
    Call("clause", "GET", "/api/clauses/{id}", Service.clause, (Parameter("id", "string", True), _LANG, VERSION)),
    Call(
        "article", "GET", "/api/articles/{number}", Service.article,
        (Parameter("number", "integer", True), _LANG, Parameter("policy", "string"), VERSION),
        tool="get_article",
    ),
    Call("search", "GET", "/api/search", Service.search, (Parameter("q", "string", True), _LANG), tool="search_text"),
)  # fmt: skip
"""Every call that HTTP answers."""

_KINDS = {
    "boolean": "kind-of-call-boolean",
    "integer": "kind-of-call-integer",
    "date": "kind-of-call-date",
    "lang": "kind-of-call-lang",
    "string": "kind-of-call-string",
    "object": "kind-of-call-object",
}
"""What is to be written for a parameter of each kind, in words."""
_TRUTHS = {"true": True, "false": False}


def arguments_of(call: Call, given: Mapping[str, str | bool | int]) -> dict[str, Any]:
    """The arguments of a call, each of its kind.

    Raises:
        CallError: one is not known, is missing, or is not of its kind.
    """
    known = {parameter.name: parameter for parameter in call.parameters}
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name not in known:
            raise CallError("call-unknown-parameter", parameter=name, known=tuple(known))
        found[name] = _value(known[name], value)
    for name, parameter in known.items():
        if parameter.required and name not in found:
            raise CallError("call-missing-parameter", parameter=name)
    return found


def _value(parameter: Parameter, value: str | bool | int) -> Any:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if parameter.kind == "boolean" and text in _TRUTHS:
        return _TRUTHS[text]
    if parameter.kind == "integer" and re.fullmatch(r"[0-9]{1,9}", text):
        return int(text)
    if parameter.kind == "lang" and text in ("zh", "en"):
        return text
    if parameter.kind == "string" and isinstance(value, str):
        return text
    if parameter.kind == "date" and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise wrong_parameter(parameter.name, parameter.kind, text)


def wrong_parameter(name: str, kind: str, value: object) -> CallError:
    """That a parameter is not of its kind, and what to write."""
    return CallError("call-wrong-parameter", parameter=name, kind=worded(_KINDS[kind]), value=str(value)[:80])
