"""What can go wrong for a user, each with its place and its mend.

PolicykbError
 ├─ KnowledgeError   the knowledge base itself (a Turtle file, a shape, an overlay)
 │   ├─ KnowledgeFaults  several of these, found together
 │   └─ OverlayConflict  two readings of the same words at once
 ├─ InputError       a file of records that cannot be used at all
 └─ CallError        the call: an unknown clause, overlay, option or format

The wordings stand in ontology/wordings/errors.ttl. A wrong value inside a usable file is no exception but a
`model.Finding`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import ParamSpec, Self, TypeVar

from .doors.outgoing import visible
from .model import Lang, Message, Text
from .wording.catalogue import message

__all__ = [
    "CallError",
    "Faults",
    "InputError",
    "KnowledgeError",
    "KnowledgeFaults",
    "OverlayConflict",
    "PolicykbError",
]

P = ParamSpec("P")
T = TypeVar("T")


class PolicykbError(Exception):
    """One clear message: where it happened, what is wrong, what to do next, in Chinese and English.

    Args:
        id: the error in ontology/wordings/errors.ttl, such as `unknown-clause`.
        where: file, sheet, row, column or line, as a reader would look it up; empty if there is none.
        values: what the placeholders of its wording stand for: strings, numbers, a Text, or a list of them.
    """

    def __init__(self, id: str, *, where: str | Text = "", **values: object) -> None:
        super().__init__(id)
        self.id = id
        self.where = where if isinstance(where, Text) else Text(where, where)
        self.values = values

    @cached_property
    def _worded(self) -> Message:
        return message(self.id, self.values)

    @property
    def text(self) -> Text:
        """What is wrong, in one sentence."""
        return self._worded.what

    @property
    def mend(self) -> Text:
        """What to do next."""
        return self._worded.mend

    def at(self, where: str | Text) -> Self:
        """The same error at another place."""
        return type(self)(self.id, where=where, **self.values)

    def say(self, lang: Lang) -> str:
        """The message in one language: place and fault on the first line, the mend on the next."""
        where, what, mend = self.where.get(lang), self.text.get(lang), self.mend.get(lang)
        head = f"{where}{'：' if lang == 'zh' else ': '}{what}" if where else what
        return visible(f"{head}\n  {mend}" if mend else head)

    def __str__(self) -> str:
        zh, en = self.say("zh"), self.say("en")
        return zh if zh == en else f"{zh}\n{en}"


class KnowledgeError(PolicykbError):
    """The knowledge base cannot be used: broken Turtle, an unsupported constraint, an unknown resource."""


class KnowledgeFaults(KnowledgeError):
    """Several faults of the knowledge base, found together and said together.

    Args:
        faults: at least one, in the order in which they are said.
    """

    def __init__(self, faults: Iterable[KnowledgeError]) -> None:
        self.faults = tuple(faults)
        super().__init__("several-faults", where=self.faults[0].where, count=len(self.faults))

    def say(self, lang: Lang) -> str:
        """How many there are, then each with its place and its mend."""
        return "\n".join((self.text.get(lang), *(fault.say(lang) for fault in self.faults)))


class Faults:
    """The faults found so far: the search goes on behind each, so that all are said at once."""

    def __init__(self) -> None:
        self._found: dict[str, KnowledgeError] = {}
        self._about: set[tuple[object, object]] = set()
        self._again: set[str] = set()

    def __len__(self) -> int:
        return len(self._found)

    def add(self, faults: Iterable[KnowledgeError]) -> None:
        """Keep faults, the same one once; one about what was found before counts, and is not said in other words."""
        before = frozenset(self._about)
        for fault in faults:
            about = (fault.values.get("resource", fault.values.get("shape")), fault.values.get("property"))
            if about in before and str(fault) not in self._found:
                self._again.add(str(fault))
            self._found.setdefault(str(fault), fault)
            if all(isinstance(one, str) for one in about):
                self._about.add(about)

    def attempt(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """What a reading gives; None where it ends in a fault, which is kept."""
        with self.held():
            return read(*args, **kwargs)
        return None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the fault that ends the block, and go on behind it."""
        try:
            yield
        except KnowledgeFaults as several:
            self.add(several.faults)
        except KnowledgeError as fault:
            self.add((fault,))

    def refuse(self) -> None:
        """End here where there is a fault.

        Raises:
            KnowledgeError: the one fault, or all of them as `KnowledgeFaults`.
        """
        found = tuple(fault for said, fault in self._found.items() if said not in self._again)
        if len(found) == 1:
            raise found[0]
        if found:
            raise KnowledgeFaults(found)


class OverlayConflict(KnowledgeError):
    """Two overlays read the same resource in different ways; which one was meant cannot be guessed."""


class InputError(PolicykbError):
    """A file of records cannot be used: missing, broken, empty, or of no recognisable kind."""


class CallError(PolicykbError):
    """The call names something that does not exist or asks for the impossible."""
