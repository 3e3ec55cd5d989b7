"""Measure how soon the self-check of a built site can be used: cold and warm, on a slow network and a slow processor.

    python tests/site/measure_self_check.py [SITE …]     each a folder with a built site; `site/` if none is named

Fast 3G (1.44 Mbit/s, 562 ms) and a processor slowed down four times, as the developer tools of Chromium define them. Of
each site: when the form can be filled in, when the first answer can be had, and all bytes that came over the wire.
"""

from __future__ import annotations

import functools
import http.server
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


def measure(browser: Any, address: str, *, warm: bool) -> tuple[float, float, int]:
    """Seconds until the form and until the answer, and the bytes that came."""
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
        for site in sites:
            handler = functools.partial(Quiet, directory=str(site))
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            for warm in (False, True):
                form, answer, size = measure(browser, f"http://127.0.0.1:{server.server_port}/check.html", warm=warm)
                print(f"{site}  {'warm' if warm else 'cold'}  form {form:.1f} s  answer {answer:.1f} s  {size:,} bytes")
            server.shutdown()
        browser.close()


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]] or [SITE])
