"""Write HTML safely: everything that comes from data is escaped."""

from __future__ import annotations

import html

__all__ = ["Html", "escape", "tag"]


class Html(str):
    """Text that is markup already and is not escaped again; markup joined with text escapes the text."""

    __slots__ = ()

    def __add__(self, other: str) -> Html:
        return Html(f"{self}{escape(other)}")


def escape(text: str) -> Html:
    """Text as HTML; markup stays as it is."""
    return text if isinstance(text, Html) else Html(html.escape(text, quote=True))


def tag(name: str, *children: str, **attributes: str | None) -> Html:
    """An element. A trailing underscore and inner ones of attribute names become hyphens (`class_`, `aria_label`)."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(value, quote=True)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{written}>{''.join(escape(child) for child in children)}</{name}>")
