"""Measure how soon the self-check of a built site can be used: cold and warm, on a slow network and a slow processor.

    python tests/site/measure_self_check.py [SITE …]     each a folder with a built site; `site/` if none is named

Fast 3G (1.44 Mbit/s, 562 ms) and a processor slowed down four times, as the developer tools of Chromium define them. Of
each site, from a server that sends files as they are and from one that packs text with gzip: when the questions of a
situation can be answered, when the first answer stands beside them, and all bytes that came over the wire.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import io
import re
import sys
import threading
import time
from pathlib import Path
from typing import Any

from conftest import CHROMIUM, SITE

NETWORK = {"offline": False, "latency": 562.5, "downloadThroughput": 180_000, "uploadThroughput": 84_375}
SLOWER = 4
FORM, ANSWER = "#pkb-check[data-usable], #pkb-check[data-ready]", "#pkb-check[data-ready]"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Files as they are, uncompressed."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def end_headers(self) -> None:
        """What is kept is good for ten minutes, as hosts of sites say."""
        self.send_header("Cache-Control", "max-age=600")
        super().end_headers()


class Packing(Quiet):
    """Text packed, as servers of sites send it."""

    def send_head(self) -> Any:
        """The head of an answer, and what follows it."""
        path = Path(self.translate_path(self.path))
        if path.suffix not in {".html", ".js", ".css", ".json"}:
            return super().send_head()
        data = gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        return io.BytesIO(data)


def measure(browser: Any, address: str, *, warm: bool) -> tuple[float, float, int]:
    """Seconds until the questions and until the answer, and the bytes that came."""
    context = browser.new_context()
    page = context.new_page()
    if warm:
        page.goto(address)
        page.wait_for_selector(ANSWER, state="attached", timeout=300_000)
        page.goto("about:blank")
    tools, came = context.new_cdp_session(page), []
    tools.on("Network.loadingFinished", lambda event: came.append(event["encodedDataLength"]))
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", NETWORK)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    begun = time.monotonic()
    page.goto(address, wait_until="commit")
    page.wait_for_selector(FORM, state="attached", timeout=300_000)
    form = time.monotonic() - begun
    page.wait_for_selector(ANSWER, state="attached", timeout=300_000)
    answer = time.monotonic() - begun
    context.close()
    return form, answer, int(sum(came))


def main(sites: list[Path]) -> None:
    """Print a line for each site, cold and warm."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for site, kind in ((site, kind) for site in sites for kind in (Quiet, Packing)):
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(kind, directory=str(site)))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            asked = re.search(r"check\.html#type=\w+", (site / "articles" / "01.html").read_text(encoding="utf-8"))
            address = f"http://127.0.0.1:{server.server_port}/{asked[0] if asked else 'check.html'}"
            for warm in (False, True):
                form, answer, size = measure(browser, address, warm=warm)
                state = f"{kind.__name__.lower():7}  {'warm' if warm else 'cold'}"
                print(f"{site}  {state}  questions {form:.1f} s  answer {answer:.1f} s  {size:,} bytes")
            server.shutdown()
        browser.close()


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]] or [SITE])
