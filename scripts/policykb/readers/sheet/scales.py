"""Find the columns whose scale a sheet leaves open: those that name no unit, or a currency, beside others that do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ...model import RecordType, UnitForm
from ...patterns import regex
from ..column import Column
from ..words import half_width, normal
from .titles import take_loosely
from .units import Lines

if TYPE_CHECKING:
    from ..headers import Names

__all__ = [
    "doubt_around",
    "is_disputed",
    "is_of_a_part",
    "is_of_another_year",
    "is_yearly",
    "part_of_year_in",
    "remark_on_year",
    "says_of_figures",
    "with_open_scales",
    "with_whole_years",
    "years_in",
]

_CLAUSES = regex(r"[。;；\n()（）\[\]【】]|(?<![0-9])[0-9]{1,2}[.、](?![0-9])")
_MONTH = regex(r"[0-9]{1,2}月份?")
_OF_YEAR = regex(r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])(?:年度?)?")
_FIGURES = regex(r"[数额]|figure|data")
_SAYS_SO = regex(r"[为系是均按]|以上|上述")
_YEAR = regex(r"(?<![0-9\[〔])((?:19|20)[0-9]{2})\s*年(?!\s*[0-9]{1,2}\s*月|\s*第)")


def with_open_scales(columns: Sequence[Column], lines: Lines, names: Names) -> tuple[Column, ...]:
    """The columns, with a fault of those of which the sheet does not show in what they are counted.

    Args:
        columns: the columns of a table.
        lines: what stands around it about units.
        names: the known names.
    """
    known = names.vocabulary.facts
    shown: dict[str, tuple[Column, UnitForm]] = {}
    for column in columns:
        for unit in _units_of(column, names):
            if unit.factor != 1:
                shown.setdefault(unit.unit, (column, unit))
    found = []
    for column in columns:
        counted = [known[fact] for fact in column.facts if known[fact].adds_up and known[fact].unit]
        if not counted or column.fault:
            found.append(column)
            continue
        counts = counted[0].unit or ""
        other = shown.get(counts)
        if column.unit is None and other is not None and not lines:
            usual = names.vocabulary.units[counts].label.zh
            words = (("other", other[0].title), ("unit", other[1].written), ("suggestion", usual))
            column = replace(column, fault="unit-not-shown", words=words)
        elif column.unit is not None and normal(column.unit.written) in names.words.currency_unit:
            column = _beside_lines(column, column.unit, lines, names)
        found.append(column)
    return tuple(found)


def _units_of(column: Column, names: Names) -> tuple[UnitForm, ...]:
    """The units that a column names, be it known or not."""
    if column.is_recognised:
        return (column.unit,) if column.unit is not None and not column.fault else ()
    return take_loosely(column.title, names.words, names.values.forms).units


def part_of_year_in(texts: Iterable[str], names: Names) -> str | None:
    """What some texts say of less than a year, or of a plan; None where they say nothing of the kind."""
    return next((found[0] for text in texts if (found := names.words.part_of_year.search(half_width(text)))), None)


def remark_on_year(text: str, names: Names) -> str | None:
    """What a remark beside a row says of less than a year, or of a plan: 上半年数, and not 3月份注册."""
    plain = half_width(text)
    found = names.words.part_of_year.search(plain)
    if found is None:
        return None
    beside = names.words.of_figures.sub("", rest := plain[: found.start()] + plain[found.end() :])
    is_month = not rest.strip() and _MONTH.fullmatch(found[0]) is not None
    return None if is_month or any(letter.isalpha() for letter in beside) else found[0]


def is_of_another_year(text: str, period: str | None, names: Names) -> bool:
    """Whether a remark beside a row says that its figures are those of another year: 2019年数据, 上年数.

    Args:
        text: the remark.
        period: the period of the row; None where any year counts.
        names: the known names.
    """
    plain = normal(text)
    if _FIGURES.search(plain) is None:
        return False
    years = _OF_YEAR.findall(plain)
    rest = _OF_YEAR.sub("", plain)
    prior = next((word for word in names.words.prior_year if word in rest), "")
    beside = names.words.of_figures.sub("", rest.replace(prior, "", 1))
    if any(letter.isalnum() for letter in beside):
        return False
    return bool(prior) or (bool(years) and (not period or period[:4] not in years))


def is_of_a_part(text: str, names: Names) -> bool:
    """Whether a remark says of figures that they are but a part, or not final: 仅出口数, 暂估, 以上为出口数."""
    plain, words = half_width(text), names.words
    rest = words.not_whole.sub("", plain)
    bare = words.of_figures.sub("", rest)
    left = words.parts.sub("", bare)
    if rest == plain and (left == bare or not (_FIGURES.search(plain) and _SAYS_SO.search(plain))):
        return False
    return not any(letter.isalnum() for letter in left)


def is_disputed(text: str, names: Names, *, is_alone: bool = False) -> bool:
    """Whether a remark says of figures that they are wrong: 应为60万, 数字有误; a wrong address is none of theirs.

    Args:
        text: the remark.
        names: the known names.
        is_alone: whether it must say nothing else, as where guidance may stand as well: 数字有误的请更正.
    """
    # Words of Latin letters are known without their blanks.
    plain, words = "".join(half_width(text).casefold().split()), names.words
    if words.corrected.search(plain) is not None:
        return True
    rest = words.disputed.sub("", plain)
    if rest == plain:
        return False
    is_bare = not any(letter.isalnum() for letter in words.of_figures.sub("", rest))
    return is_bare or (not is_alone and _FIGURES.search(plain) is not None)


def doubt_around(
    texts: Iterable[str], kind: RecordType | None, names: Names, period: str | None = None
) -> tuple[str, str] | None:
    """The rule by which texts around a table leave its figures in doubt, with the words that do; None where none does.

    Args:
        texts: titles, remarks, and the names of the sheet and the file.
        kind: the record type of the table, where it has one.
        names: the known names.
        period: the period of a record, where a remark on another year is about it.
    """
    whole, yearly = tuple(texts), is_yearly(kind, names)
    if yearly and (said := part_of_year_in(whole, names)):
        return "title-other-period", said
    for clause in (part.strip() for text in whole for part in _CLAUSES.split(text)):
        if is_of_a_part(clause, names) or normal(clause) in names.values.asides.voids:
            return "title-not-whole", clause
        # What a title says of another year is held against the period of each row: `beside_title`.
        if yearly and (period is not None or not _OF_YEAR.search(clause)) and is_of_another_year(clause, period, names):
            return "title-not-whole", clause
    return None


def says_of_figures(text: str, names: Names) -> bool:
    """Whether a text is all about figures: that they are of less than a year, a part, or another year."""
    doubtful = remark_on_year(text, names) is not None or is_of_another_year(text, None, names)
    return doubtful or is_of_a_part(text, names)


def years_in(texts: Iterable[str], kind: RecordType | None, names: Names) -> frozenset[str]:
    """The years that texts above a table of yearly figures speak of, without a month and in no number of a document."""
    if not is_yearly(kind, names):
        return frozenset()
    return frozenset(year for text in texts for year in _YEAR.findall(half_width(text)))


def is_yearly(kind: RecordType | None, names: Names) -> bool:
    """Whether records of a type state figures of a whole year: some of them have a prior year beside them."""
    known = names.vocabulary.facts
    return kind is None or any(known[fact].prior_of for fact in kind.facts)


def with_whole_years(
    columns: Sequence[Column], titles: Sequence[str], names: Names, kind: RecordType | None
) -> tuple[Column, ...]:
    """The columns, with a fault of figures below a title that speaks of less than a year, of a plan, or of a part.

    Args:
        columns: the columns of a table.
        titles: what stands above it, and the names of the sheet and the file.
        names: the known names.
        kind: the record type of the table, where it has one.
    """
    known = names.vocabulary.facts
    # 年度（1-6月） says it of the table, too.
    beside = (one.title for one in columns if one.known is not None)
    doubt = doubt_around((*titles, *beside), kind, names)
    if doubt is None and is_yearly(kind, names):
        parts = (one.title for one in columns if normal(one.title) in names.words.part_column)
        doubt = next((("title-other-period", title) for title in parts), None)
    if doubt is None:
        return tuple(columns)
    fault, said = doubt
    return tuple(
        replace(column, fault=fault, words=(("remark", said),))
        if not column.fault and any(known[fact].adds_up for fact in column.facts)
        else column
        for column in columns
    )


def _beside_lines(column: Column, unit: UnitForm, lines: Lines, names: Names) -> Column:
    """美元 below a line that says 万元, or one that is not understood: the scale of that line may be meant."""
    if any((form.unit, form.factor) == (unit.unit, unit.factor) for form in lines.units):
        return column
    currencies = names.vocabulary.units
    scaled = [form for form in lines.units if form.factor != 1 and currencies[form.unit].currency]
    if not scaled:
        return replace(column, unit=None) if lines.unclear else column
    factors = {form.factor for form in scaled if form.unit == unit.unit} or {form.factor for form in scaled}
    same = [form for form in names.values.forms.values() if form.unit == unit.unit and form.factor in factors]
    meant = next((form.written for form in same if form.written.endswith(unit.written)), scaled[0].written)
    words = (
        ("lines", "、".join(form.written for form in lines.units)),
        ("unit", unit.written),
        ("scaled", meant),
    )
    return replace(column, fault="unit-beside-line", words=words)
