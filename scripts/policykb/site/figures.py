"""Words that the search of the site must not cut."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .content import Content

__all__ = ["search_words"]


def search_words(content: Content) -> set[str]:
    """Words that the search must not cut: names that the text puts in quotation marks, and listed terms."""
    listed = content.phrases("zh").say("site-search-words").split()
    return {*listed, *re.findall(r"“([^”\s]{2,8})”", content.kb.book.document.text)}
