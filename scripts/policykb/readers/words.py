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
    "華東龍鋼鐵銅鋁錦豐廣達陽雲風紡紙藥飾緯鍛輪橋島魯濰寧榮賓嶺財鳳鴻潤澤瀋漢藍綠紅顏飛馳騏驥駿遠邁鄭鄧陳劉趙孫馬許韓馮蕭"
    "葉蘇呂蔣賈鄒閻羅謝鍾鐘韋譚賴龔嚴顧錢湯黃盧陸樓倫傑偉僑儀兒剛劍勝勞勳啟啓喬圖堅塗場塊墻壯壽夢奧奪奮婦媽寶寬專將尋層岡"
    "峽崗嵐帥師帶庫廈彈彥徵徹恆悅慶憲懷戰戲揚換損搖搶撫擁擔擴敵斷晉暢曉書楊楓極楨槍樑樺樹橫檸櫃櫻權欄歐歡氈決沖涇淨淺渦湧"
    "溝溫滄滅滬漲潔潛濃濱瀾灣烏煉煙煥燈燒爐爾牆獅獨瑋瑪瑩璽瓊甌畫療盡監盤硯磚磯礎礫祿禎禮穎穩窩窯競節篩籃籌糧紀紋純紗紳絡"
    "給絨絲綢維綱綵綺綿緊線緣緻縱縫縮繩繪繡繼纖纜義習聖聰聲肅腦膠臨艦藝蘭虛蝦蠟裝襯觀訊訓訪診詢誠誼課諧諾謙譜護豎豬貝貢貴"
    "賀賢賽贊贏軋軌輕輔輝輯轍遊遼遷邊醬釀釋鈉鈣鈦鉀鉑鉛銘銳鋅鋒鋰錫鍋鍍鍵鎂鎖鎢鏡鐳鑄鑑鑽閃閥閣閩闊闆陝陰隨險隱雙雜雞離難"
    "霧靈靜韌響頌順頓頤頻題願飄飼飽餅館駐駕驅騰驛驢驕鬆鬥魚鮮鯨鳥鴨鵬鷹鹽麗麥麵黨齒龐龜壓蠶鄰幟樞燦煒淵濤鑲鑰鉗鋸鏟鏽銹鋪"
    "賣買軒轎輿車軸鈑釘針鈕鉚鋇錳鎳鉻鍺鈮鋯閉問聞閱闖隸頭頸驚髒鬧鹵齋龕燁畢異硤筍簾紐紹緒腎膚興舊艙莖萊蓮蔭薔薩蟲詠誌語講"
    "證讓豈賜賠躍輻遜遞郟鄆鄲醜釣錨鏵陣階雋霽韻須飯養騎鴿"
)
_USUAL = (
    "万亿单额总进币计顷亩百千元货价与业两个个为为举乐乡于产仓优会传体余修储克兑关内写军农况准减几出击划创"
    "删别别制办务动励区医千协占卫厂历历县参参发发变台台台号合同后向向吨员团团园国处备复复复奖娱学它实审家"
    "对导局属席并并庄应废开张当当录录径户户才扣折报拟择据摊数无时显暂术术机条来构枣标样核检气汇汇没注测济"
    "渔满点热环电盖矿码确私种积称税笔筑签签简类系系纳组细织终经结统续综编网职联范荐获获营补表见规览认议记"
    "设评试话该详说请读调负责账质购贸费赁资转软载较辆输过运这连适选邮采采里里银链链销镇长门间队际面页顶项"
    "预领饮验齐"
    "华东龙钢铁铜铝锦丰广达阳云风纺纸药饰纬锻轮桥岛鲁潍宁荣宾岭财凤鸿润泽沈汉蓝绿红颜飞驰骐骥骏远迈郑邓陈刘赵孙马许韩冯萧"
    "叶苏吕蒋贾邹阎罗谢钟钟韦谭赖龚严顾钱汤黄卢陆楼伦杰伟侨仪儿刚剑胜劳勋启启乔图坚涂场块墙壮寿梦奥夺奋妇妈宝宽专将寻层冈"
    "峡岗岚帅师带库厦弹彦征彻恒悦庆宪怀战戏扬换损摇抢抚拥担扩敌断晋畅晓书杨枫极桢枪梁桦树横柠柜樱权栏欧欢毡决冲泾净浅涡涌"
    "沟温沧灭沪涨洁潜浓滨澜湾乌炼烟焕灯烧炉尔墙狮独玮玛莹玺琼瓯画疗尽监盘砚砖矶础砾禄祯礼颖稳窝窑竞节筛篮筹粮纪纹纯纱绅络"
    "给绒丝绸维纲彩绮绵紧线缘致纵缝缩绳绘绣继纤缆义习圣聪声肃脑胶临舰艺兰虚虾蜡装衬观讯训访诊询诚谊课谐诺谦谱护竖猪贝贡贵"
    "贺贤赛赞赢轧轨轻辅辉辑辙游辽迁边酱酿释钠钙钛钾铂铅铭锐锌锋锂锡锅镀键镁锁钨镜镭铸鉴钻闪阀阁闽阔板陕阴随险隐双杂鸡离难"
    "雾灵静韧响颂顺顿颐频题愿飘饲饱饼馆驻驾驱腾驿驴骄松斗鱼鲜鲸鸟鸭鹏鹰盐丽麦面党齿庞龟压蚕邻帜枢灿炜渊涛镶钥钳锯铲锈锈铺"
    "卖买轩轿舆车轴钣钉针钮铆钡锰镍铬锗铌锆闭问闻阅闯隶头颈惊脏闹卤斋龛烨毕异硖笋帘纽绍绪肾肤兴旧舱茎莱莲荫蔷萨虫咏志语讲"
    "证让岂赐赔跃辐逊递郏郓郸丑钓锚铧阵阶隽霁韵须饭养骑鸽"
)
"""Letters of known names and of usual names of firms as they are written elsewhere, or on a cheque, and usually."""
_SIMPLIFIED = str.maketrans(_TRADITIONAL, _USUAL)
OTHERS: dict[str, str] = {"σ": "ςϲϹ"}
for _other, _one in zip(_TRADITIONAL, _USUAL, strict=True):
    OTHERS[_one] = OTHERS.get(_one, "") + _other
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
