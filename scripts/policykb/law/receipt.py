"""What an answer rests on, so that it can be repeated: checksums, versions, and what the call said."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from ..errors import CallError
from ..patterns import regex
from .fingerprint import SHA256, Fingerprint, sha256

__all__ = ["Input", "Json", "Receipt", "Shown", "call_hash", "read_receipt", "receipt_json", "receipt_text"]

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
PERIOD_END = "period end"
_MOST_VERSIONS = 100
_HASH = regex(r"[0-9a-f]{64}")
_PLAIN = regex(r"[\w./:=-]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Input:
    """A file of records: its name as the call gave it, and the SHA-256 of its bytes."""

    name: str
    hash: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an answer rests on.

    `rules` is the checksum of all that decides and `parts` those of its parts; `overlays` names what was applied, in
    the order of its checksums; `records` is the checksum of the values as read; `options` are the words of the call
    that change the answer, such as `complete` and `type=EnterpriseYear`; `versions` has those of the program, of Python
    and of the libraries; `answer` is the checksum of what was decided, in whatever language and format it is written.
    Receipts are equal where they rest on the same, whatever files it was read from.
    """

    rules: str
    records: str
    as_of: date | None
    overlays: tuple[str, ...]
    options: tuple[str, ...] = ()
    engine: str = ""
    policy: str = ""
    parts: Fingerprint = field(default_factory=lambda: Fingerprint("", "", ""))
    inputs: tuple[Input, ...] = field(default=(), compare=False)
    versions: Mapping[str, str] = field(default_factory=dict)
    answer: str = ""

    @property
    def version(self) -> str:
        """The version of the program."""
        return self.versions.get("policykb", "")


@dataclass(frozen=True, slots=True)
class Shown:
    """How an answer is written: in which language, and whether with every criterion."""

    lang: str
    explain: bool = False


def call_hash(receipt: Receipt, shown: Shown | None) -> str:
    """The checksum of what the call said: day, policy document, overlays, options, language."""
    said: list[Json] = [_day(receipt), receipt.policy, list(receipt.overlays), list(receipt.options)]
    return sha256(_compact([*said, _shown(shown)]).encode())


def receipt_json(receipt: Receipt, shown: Shown | None = None) -> dict[str, Json]:
    """A receipt as plain lists and dictionaries.

    Args:
        receipt: what the answer rests on.
        shown: how the answer is written, where the form depends on it.
    """
    parts = receipt.parts
    found: dict[str, Json] = {
        "policykb": receipt.version,
        "engine": receipt.engine,
        "policy": receipt.policy,
        "rules": SHA256 + receipt.rules,
        "parts": {
            "rules": SHA256 + parts.rules,
            "queries": SHA256 + parts.queries,
            "source": SHA256 + parts.source,
            "overlays": [SHA256 + one for one in parts.overlays],
        },
        "records": SHA256 + receipt.records,
        "inputs": [{"file": one.name, "hash": SHA256 + one.hash} for one in receipt.inputs],
        "asOf": _day(receipt),
        "overlays": list(receipt.overlays),
        "options": list(receipt.options),
    }
    if shown is not None:
        found["shown"] = _shown(shown)
    found |= {"call": SHA256 + call_hash(receipt, shown), "answer": SHA256 + receipt.answer}
    # Last, so that the end of every text says whose it is.
    return found | {"versions": dict(receipt.versions)}


def receipt_text(receipt: Receipt, shown: Shown | None = None) -> str:
    """The same as one word of plain letters: no format breaks it, escapes more than its quotes, or runs it."""
    return _compact(receipt_json(receipt, shown))


def read_receipt(stated: Json) -> tuple[Receipt, Shown | None, str]:
    """A receipt from its JSON: itself, how its answer is written, and the checksum of the call that it states.

    Raises:
        CallError: an entry is missing or of another kind.
    """
    entry = _Entry("receipt", stated)
    if len(entry.at("versions").table()) > _MOST_VERSIONS:
        raise entry.at("versions").wrong()
    versions = {name: entry.at("versions").at(name).text() for name in entry.at("versions").table()}
    parts, day = entry.at("parts"), entry.at("asOf").text()
    shown = None
    if "shown" in entry.table():
        shown = Shown(entry.at("shown").at("lang").text(), entry.at("shown").at("explain").flag())
    if len(entry.at("overlays").members()) != len(parts.at("overlays").members()):
        raise entry.at("overlays").wrong()
    receipt = Receipt(
        rules=entry.at("rules").hash(),
        records=entry.at("records").hash(),
        as_of=None if day == PERIOD_END else entry.at("asOf").day(),
        overlays=tuple(one.text() for one in entry.at("overlays").members()),
        options=tuple(one.text() for one in entry.at("options").members()),
        engine=entry.at("engine").text(),
        policy=entry.at("policy").text(),
        parts=Fingerprint(
            parts.at("rules").hash(),
            parts.at("queries").hash(),
            parts.at("source").hash(),
            tuple(one.hash() for one in parts.at("overlays").members()),
        ),
        inputs=tuple(Input(one.at("file").text(), one.at("hash").hash()) for one in entry.at("inputs").members()),
        versions=versions,
        answer=entry.at("answer").hash(),
    )
    return receipt, shown, entry.at("call").hash()


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of a receipt, with its path."""

    path: str
    value: Json

    def table(self) -> dict[str, Json]:
        if not isinstance(self.value, dict):
            raise self.wrong()
        return self.value

    def at(self, name: str) -> _Entry:
        found = self.table()
        path = f"{self.path}.{name}"
        if name not in found:
            raise _Entry(path, None).wrong()
        return _Entry(path, found[name])

    def members(self) -> list[_Entry]:
        if not isinstance(self.value, list):
            raise self.wrong()
        return [_Entry(f"{self.path}[{number}]", one) for number, one in enumerate(self.value)]

    def text(self) -> str:
        if not isinstance(self.value, str):
            raise self.wrong()
        return self.value

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.wrong()
        return self.value

    def hash(self) -> str:
        digits = self.text().removeprefix(SHA256)
        if not self.text().startswith(SHA256) or not _HASH.fullmatch(digits):
            raise self.wrong()
        return digits

    def day(self) -> date:
        try:
            return date.fromisoformat(self.text())
        except ValueError:
            raise self.wrong() from None

    def wrong(self) -> CallError:
        return CallError("receipt-entry", entry=self.path)


def _day(receipt: Receipt) -> str:
    return receipt.as_of.isoformat() if receipt.as_of else PERIOD_END


def _shown(shown: Shown | None) -> dict[str, Json]:
    return {} if shown is None else {"lang": shown.lang, "explain": shown.explain}


def _compact(value: Json) -> str:
    r"""JSON in ASCII without blanks, in whose texts only letters, digits and `-./:=` stand as they are."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    # Between the texts stand only signs of JSON; a text is looked for whole, its escapes with it.
    return re.sub(r'"(?:[^"\\]|\\.)*"', lambda found: _plain(found[0]), text)


def _plain(quoted: str) -> str:
    text: str = json.loads(quoted)
    return '"' + "".join(one if _PLAIN.fullmatch(one) else _escaped(one) for one in text) + '"'


def _escaped(char: str) -> str:
    return f"\\u{ord(char):04x}" if char.isascii() else json.dumps(char)[1:-1]
