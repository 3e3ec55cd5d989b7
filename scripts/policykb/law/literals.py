"""Literals that can be read: the lexical form is one of the datatype, and no longer than any number here can be."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyoxigraph as ox

from ..names import RDF, SH, XSD
from ..patterns import regex

__all__ = ["FORMS", "is_held", "is_readable"]

FORMS: dict[object, str] = {
    XSD.boolean: "form-boolean",
    XSD.integer: "form-integer",
    XSD.decimal: "form-decimal",
    XSD.date: "form-date",
    XSD.string: "form-string",
    RDF.langString: "form-text",
    SH.IRI: "form-name",
    SH.BlankNodeOrIRI: "form-name-or-list",
    SH.Literal: "form-literal",
}
"""What a value of a datatype, or of a kind of node, is called in messages."""

_FORMS = {
    XSD.boolean: regex(r"true|false|1|0"),
    XSD.integer: regex(r"[+-]?[0-9]{1,40}"),
    XSD.decimal: regex(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})"),
    XSD.date: regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
}


def is_readable(term: ox.Literal) -> bool:
    """Whether a literal has a value of its datatype; a date is one of the calendar, without a time zone."""
    form = _FORMS.get(term.datatype)
    if form is None:
        return True
    if form.fullmatch(term.value) is None:
        return False
    try:
        return term.datatype != XSD.date or bool(date.fromisoformat(term.value))
    except ValueError:
        return False


def is_held(number: Decimal) -> bool:
    """Whether a number has at most 15 digits before the point and 8 behind it: what every engine holds exactly."""
    return abs(number) < Decimal(10) ** 15 and number == number.quantize(Decimal("1E-8"))
