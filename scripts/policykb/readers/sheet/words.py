"""The words by which the parts of a sheet are recognised, in the form in which they are compared."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ...model import Vocabulary
from ...patterns import regex
from ..words import normal

__all__ = ["MAY_BE_MONTHS", "SheetWords", "read_sheet_words"]

_TO, _YEAR, _OF_MONTH = r"\s*[-—~～至到]\s*", r"(?:(?:19|20)[0-9]{2}\s*年)?\s*", r"\s*月\s*(?:[0-9]{1,2}\s*日)?"
_NUMERAL = "[一二三四五六七八九十]"
_MONTHS = "|".join(
    (
        rf"(?<![0-9])(?!0?1\s*月?{_TO}12\s*月)[0-9]{{1,2}}\s*月?{_TO}[0-9]{{1,2}}\s*月",
        r"(?<![0-9])(?:[1-9]|1[01])月份(?![0-9])",
        # 2020年1月至2020年10月, 2019年7月1日至2020年6月30日
        rf"(?<![0-9])(?!0?1\s*月)[0-9]{{1,2}}{_OF_MONTH}{_TO}{_YEAR}[0-9]{{1,2}}\s*月",
        rf"(?<![0-9])0?1{_OF_MONTH}{_TO}{_YEAR}(?!12\s*月)[0-9]{{1,2}}\s*月",
        # 前11个月, 一至十一月
        r"[前头]\s*(?:1[01]|[1-9]|十?[一二三四五六七八九]|十)\s*个月",
        rf"(?!一月?{_TO}十二月){_NUMERAL}{{1,2}}月?{_TO}{_NUMERAL}{{1,2}}月",
        rf"截[至止]{_YEAR}(?!12\s*月)[0-9]{{1,2}}\s*月",
        # 2020.1-11, 20200101-20201031, Q3
        rf"(?:19|20)[0-9]{{2}}[./年]\s*0?1{_TO}(?:[2-9]|1[01])(?![0-9./-])",
        rf"(?:19|20)[0-9]{{2}}0101{_TO}(?:19|20)[0-9]{{2}}(?!1231)[0-9]{{4}}(?![0-9])",
        r"(?<![a-z0-9])[qh][1-4](?![a-z0-9])",
        # 2020-01至2020-11, 2020年1月-2020年11月, 11月外贸, Jan-Nov
        rf"(?:19|20)[0-9]{{2}}[-./年]\s*0?1\s*月?{_TO}(?:19|20)[0-9]{{2}}[-./年]\s*(?:0?[2-9]|1[01])(?![0-9])",
        r"(?<![0-9年./-])(?:[1-9]|1[01])月(?=[^0-9份日至到~—\s-]|\s*$)",
        # 2020年11月外贸企业情况表, and no day on which something was signed, issued or updated
        r"^\W*(?:19|20)[0-9]{2}年(?:0?[1-9]|1[01])月(?=[^0-9份日至到~—\s\W-])",
        r"jan[a-z]*\.?\s*(?:[-–—~]|to)\s*(?:feb|mar|apr|may|jun|jul|aug|sep|oct|nov)",
        # what is meant, and not what was
        r"(?:计划|目标|任务)\s*(?:$|[(（])",
    )
)
"""Months of a year that are not all of it."""
_OF_ONE_MONTH = r"\s*[:：]?\s*(?:19|20)[0-9]{2}\s*[年./-]\s*(?:0?[1-9]|1[01])(?:\s*月)?(?!\s*[0-9月日./—~～至到-])"
_A_FIGURE = r"-?(?:[0-9][0-9,.]*\s*(?:[万亿元%㎡人]|美元|平方|[,。;)、]|$)|[一二三四五六七八九十百千两]+[万亿元])"
"""A figure that ends with a unit, or a clause; an address goes on."""
MAY_BE_MONTHS = r"月|(?:19|20)[0-9]{2}|[qh][1-4]|jan|计划|目标|任务"
"""What every text has in it that names such months, for those who look at many texts before they read one."""


@dataclass(frozen=True, slots=True)
class SheetWords:
    """Lists of words, each in its normal form and the longer ones first; see `ontology/facts.ttl` for what they say."""

    this_year: tuple[str, ...]
    prior_year: tuple[str, ...]
    derived: tuple[str, ...]
    whole: frozenset[str]
    group: tuple[str, ...]
    changing: tuple[str, ...]
    remark: frozenset[str]
    period_note: tuple[str, ...]
    unit_of: tuple[str, ...]
    unit_beside: tuple[str, ...]
    onward: tuple[str, ...]
    not_stated: tuple[str, ...]
    stands_for: tuple[str, ...]
    others: tuple[str, ...]
    around_unit: re.Pattern[str]
    currency: frozenset[str]
    currency_unit: frozenset[str]
    part_of_year: re.Pattern[str]
    part_column: frozenset[str]
    measure: frozenset[str]
    body: tuple[str, ...]
    caption: re.Pattern[str]
    running: frozenset[str]
    sheet_name: tuple[str, ...]
    own_sheet: frozenset[str]
    whether: tuple[str, ...]
    negation: tuple[str, ...]
    of_figures: re.Pattern[str]
    remarks: frozenset[str]
    not_whole: re.Pattern[str]
    parts: re.Pattern[str]
    corrected: re.Pattern[str]
    disputed: re.Pattern[str]

    def is_derived(self, text: str) -> bool:
        """Whether a header names a figure worked out from an item, and not the item: 同比, 占比."""
        return _has(normal(text), self.derived)

    def is_remarks(self, title: str) -> bool:
        """Whether a title is that of a column of remarks: 备注, 情况说明, 备注2."""
        plain = normal(title).rstrip("0123456789")
        return plain in self.remarks or plain.endswith(tuple(word for word in self.remarks if len(word) > 1))

    def is_onward(self, title: str) -> bool:
        """Whether a title says that the columns after it are counted in its unit as well: （万元，下同）."""
        plain = normal(title)
        return any(word in plain for word in self.onward)

    def is_changing(self, text: str) -> bool:
        """Whether words of a header say that its figures may be others than the actual ones of the whole year."""
        plain = normal(text)
        return plain not in self.period_note and _has(plain, self.changing)


def read_sheet_words(vocabulary: Vocabulary) -> SheetWords:
    """The words of a vocabulary."""

    def listed(name: str) -> tuple[str, ...]:
        words = {normal(word) for word in vocabulary.aliases.get(("words", name), ())}
        return tuple(sorted(words, key=lambda word: (-len(word), word)))

    caption = "|".join(re.escape(word) for word in listed("caption")) or r"(?!)"
    part = "|".join(re.escape(word) for word in listed("part-of-year")) or r"(?!)"
    reported = "|".join(map(_alone, listed("reported"))) or r"(?!)"
    return SheetWords(
        this_year=listed("this-year"),
        prior_year=listed("prior-year"),
        derived=listed("derived"),
        whole=frozenset(listed("whole")),
        group=listed("group"),
        changing=listed("changing"),
        remark=frozenset(listed("remark")),
        period_note=listed("period-note"),
        unit_of=listed("unit-of"),
        unit_beside=tuple(sorted((*listed("unit-beside"), *listed("onward")), key=lambda word: (-len(word), word))),
        onward=listed("onward"),
        not_stated=listed("not-stated"),
        stands_for=listed("stands-for"),
        others=listed("others"),
        around_unit=regex("|".join(_alone(word) for word in (*listed("unit-of"), *listed("unit-beside"))) or r"(?!)"),
        currency=frozenset(listed("currency")),
        currency_unit=frozenset(listed("currency-unit")),
        part_column=frozenset(listed("part-column")),
        part_of_year=regex(rf"{part}|{_MONTHS}|(?:{reported}){_OF_ONE_MONTH}", re.IGNORECASE),
        measure=frozenset(listed("measure")),
        body=listed("body"),
        caption=regex(rf"[(\[]?({caption})[一二三四五六七八九十0-9]+"),
        running=frozenset(listed("running")),
        sheet_name=listed("sheet-name"),
        own_sheet=frozenset(listed("own-sheet")),
        whether=listed("whether"),
        negation=listed("negation"),
        of_figures=_any_of(listed("of-figures")),
        remarks=frozenset(listed("remarks")),
        not_whole=_any_of(listed("not-whole")),
        parts=_any_of(listed("parts")),
        corrected=regex(rf"(?:{_any_of(listed('corrected')).pattern})\s*[:：]?\s*{_A_FIGURE}"),
        disputed=_any_of(listed("disputed")),
    )


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return regex("|".join(map(_alone, words)) or r"(?!)")


def _alone(word: str) -> str:
    """A pattern of a word; one in Latin letters stands by itself."""
    return rf"(?i:(?<![a-z]){re.escape(word)}(?![a-z]))" if word.isascii() else re.escape(word)


def _has(text: str, words: Iterable[str]) -> bool:
    """Whether one of some words stands in a text; words in Latin letters only as words of their own."""
    return any(word in text if not word.isascii() else re.search(_alone(word), text) for word in words)
