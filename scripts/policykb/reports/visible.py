"""Text from data as it may be shown: characters that would steer a terminal or a page are made visible instead."""

from __future__ import annotations

import re

__all__ = ["visible"]

_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_PICTURES = 0x2400
"""Where Unicode has a picture for each control character: ␛ for the escape."""


def visible(text: str) -> str:
    """The text with control characters as pictures, and marks of direction and broken characters as �."""
    return _STEERING.sub(_picture, text)


def _picture(found: re.Match[str]) -> str:
    code = ord(found.group())
    return chr(_PICTURES + code) if code < 0x20 else "␡" if code == 0x7F else "�"
