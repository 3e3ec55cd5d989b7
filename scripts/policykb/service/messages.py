"""What a client of MCP sends as it wrote it: the lines of standard input, and the arguments of a call, digit by digit.

The library behind the protocol makes binary numbers of all numbers, and keeps the last of keys that are named twice.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from decimal import Decimal
from typing import Any

from ..errors import PolicykbError
from ..readers.json_records import JsonObject, Number, parse_json

__all__ = ["LARGEST", "WRITTEN", "Lines", "arguments_in", "plain", "with_arguments", "written"]

WRITTEN = "policykb/arguments"
"""The key of `_meta` under which `with_arguments` puts them."""
LARGEST = 2**24
"""Bytes of the longest line that is looked at."""
_CALL = "tools/call"
_BLOCK = 2**16


class Lines:
    """The lines of an open file as they come, with the arguments of calls as written; no thread waits for them.

    A thread that reads cannot be stopped before a line comes, so that the program would not end when it is told to.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    async def __aiter__(self) -> AsyncIterator[str | None]:
        """Each line; None for one that is too long, of which no more is kept."""
        parts: list[bytes] = []
        size = 0
        while block := await self._block():
            *ends, rest = block.split(b"\n")
            for end in ends:
                yield with_arguments(b"".join([*parts, end])) if size + len(end) <= LARGEST else None
                parts, size = [], 0
            size += len(rest)
            parts = [*parts, rest] if size <= LARGEST else []
        if size > LARGEST:
            yield None
        elif last := b"".join(parts).strip():
            yield with_arguments(last)

    async def _block(self) -> bytes:
        """What there is, when there is something; nothing at the end."""
        loop = asyncio.get_running_loop()
        ready = loop.create_future()
        with suppress(PermissionError):  # an ordinary file, which is always ready
            loop.add_reader(self._descriptor, ready.cancel)
            try:
                await asyncio.wait((ready,))
            finally:
                loop.remove_reader(self._descriptor)
        return os.read(self._descriptor, _BLOCK)


def with_arguments(line: bytes) -> str:
    """A message as text; one that calls a tool has the text of its arguments beside them."""
    content = _call_in(line)
    if content is None or (isinstance(content.get("id"), Number) and isinstance(plain(content["id"]), str)):
        # Half a character is no JSON, and is refused as that; so is a number as an id that no program has.
        return line.decode("utf-8", "surrogateescape")
    message, params = plain(content), content["params"]  # such a number among the arguments stays a text
    meta = message["params"].get("_meta")
    more = {WRITTEN: written(params["arguments"])}
    message["params"]["_meta"] = {**meta, **more} if isinstance(meta, dict) else more
    return json.dumps(message)


def arguments_in(message: bytes) -> str | None:
    """The arguments of a message that calls a tool, as they are written; None where it is no such message."""
    content = _call_in(message)
    return None if content is None else written(content["params"]["arguments"])


def _call_in(message: bytes) -> JsonObject | None:
    """A message that calls a tool, its numbers and keys as written; its name may be written with escapes."""
    if _CALL.encode() not in message and b"\\" not in message:
        return None
    with suppress(PolicykbError, RecursionError):
        content = parse_json(message, "")
        if isinstance(content, JsonObject) and content.get("method") == _CALL:
            params = content.get("params")
            if isinstance(params, JsonObject) and isinstance(params.get("arguments"), JsonObject):
                return content
    return None


def written(value: Any) -> str:
    """JSON that was read with its digits and its repeated keys, as text again."""
    if isinstance(value, Number):
        return value
    if isinstance(value, JsonObject):
        pairs = [*value.items(), *((key, value[key]) for key in value.repeated)]
        return "{" + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {written(one)}" for key, one in pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def plain(value: Any) -> Any:
    """The same as what a program has; a number that none of its own can hold stays a text."""
    if isinstance(value, Number):
        return _number(value)
    if isinstance(value, JsonObject):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def _number(text: Number) -> int | float | str:
    with suppress(ValueError, ArithmeticError):
        number = int(text) if text.lstrip("-").isdigit() else float(text)
        if Decimal(repr(number)) == Decimal(text) and Decimal(text).is_finite():
            return number
    return str(text)
