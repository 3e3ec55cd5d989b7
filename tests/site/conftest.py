"""What the tests of the built site share: the site behind a local server, and a browser that reports every fault."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SITE = ROOT / "site"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the site need a built site; those of the browser need Chromium."""
    for item in items:
        if Path(__file__).parent not in item.path.parents:
            continue
        if not (SITE / "assets" / "kb" / "policy.js").is_file():
            item.add_marker(pytest.mark.skip(reason="the site is not built; run make docs"))
        elif "browser" in getattr(item, "fixturenames", ()) and CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@dataclass
class Visit:
    """A page in the browser with the faults it showed: console errors, failed and foreign requests."""

    page: Any
    base: str
    faults: list[str] = field(default_factory=list)

    def open(self, path: str, *, ready: str | None = None) -> None:
        """Open a page of the site and, where named, wait until a selector is there."""
        answer = self.page.goto(self.base + path, wait_until="load")
        assert answer is None or answer.status in (200, 304), f"{path}: {answer.status}"
        if ready:
            self.page.wait_for_selector(ready, timeout=60_000, state="attached")

    def until(self, condition: str, arg: Any = None, *, seconds: float = 90) -> None:
        """Wait until an expression, or a function of `arg`, holds in the page.

        It is asked again from here: a wait within the page evaluates text there, which the page's own content
        security policy forbids from the second time on.
        """
        latest = time.monotonic() + seconds
        while not self.page.evaluate(condition, arg):
            assert time.monotonic() < latest, f"not within {seconds} seconds: {condition}"
            self.page.wait_for_timeout(50)


@pytest.fixture(scope="session")
def base() -> Iterator[str]:
    """The address of a local server with the built site."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
            """A missing page shows the site's own."""
            page = (SITE / "404.html").read_bytes()
            self.send_response(code)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, once for all tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--allow-file-access-from-files=0"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Any, base: str) -> Iterator[Any]:
    """Makes visits; at the end of the test no visit may have shown a fault."""
    contexts, visits = [], []

    def make(*, dark: bool = False, width: int = 1280, height: int = 900, address: str | None = None) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", accept_downloads=True
        )
        # A busy machine is slow, not wrong.
        context.set_default_timeout(90_000)
        contexts.append(context)
        one = Visit(context.new_page(), address or base)
        visits.append(one)
        page, home = one.page, one.base

        def request(seen: Any) -> None:
            if not seen.url.startswith((home, "data:", "blob:", "about:")):
                one.faults.append(f"foreign request: {seen.url}")

        def failed(seen: Any) -> None:
            # Leaving a page ends what it was still loading; that is no fault.
            if "ABORTED" not in (seen.failure or ""):
                one.faults.append(f"failed: {seen.url}")

        page.on("request", request)
        page.on("requestfailed", failed)
        page.on(
            "response", lambda seen: one.faults.append(f"{seen.status}: {seen.url}") if seen.status >= 400 else None
        )
        page.on("console", lambda m: one.faults.append(f"console: {m.text}") if m.type == "error" else None)
        page.on("pageerror", lambda fault: one.faults.append(f"error: {fault}"))
        return one

    yield make
    for context in contexts:
        context.close()
    assert [fault for one in visits for fault in one.faults] == []
