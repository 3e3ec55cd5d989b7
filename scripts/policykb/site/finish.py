"""What remains to be done on the built files: search, language switch, content security policy, page weights."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import posixpath
import re
from pathlib import Path

from ..errors import CallError
from ..model import Lang
from .content import View

__all__ = ["mend_alternates", "mend_search", "protect", "switch_language", "weigh"]

# The theme's word splitter leaves out the candidate that is the whole query.
_SEARCH_FAULT = r"(for\(let (\w)=0;\2<(\w)\.length;\2\+\+\)for\(let (\w)=\2\+1;\4)<(\3\.length;\4\+\+\))"
_ALTERNATES = '"link[rel=alternate]"'
"""What the theme takes for the site in other languages, and asks each for its sitemap."""
HOME_BUDGET = 300 * 1000
"""Bytes that the home page may weigh before images, with styles and scripts, compressed as a server sends them."""


def mend_search(site: Path) -> None:
    """Mend the theme's search worker, which misses whole Chinese words, and keep sums together in its index.

    Raises:
        CallError: the theme has changed, so that the mend no longer fits exactly once.
    """
    workers = list((site / "assets" / "javascripts" / "workers").glob("search.*.min.js"))
    for worker in workers:
        text, count = re.subn(_SEARCH_FAULT, r"\1<=\5", worker.read_text(encoding="utf-8"))
        if count != 1:
            raise CallError("site-worker-changed", where=str(worker))
        worker.write_text(text, encoding="utf-8")
    if not workers:
        raise CallError("site-without-worker", where=str(site))
    index = site / "search" / "search_index.json"
    content = json.loads(index.read_text(encoding="utf-8"))
    for entry in content["docs"]:
        for field in ("title", "text"):
            # A number belongs to the unit after it: 30万元 is one word.
            entry[field] = re.sub("(?<=[0-9])\u200b(?=[\u4e00-\u9fff])", "", entry[field])
    index.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def mend_alternates(site: Path) -> None:
    """Keep the theme from asking every alternate of a page for a sitemap: the switch leads to the same page already.

    Raises:
        CallError: the theme has changed, so that the mend no longer fits exactly once.
    """
    for script in (site / "assets" / "javascripts").glob("bundle.*.min.js"):
        text = script.read_text(encoding="utf-8")
        if text.count(_ALTERNATES) != 1:
            raise CallError("site-worker-changed", where=str(script))
        script.write_text(text.replace(_ALTERNATES, '"link[data-none]"'), encoding="utf-8")


def switch_language(output: str, page: str, lang: Lang) -> str:
    """The page with its language links leading to the same page in the other language.

    Args:
        output: the HTML.
        page: its path below the root of its language.
        lang: its language.
    """
    here = page if lang == "zh" else f"en/{page}"

    def address(match: re.Match[str]) -> str:
        target = page if match["lang"] == "zh" else f"en/{page}"
        return f'<a href="{posixpath.relpath(target, posixpath.dirname(here) or ".")}" hreflang="{match["lang"]}"'

    output = re.sub(r'<link rel="alternate" href="[^"]*" hreflang="(?:zh|en)">\s*', "", output)
    return re.sub(r'<a href="[^"]*" hreflang="(?P<lang>zh|en)"', address, output)


def protect(site: Path) -> None:
    """Write the content security policy: only the site's own files, and inline scripts only as they were built.

    The policy is set by the first script of each page when it is read from a server; a page opened from a folder has
    no origin of its own that a policy could name, and there the script keeps the browser's own workers. `_headers`
    holds the same for servers that send it themselves.
    """
    hashes = set()
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for script in re.findall(r"<script>(.*?)</script>", text, re.DOTALL):
            digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            hashes.add(f"'sha256-{digest}'")
    policy = "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' 'wasm-unsafe-eval' {' '.join(sorted(hashes))}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'none'",
        ]
    )
    script = (
        'if(location.protocol!=="file:"){const m=document.createElement("meta");'
        f'm.httpEquiv="Content-Security-Policy";m.content="{policy}";document.head.append(m)}}\n'
        "else(self.policykb=self.policykb||{}).Worker=Worker;\n"
    )
    (site / "assets" / "kb" / "policy.js").write_text(script, encoding="utf-8")
    headers = f"/*\n  Content-Security-Policy: {policy}; frame-ancestors 'none'\n  X-Content-Type-Options: nosniff\n"
    (site / "_headers").write_text(headers, encoding="utf-8")


def weigh(site: Path, view: View) -> None:
    """Print what the main pages weigh, compressed, and fail where the home page is over its budget.

    Raises:
        CallError: the home page is too heavy.
    """
    weights = {
        name: _weight(site, site / f"{name}.html") for name in ("index", "articles/01", "check", "playground", "map")
    }
    for name, weight in weights.items():
        print(view.say("weight", page=name, kilobytes=round(weight / 1000)))
    if weights["index"] > HOME_BUDGET:
        raise CallError("site-too-heavy", where="index.html", bytes=weights["index"], budget=HOME_BUDGET)


def _weight(site: Path, page: Path) -> int:
    text = page.read_text(encoding="utf-8")
    files = {page}
    for address in re.findall(r'<(?:script[^>]* src|link rel="stylesheet" href)="([^"]+)"', text):
        files.add((page.parent / address.split("?")[0]).resolve())
    return sum(len(gzip.compress(path.read_bytes(), mtime=0)) for path in files if path.is_file())
