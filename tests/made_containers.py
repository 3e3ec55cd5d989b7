"""Make OLE containers, in which Office kept its files until 2003 and keeps those with a password, from their streams.

Standard: [MS-CFB], version 3: sectors of 512 bytes, directory entries of 128.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

__all__ = ["container"]

_SECTOR = 512
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_SMALLEST = 4096  # bytes of a stream that lies in sectors of its own


def container(streams: Mapping[str, bytes]) -> bytes:
    """A container of the given streams.

    Args:
        streams: the name and the bytes of each, at most three.
    """
    padded = {name: data.ljust(_SMALLEST, b"\0") for name, data in streams.items()}
    sectors, chain = [b"", b""], [_FAT, _END]
    entries = [_entry("Root Entry", 5, child=1 if padded else _NONE)]
    for number, (name, data) in enumerate(padded.items(), start=1):
        start = len(sectors)
        pieces = [data[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(data), _SECTOR)]
        sectors += pieces
        chain += [*range(start + 1, start + len(pieces)), _END]
        entries.append(
            _entry(name, 2, start=start, size=len(data), right=number + 1 if number < len(padded) else _NONE)
        )
    sectors[0] = struct.pack(f"<{len(chain)}L", *chain).ljust(_SECTOR, b"\xff")
    sectors[1] = b"".join(entries).ljust(_SECTOR, b"\0")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<9L", 0, 1, 1, 0, _SMALLEST, _END, 0, _END, 0) + struct.pack("<109L", 0, *[_FREE] * 108)
    return head + b"".join(sectors)


def _entry(name: str, kind: int, *, start: int = 0, size: int = 0, right: int = _NONE, child: int = _NONE) -> bytes:
    written = (name + "\0").encode("utf-16-le")
    head = written.ljust(64, b"\0") + struct.pack("<HBB3L", len(written), kind, 1, _NONE, right, child)
    return head + bytes(36) + struct.pack("<LQ", start, size)
