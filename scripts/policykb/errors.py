"""What can go wrong for a user, each with its place and its mend.

PolicykbError
 ├─ KnowledgeError   the knowledge base itself (a Turtle file, a shape, an overlay)
 │   └─ OverlayConflict  two readings of the same words at once
 ├─ InputError       a file of records that cannot be used at all
 └─ CallError        the call: an unknown clause, overlay, option or format

A wrong value inside a usable file is no exception but a `model.Finding`.
"""

from __future__ import annotations

__all__ = ["CallError", "InputError", "KnowledgeError", "OverlayConflict", "PolicykbError"]


class PolicykbError(Exception):
    """One clear message: where it happened, what is wrong, what to do next.

    Args:
        what: the fault, in one sentence.
        where: file, sheet, row, column or line, as a reader would look it up; empty if there is none.
        mend: what to do next; empty where nothing can be advised.
    """

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.mend = mend

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}\n  {self.mend}" if self.mend else head


class KnowledgeError(PolicykbError):
    """The knowledge base cannot be used: broken Turtle, an unsupported constraint, an unknown resource."""


class OverlayConflict(KnowledgeError):
    """Two overlays read the same resource in different ways; which one was meant cannot be guessed."""


class InputError(PolicykbError):
    """A file of records cannot be used: missing, broken, empty, or of no recognisable kind."""


class CallError(PolicykbError):
    """The call names something that does not exist or asks for the impossible."""
