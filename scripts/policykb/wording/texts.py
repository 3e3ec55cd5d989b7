"""The wordings of answers and faces, in both languages, read from the ontology (`pkb-text:`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import KnowledgeError
from ..model import Lang, Text
from .catalogue import at
from .templates import fill, fill_text

__all__ = ["Wording", "filled"]

FOLDER = "ontology/wordings"
_SHOWN = 80  # characters of a sentence that a message quotes


@dataclass(frozen=True, slots=True)
class Wording:
    """Texts by name; `{placeholders}` in them are filled from keyword arguments, `{count:one|many}` by a count."""

    texts: Mapping[str, Text]

    def text(self, name: str, **values: object) -> Text:
        """A text in both languages; a value that is itself a Text is filled in the same language.

        Raises:
            KnowledgeError: the ontology has no such text.
        """
        found = self._named(name)
        return filled(found, values, f"pkb-text:{name}") if values else found

    def say(self, name: str, lang: Lang, **values: object) -> str:
        """A text in one language.

        Raises:
            KnowledgeError: the ontology has no such text.
        """
        found = self._named(name)
        try:
            return fill(found.get(lang), values, lang) if values else found.get(lang)
        except ValueError as fault:
            raise _broken(f"pkb-text:{name}", found) from fault

    def _named(self, name: str) -> Text:
        found = self.texts.get(name)
        if found is None:
            raise KnowledgeError("missing-wording", where=FOLDER, name=f"pkb-text:{name}")
        return found


def filled(text: Text, values: Mapping[str, object], name: str, where: str = FOLDER) -> Text:
    """A sentence filled in, in both languages.

    Args:
        text: the sentence.
        values: what its placeholders stand for.
        name: what it is the sentence of, and `where` it stands: for the message.

    Raises:
        KnowledgeError: a placeholder is no plain name, has no value, or a brace is not closed.
    """
    try:
        return fill_text(text, values)
    except ValueError as fault:
        raise _broken(name, text, where) from fault


def _broken(name: str, text: Text, where: str = FOLDER) -> KnowledgeError:
    shown = text.zh[:_SHOWN]
    return KnowledgeError("wording-broken", where=at("at-node", file=where, node=name), text=shown)
