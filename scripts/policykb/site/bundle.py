"""Fetch the browser libraries by their lock file, bundle the site's own scripts, and list what the site carries."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import CallError
from ..wording.catalogue import reason

__all__ = ["Bundle", "bundle", "packed", "run_node"]

SCRIPTS = ("early", "site", "check", "playground", "worker", "names", "desk", "python", "whole", "together")


@dataclass(frozen=True, slots=True)
class Bundle:
    """Files for the site by path below its root, and a line for each library that they carry."""

    files: dict[str, bytes]
    libraries: list[dict[str, str]]


def bundle(sources: Path, cache: Path, core: Callable[[bytes], bytes]) -> Bundle:
    """Bundle the scripts in `sources`.

    Args:
        sources: the folder with package.json, package-lock.json and the scripts.
        cache: where packages are installed; used again while the lock file stays the same.
        core: the part of the engine that deciding needs, packed, of the whole.

    Raises:
        CallError: Node is missing, or the packages cannot be installed or bundled.
    """
    cache.mkdir(parents=True, exist_ok=True)
    _install(sources, cache)
    packages = cache / "node_modules"
    built = cache / "built"
    shutil.rmtree(built, ignore_errors=True)
    entries = [str(sources / f"{name}.js") for name in SCRIPTS]
    environment = {**os.environ, "NODE_PATH": str(packages)}
    _run(
        [
            str(packages / ".bin" / "esbuild"),
            *entries,
            "--bundle",
            "--minify",
            "--format=iife",
            "--target=es2022",
            "--charset=utf8",
            "--log-level=error",
            "--legal-comments=none",
            f"--outdir={built}",
            '--define:import.meta.url=""',
        ],
        cache,
        environment,
    )
    files = {f"assets/kb/{path.name}": path.read_bytes() for path in sorted(built.iterdir())}
    wasm = (packages / "oxigraph" / "web_bg.wasm").read_bytes()
    files["assets/kb/oxigraph.js"] = packed("wasm", wasm)
    # Where a page is served it takes the bytes themselves, a quarter fewer, and compiles them while they come in.
    files["assets/kb/oxigraph.bin"] = gzip.compress(wasm, mtime=0)
    files["assets/kb/oxigraph.core.bin"] = core(wasm)
    # A page that is opened from a folder starts its worker from the text of the script.
    files["assets/kb/worker.text.js"] = packed("worker", files["assets/kb/worker.js"])
    files["assets/kb/yasqe.css"] = (packages / "@zazuko/yasqe/build/yasqe.min.css").read_bytes()
    files["assets/kb/iframe-worker.js"] = (packages / "iframe-worker/shim/index.js").read_bytes()
    libraries = _libraries(packages, files)
    lines = "".join(f"{entry['sha256']}  {Path(entry['file']).name}\n" for entry in libraries)
    files["assets/kb/SHA256SUMS"] = lines.encode()
    return Bundle(files, libraries)


def packed(name: str, data: bytes) -> bytes:
    """Bytes as a script that also opens from a folder: gzip in base64, under a global name."""
    text = base64.b64encode(gzip.compress(data, mtime=0)).decode()
    return f"(self.policykb=self.policykb||{{}}).{name}={json.dumps(text)};\n".encode()


def run_node(script: Path, cache: Path, *arguments: str) -> str:
    """What a script of the build says, bundled with the packages in `cache` and run by Node.

    Raises:
        CallError: Node is missing, or the script failed.
    """
    ready = cache / script.with_suffix(".mjs").name
    packages = cache / "node_modules"
    environment = {**os.environ, "NODE_PATH": str(packages)}
    options = ["--bundle", "--format=esm", "--platform=node", "--log-level=error", '--define:import.meta.url=""']
    _run([str(packages / ".bin" / "esbuild"), str(script), *options, f"--outfile={ready}"], cache, environment)
    return _run([_program("node"), str(ready), *arguments], cache, environment)


def _install(sources: Path, cache: Path) -> None:
    lock = (sources / "package-lock.json").read_bytes()
    stamp = cache / "installed.sha256"
    wanted = hashlib.sha256(lock + (sources / "package.json").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted and (cache / "node_modules").is_dir():
        return
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(sources / name, cache / name)
    _run([_program("npm"), "ci", "--no-audit", "--no-fund", "--loglevel=error"], cache, dict(os.environ))
    stamp.write_text(wanted)


def _program(name: str) -> str:
    beside = Path(sys.executable).parent / name
    found = shutil.which(name) or (str(beside) if beside.exists() else None)
    if found is None:
        raise CallError("site-needs-node")
    return found


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", "")])
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CallError(
            "site-bundle-failed",
            where=str(folder),
            program=Path(command[0]).name,
            detail=reason((done.stderr or done.stdout).strip()[-800:], "build", "net", "os"),
        )
    return done.stdout


_CARRIED = {
    "assets/kb/oxigraph.js": ("oxigraph",),
    "assets/kb/oxigraph.bin": ("oxigraph",),
    "assets/kb/oxigraph.core.bin": ("oxigraph",),
    "assets/kb/whole.js": ("oxigraph",),
    "assets/kb/check.js": ("oxigraph",),
    "assets/kb/together.js": ("oxigraph",),
    "assets/kb/worker.js": ("oxigraph",),
    "assets/kb/worker.text.js": ("oxigraph",),
    "assets/kb/python.js": ("oxigraph",),
    "assets/kb/playground.js": (
        "oxigraph",
        "@zazuko/yasqe",
        "@zazuko/yasgui-utils",
        "codemirror",
        "dompurify",
        "lodash-es",
        "query-string",
        "store",
    ),
    "assets/kb/yasqe.css": ("@zazuko/yasqe",),
    "assets/kb/iframe-worker.js": ("iframe-worker",),
}


def _libraries(packages: Path, files: dict[str, bytes]) -> list[dict[str, str]]:
    found = []
    for file, names in _CARRIED.items():
        for name in names:
            meta: dict[str, Any] = json.loads((packages / name / "package.json").read_text(encoding="utf-8"))
            notice = next((p for p in sorted((packages / name).iterdir()) if p.name.upper().startswith("LICEN")), None)
            author = meta.get("author") or ""
            owner = author.get("name", "") if isinstance(author, dict) else str(author)
            found.append(
                {
                    "file": file,
                    "name": name,
                    "version": str(meta["version"]),
                    "licence": str(meta.get("license", "")),
                    "sha256": hashlib.sha256(files[file]).hexdigest(),
                    "notice": _copyright(notice) if notice else owner.split("<")[0].strip(),
                }
            )
    return found


def _copyright(notice: Path) -> str:
    """The copyright lines of a licence file."""
    lines = notice.read_text(encoding="utf-8", errors="replace").splitlines()
    return " ".join(line.strip() for line in lines if line.strip().lower().startswith("copyright"))
