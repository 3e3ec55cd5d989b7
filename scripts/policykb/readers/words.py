"""Compare written words: full-width and half-width, spaces, case, and the nearest known word."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..patterns import regex

__all__ = [
    "BLANKS",
    "BULLETS",
    "HALF_WIDTH",
    "JOINTS",
    "LONGEST_NAME",
    "LOWERED",
    "MARKS",
    "OTHERS",
    "RAISED",
    "half_width",
    "nearest",
    "normal",
    "parts_of_name",
    "said",
    "simplified",
]

NEAR = 80  # of 100: 进出口总额 and 上年进出口总额 are near, 备注 and 序号 are not
SHORTEST_NEAR = 3
LONGEST_NAME = 200  # characters: no name is as long
HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",  # ideographic space
    0x00A0: " ",
    0x2212: "-",  # minus sign
    0xFFE5: "¥",
    0x3010: "[",
    0x3011: "]",
}
"""What each full-width letter, digit or sign is read as."""
_RAISED, _LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"
RAISED, LOWERED = (str.maketrans("0123456789", digits) for digits in (_RAISED, _LOWERED))
"""Digits as they are written above and below the line."""
BULLETS = "*☆★※#△▲●○◎■□"
"""Marks of notes that stand before a word or behind it."""
MARKS = BULLETS + "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇❶❷❸❹❺❻❼❽❾❿" + _RAISED
"""All marks of notes; circled and raised numbers stand behind."""
JOINTS = regex(r"[\s_\-*:]+")
BLANKS = regex(r"\s+(?=[^\x00-\x7f])|(?<=[^\x00-\x7f])\s+")
_BRACKETED = regex(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|〔[^〕]*〕|《|》|“|”")
_DATED = regex(r"(?<![0-9])(19|20)[0-9]{2}([-./]?[0-9]{1,2}([-./]?[0-9]{1,2})?)?年?度?(?![0-9])|[0-9]{5,}")
_MONTHS = regex(r"[0-9]{1,2}(\s*[-—~至]\s*[0-9]{1,2})?\s*月份?([0-9]{1,2}日)?")
_BETWEEN = regex(r"[\s_\-—–~.,、;:+#]+")
_INVISIBLE = regex("[\u200b-\u200f\u2060\ufeff]")


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as half-width ones, outer blanks and invisible marks removed.

    Not NFKC: that would read 5² as 52 and ① as 1.
    """
    if text.isascii():
        return text.strip()
    return _INVISIBLE.sub("", text).translate(HALF_WIDTH).strip()


@lru_cache(maxsize=64)
def _normal_forms(choices: tuple[str, ...]) -> list[str]:
    """The forms of the names that words are held against: the same ones again and again."""
    return [normal(name) for name in choices]


@lru_cache(maxsize=4096)
def normal(text: str) -> str:
    """The form in which names are compared: half-width, lower case, without blanks, hyphens, stars and colons."""
    return JOINTS.sub("", unicodedata.normalize("NFKC", simplified(half_width(text)))).casefold()


_TRADITIONAL = (
    "萬億單額總進幣計頃畝佰仟圓貨價與業兩個箇爲為舉樂鄉於產倉優會傳體餘脩儲剋兌關內寫軍農況準減幾齣擊劃創"
    "刪別彆製辦務動勵區醫韆協佔衛廠歷曆縣參蔘發髮變臺檯颱號閤衕後嚮曏噸員團糰園國處備復複覆獎娛學牠實審傢"
    "對導侷屬蓆並併莊應廢開張當噹錄彔徑戶戸纔釦摺報擬擇據攤數無時顯暫術朮機條來構棗標樣覈檢氣匯彙沒註測濟"
    "漁滿點熱環電蓋礦碼確俬種積稱稅筆築籤簽簡類係繫納組細織終經結統續綜編網職聯範薦獲穫營補錶見規覽認議記"
    "設評試話該詳說請讀調負責賬質購貿費賃資轉軟載較輛輸過運這連適選郵採寀裏裡銀鏈鍊銷鎮長門間隊際麪頁頂項"
    "預領飲驗齊"
)
_USUAL = (
    "万亿单额总进币计顷亩百千元货价与业两个个为为举乐乡于产仓优会传体余修储克兑关内写军农况准减几出击划创"
    "删别别制办务动励区医千协占卫厂历历县参参发发变台台台号合同后向向吨员团团园国处备复复复奖娱学它实审家"
    "对导局属席并并庄应废开张当当录录径户户才扣折报拟择据摊数无时显暂术术机条来构枣标样核检气汇汇没注测济"
    "渔满点热环电盖矿码确私种积称税笔筑签签简类系系纳组细织终经结统续综编网职联范荐获获营补表见规览认议记"
    "设评试话该详说请读调负责账质购贸费赁资转软载较辆输过运这连适选邮采采里里银链链销镇长门间队际面页顶项"
    "预领饮验齐"
)
"""The letters of known names as they are written elsewhere, or as on a cheque, and as they are usually written."""
_SIMPLIFIED = str.maketrans(_TRADITIONAL, _USUAL)
OTHERS: dict[str, str] = {"σ": "ςϲϹ"} | {
    usual: "".join(other for other, one in zip(_TRADITIONAL, _USUAL, strict=True) if one == usual) for usual in _USUAL
}
"""Letters that are compared as another one, beside what Unicode takes as compatible."""


def simplified(text: str) -> str:
    """Traditional letters, and those of a cheque, as they are usually written: 企業, 萬元, 仟元."""
    return text if text.isascii() else text.translate(_SIMPLIFIED)


def said(text: str) -> str:
    """The form in which a value is compared with known words: half-width, lower case, 是 with blanks around or in it.

    Of values nothing else may be left out as of names: -1 is not 1, and n-o is not no.
    """
    return " ".join(BLANKS.sub("", half_width(text)).split()).casefold()


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` nearly matches, or None. Both sides are compared in their `normal` form."""
    if len(word) > LONGEST_NAME:
        return None
    wanted = normal(word)
    if len(wanted) < SHORTEST_NEAR:
        return None
    from rapidfuzz import fuzz, process  # most files have only names that are known

    choices = tuple(known)
    forms = _normal_forms(choices)
    found = process.extractOne(wanted, forms, scorer=fuzz.ratio, score_cutoff=NEAR)
    if found is not None:
        return choices[found[2]]
    # 2020年进出口总额: a known name behind a prefix.
    ends = [
        name for name, form in zip(choices, forms, strict=True) if len(form) > SHORTEST_NEAR and wanted.endswith(form)
    ]
    return max(ends, key=len, default=None)


def parts_of_name(name: str, beside: Iterable[str]) -> Iterator[str]:
    """What the name of a file or sheet may mean, in normal form: without years, brackets and counters, part by part.

    Args:
        name: the name.
        beside: words that may stand before or behind what it means, in normal form.
    """
    words = tuple(beside)
    text = _MONTHS.sub(" ", _DATED.sub(" ", _BRACKETED.sub(" ", half_width(name))))
    pieces = [piece for piece in _BETWEEN.split(text) if piece]
    for piece in ("".join(pieces), *pieces):
        part, before = normal(piece), ""
        while part and part != before:
            yield part
            before = part
            ends = [part.removesuffix(word) for word in words]
            starts = [part.removeprefix(word).lstrip("0123456789") for word in words if part.startswith(word)]
            part = min((*ends, *starts, part.strip("0123456789")), key=len, default=part)
