"""A module of WebAssembly is marked and trimmed function by function."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from policykb.site.core import instrumented, trimmed

NODE = shutil.which("node")
# (module (global i32 (i32.const 5))
#   (func (export "seven") (result i32) (local i64 i64) (i32.const 7))
#   (func (export "nine") (result i32) (i32.const 9))), with a custom section "note" at its end
MODULE = bytes.fromhex(
    "0061736d01000000 0105016000017f 0303020000 0606017f0041050b"
    "07100205736576656e0000046e696e650001 0a0d020601027e41070b 040041090b 0006046e6f74653f".replace(" ", "")
)


def told(module: bytes, script: str) -> object:
    """What a script of Node says of a module's exports, `own`."""
    start = f"const module = new WebAssembly.Module(Buffer.from('{module.hex()}', 'hex'));"
    start += "const own = new WebAssembly.Instance(module).exports;"
    ran = subprocess.run([str(NODE), "-e", start + script], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.mark.skipif(NODE is None, reason="node is not installed")
def test_marked() -> None:
    """Each function sets its own variable when it is called, and answers as before."""
    script = "const flags = () => [own.called0.value, own.called1.value];"
    script += "console.log(JSON.stringify([flags(), own.nine(), flags(), own.seven(), flags()]))"

    assert told(instrumented(MODULE), script) == [[0, 0], 9, [0, 1], 7, [1, 1]]


@pytest.mark.skipif(NODE is None, reason="node is not installed")
def test_trimmed() -> None:
    """What is kept answers as before; what is left out stops with an error, and never answers."""
    script = "let fault; try { own.nine() } catch (one) { fault = one instanceof WebAssembly.RuntimeError }"
    script += "console.log(JSON.stringify([own.seven(), fault]))"

    assert told(trimmed(MODULE, [0]), script) == [7, True]
    assert b"note" not in trimmed(MODULE, [0, 1])
