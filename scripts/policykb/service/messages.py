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

__all__ = ["WRITTEN", "Lines", "arguments_in", "plain", "with_arguments", "written"]

WRITTEN = "policykb/arguments"
"""The key of `_meta` under which `with_arguments` puts them."""
_CALL = "tools/call"
_BLOCK = 2**16


class Lines:
    """The lines of an open file as they come, with the arguments of calls as written; no thread waits for them.

    A thread that reads cannot be stopped before a line comes, so that the program would not end when it is told to.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    async def __aiter__(self) -> AsyncIterator[str]:
        waiting = b""
        while block := await self._block():
            *lines, waiting = (waiting + block).split(b"\n") if b"\n" in block else (waiting + block,)
            for line in lines:
                yield with_arguments(line)
        if waiting.strip():
            yield with_arguments(waiting)

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
    # Half a character is no JSON, and is refused as that.
    text = line.decode("utf-8", "surrogateescape")
    found = arguments_in(line)
    if found is None:
        return text
    message = json.loads(text)
    meta = message["params"].get("_meta")
    message["params"]["_meta"] = {**(meta if isinstance(meta, dict) else {}), WRITTEN: found}
    return json.dumps(message)


def arguments_in(message: bytes) -> str | None:
    """The arguments of a message that calls a tool, as they are written; None where it is no such message."""
    if _CALL.encode() not in message:
        return None
    with suppress(PolicykbError, RecursionError):
        content = parse_json(message, "")
        if isinstance(content, JsonObject) and content.get("method") == _CALL:
            params = content.get("params")
            if isinstance(params, JsonObject) and isinstance(params.get("arguments"), JsonObject):
                return written(params["arguments"])
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
