"""The core of the browser's engine: those functions of its WebAssembly that deciding calls, found by rehearsal.

Every other function keeps its place and is left as one instruction, `unreachable`. A core that is asked for more than
it has stops with an error and gives no other answer; the page then takes the whole (docs/decisions/0022-core.md).
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from .bundle import run_node

__all__ = ["core_of", "instrumented", "trimmed"]

_CUSTOM, _GLOBALS, _EXPORTS, _CODE = 0, 6, 7, 10
_MAGIC = 8  # bytes of the name and the version of the format
_FLAG = b"\x7f\x01\x41\x00\x0b"  # a variable i32, at first 0
_LEFT_OUT = b"\x00\x00\x0b"  # no locals, unreachable, end


def core_of(wasm: bytes, sources: Path, cache: Path, published: dict[str, bytes], records: str) -> bytes:
    """The engine without the functions that deciding the records did not call, packed with gzip.

    Args:
        wasm: the whole engine.
        sources: the folder of the site's scripts.
        cache: where packages are installed, and where what was found is kept.
        published: the site's data by path, of which the rehearsal takes the rules.
        records: JSON of the records to decide.

    Raises:
        CallError: Node is missing, or the rehearsal failed.
    """
    stage = cache / "rehearsal"
    stage.mkdir(parents=True, exist_ok=True)
    given = {"instrumented.wasm": instrumented(wasm), "records.json": records.encode()}
    given |= {Path(path).name: published[path] for path in ("assets/kb/data.js", "assets/kb/program.js")}
    asked = hashlib.sha256(b"".join([*given.values(), *(path.read_bytes() for path in sorted(sources.glob("*.js")))]))
    called = stage / f"{asked.hexdigest()}.json"
    if not called.is_file():
        for name, data in given.items():
            (stage / name).write_bytes(data)
        called.write_text(run_node(sources / "rehearse.js", cache, str(stage)), encoding="utf-8")
    return gzip.compress(trimmed(wasm, json.loads(called.read_text(encoding="utf-8"))), mtime=0)


def instrumented(wasm: bytes) -> bytes:
    """The module with an exported variable for each function, `called0` and on, which is 1 once it was called."""
    sections = list(_sections(wasm))
    contents = dict(sections)
    first, bodies = _leb(contents[_GLOBALS], 0)[0], _bodies(contents[_CODE])
    names = [f"called{number}".encode() for number in range(len(bodies))]
    flags = [_written(first + number) for number in range(len(bodies))]
    exports = [_written(len(name)) + name + b"\x03" + flag for name, flag in zip(names, flags, strict=True)]

    def marked(body: bytes, flag: bytes) -> bytes:
        count, place = _leb(body, 0)
        for _ in range(count):
            place = _leb(body, place)[1] + 1
        return body[:place] + b"\x41\x01\x24" + flag + body[place:]

    changes: dict[int, Callable[[bytes], bytes]] = {
        _GLOBALS: lambda content: _longer(content, [_FLAG] * len(bodies)),
        _EXPORTS: lambda content: _longer(content, exports),
        _CODE: lambda _: _code(marked(body, flag) for body, flag in zip(bodies, flags, strict=True)),
    }
    return wasm[:_MAGIC] + b"".join(_section(kind, changes.get(kind, bytes)(content)) for kind, content in sections)


def trimmed(wasm: bytes, kept: Iterable[int]) -> bytes:
    """The module with the bodies of these functions alone, by their place in the code, and without custom sections."""
    numbers = set(kept)

    def shorter(content: bytes) -> bytes:
        return _code(body if place in numbers else _LEFT_OUT for place, body in enumerate(_bodies(content)))

    return wasm[:_MAGIC] + b"".join(
        _section(kind, shorter(content) if kind == _CODE else content)
        for kind, content in _sections(wasm)
        if kind != _CUSTOM
    )


def _sections(wasm: bytes) -> Iterator[tuple[int, bytes]]:
    place = _MAGIC
    while place < len(wasm):
        kind = wasm[place]
        length, place = _leb(wasm, place + 1)
        yield kind, wasm[place : place + length]
        place += length


def _bodies(code: bytes) -> list[bytes]:
    count, place = _leb(code, 0)
    found = []
    for _ in range(count):
        length, place = _leb(code, place)
        found.append(code[place : place + length])
        place += length
    return found


def _section(kind: int, content: bytes) -> bytes:
    return bytes([kind]) + _written(len(content)) + content


def _code(bodies: Iterable[bytes]) -> bytes:
    written = [_written(len(body)) + body for body in bodies]
    return _written(len(written)) + b"".join(written)


def _longer(content: bytes, more: list[bytes]) -> bytes:
    count, place = _leb(content, 0)
    return _written(count + len(more)) + content[place:] + b"".join(more)


def _leb(data: bytes, place: int) -> tuple[int, int]:
    """A number as the format writes it, and the place after it."""
    found = shift = 0
    while True:
        byte = data[place]
        place, found, shift = place + 1, found | (byte & 0x7F) << shift, shift + 7
        if byte < 0x80:
            return found, place


def _written(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])
