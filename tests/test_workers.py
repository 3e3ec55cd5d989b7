"""The processes that stay: what they answer together is what each call is answered alone, whatever becomes of them."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import signal
import subprocess
import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from made import served
from policykb.api import Policykb
from policykb.errors import PolicykbError
from policykb.service.calls import CALLS, Call, Service
from policykb.service.workers import Together, Workers

EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"
ONE = (EXAMPLES / "one-enterprise.json").read_bytes()
DECIDE = next(call for call in CALLS if call.name == "decide")


@pytest.fixture(scope="module")
def service(shipped: Policykb) -> Service:
    """What answers, ready."""
    found = Service(shipped)
    found.warm()
    return found


def alone(call: Call, service: Service, given: dict[str, Any]) -> tuple[bool, str]:
    """What a call is answered by itself, or the message that refuses it."""
    try:
        return True, call.text(service, given)
    except PolicykbError as fault:
        return False, str(fault)


@pytest.mark.parametrize("day", [None, "2021-06-30"])
def test_calls_answered_together_are_answered_as_alone(service: Service, day: str | None) -> None:
    """Records of the district in calls of their own, wrong and broken ones among them: no answer knows of another."""
    records = json.loads((EXAMPLES / "district-2020.json").read_bytes())["records"]
    wrong = {"type": "EnterpriseYear", "period": "2020", "subject": {"name": "甲"}, "tradeCNY": "-1"}
    unread = {"type": "Enterprise"}
    same = [{**records[0], "id": "同", "tradeCNY": str(amount)} for amount in (1, 99_999_999)]
    bodies = [json.dumps({"records": [one]}).encode() for one in (*records[::6], wrong, unread, *same)]
    bodies += [b'{"records": [', b"[]", ONE]
    given: list[dict[str, Any]] = [{"body": body, "lang": "en" if n % 3 else "zh"} for n, body in enumerate(bodies)]
    for one in given if day else ():
        one["asOf"] = date.fromisoformat(day or "")

    found = list(Together(service).answers([(DECIDE, one) for one in given]))

    assert [number for number, _, _ in found] == list(range(len(given)))
    assert [(done, str(value)) for _, done, value in found] == [alone(DECIDE, service, one) for one in given]
    assert {done for _, done, _ in found} == {True, False}


@pytest.mark.parametrize("field", ["id", "type", "period", "subject", "tradeCNY", "tradeRank"])
def test_a_record_that_cannot_be_decided_harms_no_other(service: Service, field: str) -> None:
    """Whatever stands in a field of one record, the calls beside it are answered, and each as alone."""
    record = json.loads(ONE)["records"][0]
    values: list[Any] = [None, "", "x", "0000", "99999", "2020-02-30", -1, 1.5, True, [], {}, [1, {}], "9" * 500]
    bodies = [json.dumps({"records": [{**record, field: value}]}).encode() for value in values]
    given = [{"body": body, "lang": "zh"} for body in (*bodies, ONE)]

    found = list(Together(service).answers([(DECIDE, one) for one in given]))

    assert [(done, str(value)) for _, done, value in found] == [alone(DECIDE, service, one) for one in given]
    assert found[-1][1]


def test_other_days_and_flags_are_kept_apart(service: Service) -> None:
    """Calls as of several days at once, and what does more than decide, are answered each as it says."""
    given: list[dict[str, Any]] = [{"body": ONE, "asOf": date(2020 + n, 12, 31)} for n in range(3)]
    found = [value for _, _, value in Together(service).answers([(DECIDE, one) for one in given])]

    assert found == [DECIDE.text(service, one) for one in given]
    assert len(set(found)) == 3
    assert not DECIDE.is_brief({"body": ONE, "readings": True})
    assert DECIDE.is_brief({"body": ONE, "readings": False, "asOf": date(2020, 12, 31)})


def test_what_takes_too_long_is_left_to_a_process_of_its_own(service: Service) -> None:
    """Nobody waits for a process that does not answer in time, and another one stands in its place."""

    async def tried(seconds: float) -> list[str | None]:
        workers = Workers(service, 1, seconds)
        workers.start()
        found = await asyncio.gather(*(workers.answer(DECIDE, {"body": ONE}) for _ in range(3)))
        await workers.stop()
        return list(found)

    assert asyncio.run(tried(0.0005)) == [None] * 3
    assert asyncio.run(tried(60)) == [DECIDE.text(service, {"body": ONE})] * 3


@pytest.mark.parametrize("readings", [False, True])
def test_a_call_that_takes_too_long_by_itself_is_not_tried_twice(service: Service, readings: bool) -> None:
    """The limit of a call is that of all the work for it: whoever was held up by nobody else is told so at the end."""

    async def tried() -> list[Any]:
        workers = Workers(service, 1, 0.0005)
        workers.start()
        given = {"body": ONE, "readings": readings}
        calls = [workers.answer(DECIDE, given) for _ in range(2 if readings else 1)]
        found = await asyncio.gather(*calls, return_exceptions=True)
        await workers.stop()
        return list(found)

    assert {getattr(one, "id", None) for one in asyncio.run(tried())} == {"query-late"}


@pytest.mark.proof
def test_a_killed_process_costs_no_answer() -> None:
    """While calls go on, each process that answers them is ended by force; every call is answered all the same."""
    found: list[tuple[int, bytes]] = []

    def ask(port: int, times: int) -> None:
        for _ in range(times):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("POST", "/api/decide", ONE, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            found.append((answer.status, answer.read()))
            connection.close()

    with served(60) as port:
        listed = subprocess.run(["pgrep", "-P", str(os.getpid()), "-f", "serve"], capture_output=True, text=True)
        server = listed.stdout.split()[0]
        clients = [threading.Thread(target=ask, args=(port, 6)) for _ in range(4)]
        for client in clients:
            client.start()
        for pid in subprocess.run(["pgrep", "-P", server], capture_output=True, text=True).stdout.split():
            os.kill(int(pid), signal.SIGKILL)
        for client in clients:
            client.join()

    assert [status for status, _ in found] == [200] * 24
    assert len({body for _, body in found}) == 1


@pytest.mark.proof
def test_names_and_address_as_told() -> None:
    """Where it is told to, it answers under another name and port as well; names that it was not told are refused."""
    with served(60, "--host", "0.0.0.0", "--name", "Service.example:8080") as port:
        for host, status in (("service.example:8080", 200), ("service.example", 403), (f"localhost:{port}", 200)):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/health", headers={"Host": host})
            assert connection.getresponse().status == status, host
            connection.close()


@pytest.mark.proof
def test_other_readings_are_loaded_once(service: Service) -> None:
    """Small calls for the other readings go to one process that keeps them; its answers are those of a call alone."""
    given = {"body": ONE, "readings": True}

    async def tried() -> list[str | None]:
        workers = Workers(service, 1, 600)
        workers.start()
        found = [await workers.answer(DECIDE, given) for _ in range(2)]
        brief = await workers.answer(DECIDE, {"body": ONE})
        await workers.stop()
        return [*found, brief]

    assert asyncio.run(tried()) == [DECIDE.text(service, given)] * 2 + [DECIDE.text(service, {"body": ONE})]
