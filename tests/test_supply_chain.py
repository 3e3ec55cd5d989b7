"""What the project is made of is known, may be used, and can be checked by whoever receives it."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from tools.supply_chain import checksums, completed, licence_of, locked, refused, tidied

ROOT = Path(__file__).parents[1]
NPM = ROOT / "docs/browser/package-lock.json"


@pytest.mark.parametrize(
    ("lock", "use"),
    [("requirements.lock", "run"), ("requirements-serve.lock", "run"), ("requirements-dev.lock", "develop")],
)
def test_every_python_package_may_be_used(lock: str, use: str) -> None:
    """The licence of each locked package is on the list, by its own metadata or by what was read in its files."""
    names = locked(ROOT / lock)

    assert len(names) > 20
    assert {name: licence_of(name) for name in names if refused(licence_of(name), use)} == {}


def test_every_browser_package_may_be_used() -> None:
    """Of what npm locks the lock file says the licence; what is bundled is held to the stricter list."""
    packages = json.loads(NPM.read_text(encoding="utf-8"))["packages"]
    found = {name: ("develop" if one.get("dev") else "run", one["license"]) for name, one in packages.items() if name}

    assert len(found) > 20
    assert {name: licence for name, (use, licence) in found.items() if refused(licence, use)} == {}


def test_what_is_installed_is_named_with_its_bytes() -> None:
    """Every lock file has a checksum for each package, that of the tools that publish among them."""
    for lock in (
        "requirements.lock",
        "requirements-serve.lock",
        "requirements-dev.lock",
        ".ci/supply.lock",
        "docs/browser/node.lock",
    ):
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert locked(ROOT / lock) and "://" not in text
        assert all("--hash=sha256:" in part for part in re.split(r"^(?=[a-z0-9._-]+==)", text, flags=re.MULTILINE)[1:])
    packages = json.loads(NPM.read_text(encoding="utf-8"))["packages"]
    assert all(one["integrity"].startswith("sha512-") for name, one in packages.items() if name)


LESSER = "LGPL-2.1-or-later"
"""One that is for development alone."""


@pytest.mark.parametrize(
    ("licence", "use", "is_refused"),
    [
        ("MIT", "run", False), ("MIT AND BSD-3-Clause", "run", False), (LESSER, "run", True),
        (LESSER, "develop", False), (f"({LESSER} OR Apache-2.0)", "run", False), (f"{LESSER} AND MIT", "run", True),
        (f"MIT OR {LESSER} AND {LESSER}", "run", False), (f"(MIT OR {LESSER}) AND {LESSER}", "run", True),
        ("GPL-3.0-only", "develop", True), ("MIT OR GPL-3.0-only", "run", True), ("", "run", True), (None, "run", True),
        ("MIT'; x", "run", True), ("True", "run", True),
    ],
)  # fmt: skip
def test_an_expression_is_read_as_spdx_means_it(licence: str | None, use: str, is_refused: bool) -> None:
    """AND needs both, OR one of them; what is not on the list at all is refused wherever it stands."""
    assert refused(licence, use) is is_refused


def test_a_bill_says_each_licence_and_is_the_same_each_time() -> None:
    """What the generator adds of time and chance is left out; a package of unknown licence ends the work."""
    bill = {"serialNumber": "urn:uuid:1", "metadata": {"timestamp": "2026"}, "components": [{"name": "rdflib"}]}

    assert completed(bill, "run") == {
        "metadata": {},
        "components": [{"name": "rdflib", "licenses": [{"expression": "BSD-3-Clause"}]}],
    }
    assert tidied({"components": []}) == {"components": []}
    with pytest.raises(SystemExit, match="no-such-package"):
        completed({"components": [{"name": "no-such-package"}]}, "run")


def test_checksums_are_those_that_sha256sum_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two blanks between sum and path, in the order of the paths, without those of an earlier run."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("dist/b.whl", "b"), ("dist/a.json", "a"), ("dist/SHA256SUMS", "x"), ("site/index.html", "i")):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")

    assert list(checksums([Path("dist"), Path("site")])) == [
        f"{hashlib.sha256(text.encode()).hexdigest()}  {name}"
        for text, name in (("a", "dist/a.json"), ("b", "dist/b.whl"), ("i", "site/index.html"))
    ]
