"""`policykb ask` as a user calls it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from policykb.ask.formats import write_result
from policykb.ask.remote import Endpoint, ask_endpoint
from policykb.ask.result import Result, Term
from policykb.cli import program
from policykb.errors import CallError, PolicykbError

RECORDS = str(Path(__file__).with_name("records.json"))


def run(*words: str, stdin: str | None = None) -> tuple[str, str]:
    """Standard output and error of `policykb ask WORDS`.

    Raises:
        CallError: the call is refused.
    """
    result = CliRunner().invoke(program(), ["ask", *words], input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout, result.stderr


def test_list_names_every_group() -> None:
    """The library is listed by group, in the reader's language."""
    out, _ = run("--list", "--lang", "en")

    assert "About the document" in out and "About decisions" in out
    assert "near-misses" in out and "Who just misses a clause, by one number?" in out


def test_describe_shows_parameters_and_text() -> None:
    """A query's parameters, columns and text are shown."""
    out, _ = run("--describe", "tiers", "--lang", "en")

    assert "clause  pkb:Clause, optional: one clause" in out
    assert "SELECT ?clause ?tier" in out


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "md", "table"])
def test_formats_hold_the_same_answer(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each format shows the same row."""
    monkeypatch.setenv("COLUMNS", "200")
    out, _ = run("rank-rules", "--format", form, "--lang", "zh")

    assert "前三位" in out and "art-01-rank" in out


def test_a_question_about_decisions_needs_records() -> None:
    """Without records nothing is found, and that is why; a query about the document says no such thing."""
    assert run("near-misses", "--lang", "en")[0] == (
        "Nothing found: this query asks about decisions; bring a file of records with --data.\n"
    )
    assert run("near-misses", "--lang", "zh")[0] == (
        "没有查到符合的内容：这个查询问的是判定，先用 --data 带入记录文件。\n"
    )


def test_json_is_the_standard_form() -> None:
    """JSON follows SPARQL 1.1 Query Results JSON."""
    out, _ = run("limits", "--format", "json")
    answer = json.loads(out)

    assert answer["head"]["vars"] == ["article", "clause", "limit", "value", "currency", "words"]
    assert answer["results"]["bindings"][0]["value"]["datatype"].endswith("#decimal")


def test_a_graph_is_turtle() -> None:
    """CONSTRUCT gives Turtle with prefixes."""
    out, _ = run("citation-graph")

    assert "@prefix eli:" in out and "eli:cites" in out


def test_yes_or_no_in_words() -> None:
    """ASK answers with a word: the text states no day of entry into force."""
    assert run("states-validity", "--lang", "en")[0] == "no\n"


def test_nothing_found_is_said() -> None:
    """An empty answer is said, and a machine format stays a valid file."""
    assert run("search-text", "find=zzz", "--lang", "en")[0] == "Nothing found.\n"
    out, err = run("search-text", "find=zzz", "--lang", "en", "--format", "csv")

    assert out.startswith("provision,label") and len(out.splitlines()) == 1
    assert err == "Nothing found.\n"


def test_data_are_decided_and_asked_together() -> None:
    """--data brings records, and the decisions on them."""
    out, _ = run("near-misses", "--data", RECORDS, "--format", "csv")

    assert [line.split(",")[0] for line in out.splitlines()] == ["record", "B1"]


def test_own_query_from_stdin_and_file(tmp_path: Path) -> None:
    """A query of one's own comes from a file or from standard input, prefixes known."""
    text = "SELECT (COUNT(?c) AS ?n) { ?c a pkb:Group }"
    (tmp_path / "mine.rq").write_text(text)

    assert run("-", "--format", "csv", stdin=text)[0] == "n\r\n1\r\n".replace("\r", "")
    assert run(str(tmp_path / "mine.rq"), "--format", "csv")[0].split() == ["n", "1"]


@pytest.mark.parametrize(
    ("words", "stdin", "zh", "en"),
    [
        (["-"], "DROP ALL", "这是更新（DROP）", "This is an update (DROP)"),
        (
            ["-"],
            "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
            "另一个端点（SERVICE）",
            "another endpoint (SERVICE)",
        ),
        (["-"], "SELECT ?x { ", "SPARQL 有误", "not valid SPARQL"),
        (["near-miss"], None, "是不是 near-misses？", "Did you mean near-misses?"),
        (["tiers", "clause"], None, "名称=值", "name=value"),
        (["tiers", "colour=red"], None, "没有参数“colour”", "no parameter “colour”"),
        (["search-text"], None, "缺少参数 find", "needs find"),
        (["rates", "lang=fr"], None, "lang 不能写“fr”", "Write one of: en, zh."),
        (["duties", "basis=guessed"], None, "可以写：stated、inferred。", "basis cannot be “guessed”."),
        (["applicable", "status=eligble"], None, "status 不能写“eligble”。", "Write one of: eligible, invalid-record,"),
        (["-"], "SELECT * { ?s pbk:unit ?o }", "没有声明前缀“pbk”", "Did you mean pkb?"),
        (["-"], "# a:b\nSELECT * { ?s ex:unit 'c:d' }", "PREFIX ex: <命名空间>", "“ex” is not declared (ex:unit)."),
        (["limits", "--format", "pdf"], None, "没有“pdf”这种格式", "no format “pdf”"),
        (["limits", "--format", "ttl"], None, "结果不是图", "no graph"),
        (["nowhere.rq"], None, "没有这个文件", "no such file"),
        (["limits", "--endpoint", "ftp://example.org"], None, "不是端点的地址", "not an address"),
        ([], None, "没有指明查询", "No query is named"),
    ],
)
def test_mistakes_have_one_clear_message(words: list[str], stdin: str | None, zh: str, en: str) -> None:
    """A wrong call says what is wrong and what to do, in both languages."""
    with pytest.raises(PolicykbError) as fault:
        run(*words, stdin=stdin)

    assert zh in fault.value.say("zh") and en in fault.value.say("en")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            "SELECT * { ?d pkb:clause ?c }",
            ["pkb:clause is not used in the graph; did you mean pkb:Clause, pkb:clauseKind,"],
        ),
        ("SELECT * { ?d pkb:onClouse ?c }", ["pkb:onClouse is not used in the graph; did you mean pkb:onClause"]),
        ("PREFIX p: <https://w3id.org/policykb/ns#> SELECT * { ?d p:onClouse ?c }", ["did you mean p:onClause"]),
        ("SELECT * { ?d a pkb:Xyzzyxyzzy }", ["pkb:Xyzzyxyzzy is not used in the graph."]),
        ("SELECT * { ?d a pkb:Clause # pkb:clause\n ; dct:title 'pkb:clause' }", []),
        ("PREFIX ex: <https://example.org/> SELECT * { ?d a ex:Clause }", []),
    ],
)
def test_terms_that_the_graph_does_not_use_are_named(query: str, said: list[str]) -> None:
    """A query of one's own that finds nothing since it names what there is not, is told so, with the near terms."""
    out, err = run("-", "--lang", "en", stdin=query)

    assert out == "Nothing found.\n"
    assert [line.count(words) for line, words in zip(err.splitlines(), said, strict=True)] == [1] * len(said)


def test_prefixes_need_no_declaration_on_an_endpoint(oxigraph_url: str) -> None:
    """The prefixes of the table are known to an endpoint as well."""
    out, _ = run(
        "-", "--endpoint", oxigraph_url, "--format", "csv", stdin="SELECT (COUNT(?g) AS ?n) { ?g a pkb:Group }"
    )

    assert out.split() == ["n", "1"]


def test_endpoint_is_asked(oxigraph_url: str) -> None:
    """--endpoint asks a server by GET or POST; the answer is the same."""
    for method in ("get", "post", "auto"):
        out, _ = run("limits", "--endpoint", oxigraph_url, "--method", method, "--format", "csv")
        assert out == run("limits", "--format", "csv")[0]


def test_a_comment_is_no_update(oxigraph_url: str) -> None:
    """Words of a comment that could be those of an update change nothing: the query is sent as a query."""
    text = "# Add it up, then load and drop it\n# insert nothing\nSELECT (COUNT(?g) AS ?n) { ?g a pkb:Group }"
    endpoint = ("--endpoint", oxigraph_url, "--format", "csv")

    assert run("-", *endpoint, stdin=text)[0].split() == ["n", "1"]


def test_service_is_followed_where_it_is_allowed(oxigraph_url: str) -> None:
    """With --allow-service a query may fetch from the endpoint it names."""
    text = f"SELECT (COUNT(?g) AS ?n) {{ SERVICE <{oxigraph_url}> {{ ?g a <https://w3id.org/policykb/ns#Group> }} }}"

    assert run("-", "--allow-service", "--format", "csv", stdin=text)[0].split() == ["n", "1"]


SLOW = "application/x-slow"


@contextmanager
def server(*answers: tuple[int, str, bytes]) -> Iterator[tuple[str, list[str]]]:
    """A server that gives these answers in turn, the last one for ever; yields its address and log.

    An answer is status, type and body, or status and address of where it sends on; one that is SLOW takes seconds.
    """
    log: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            log.append(self.headers.get("Authorization", "-"))
            status, kind, body = answers[min(len(log), len(answers)) - 1]
            self.send_response(status)
            self.send_header("Location" if 300 <= status < 400 else "Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)
            for _ in range(40 if kind == SLOW else 0):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.1)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *words: object) -> None:
            pass

    running = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{running.server_port}/sparql", log
    finally:
        running.shutdown()
        running.server_close()


YES = (200, "application/sparql-results+json", b'{"head": {}, "boolean": true}')


@pytest.mark.parametrize("query", [
    "SELECT (<<( <urn:a> <urn:b> 1 )>> AS ?x) {}",
    "SELECT (TRIPLE(<urn:a>, <urn:b>, 1) AS ?x) {}",
    "CONSTRUCT { <urn:c> <urn:d> ?x } { BIND(<<( <urn:a> <urn:b> 1 )>> AS ?x) }",
])  # fmt: skip
@pytest.mark.parametrize("form", ["csv", "json", "table", "ttl"])
def test_a_statement_as_a_value_is_told_as_one(query: str, form: str) -> None:
    """No table holds it: neither time nor memory is blamed, and the query of the mend gives its three parts."""
    with pytest.raises(CallError) as fault:
        run("-", "--format", form, stdin=query)
    assert (fault.value.id, "<urn:a> <urn:b>" in fault.value.say("en")) == ("result-holds-statement", True)
    inner = query[query.index("<<(" if "<<(" in query else "TRIPLE(") :].partition(" AS ?x")[0]
    parts = f"SELECT (SUBJECT(?x) AS ?s) (PREDICATE(?x) AS ?p) (OBJECT(?x) AS ?o) {{ BIND({inner} AS ?x) }}"
    assert run("-", "--format", "csv", stdin=parts)[0].splitlines() == ["s,p,o", "urn:a,urn:b,1"]


@pytest.mark.parametrize("said", [b'"false"', b'"true"', b"0", b"null", b"[]"])
def test_a_truth_of_an_endpoint_that_is_none_is_refused(said: bytes) -> None:
    """The text "false" is no no: what is neither true nor false is no answer to ASK."""
    answer = (200, "application/sparql-results+json", b'{"head": {}, "boolean": ' + said + b"}")
    with server(answer) as (url, _), pytest.raises(CallError) as fault:
        ask_endpoint(Endpoint(url), "ASK {}", {})
    assert fault.value.id == "endpoint-bad-results"


def test_a_busy_endpoint_is_tried_again() -> None:
    """After 503 the question is asked again, a little later."""
    with server((503, "text/plain", b"busy"), (503, "text/plain", b"busy"), YES) as (url, log):
        assert ask_endpoint(Endpoint(url, pause=0.01), "ASK {}", {}).truth is True
    assert len(log) == 3


def test_user_and_password_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The credentials are sent, and stand on no command line."""
    monkeypatch.setenv("POLICYKB_ENDPOINT_USER", "reader")
    monkeypatch.setenv("POLICYKB_ENDPOINT_PASSWORD", "secret")
    with server(YES) as (url, log):
        ask_endpoint(Endpoint(url), "ASK {}", {})

    assert log == ["Basic cmVhZGVyOnNlY3JldA=="]


def test_credentials_stay_with_the_endpoint_that_was_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sent on to another endpoint, user and password are not, nor is anything that is no endpoint followed."""
    with server(YES) as (other, theirs), server((302, other, b"")) as (url, ours):
        assert ask_endpoint(Endpoint(url), "ASK {}", {}).truth is True  # A query alone is sent on.
        monkeypatch.setenv("POLICYKB_ENDPOINT_USER", "reader")
        monkeypatch.setenv("POLICYKB_ENDPOINT_PASSWORD", "secret")
        with pytest.raises(CallError) as fault:
            ask_endpoint(Endpoint(url), "ASK {}", {})
        assert fault.value.id == "endpoint-moved" and other in fault.value.say("en")
        with pytest.raises(CallError) as fault:
            ask_endpoint(Endpoint(url, method="post"), "ASK {}", {})
        assert fault.value.id == "endpoint-moved"
    assert theirs == ["-"] and ours == ["-", "Basic cmVhZGVyOnNlY3JldA==", "Basic cmVhZGVyOnNlY3JldA=="]
    with server((302, "ftp://u:p@127.0.0.1/x", b"")) as (url, _), pytest.raises(CallError) as fault:
        ask_endpoint(Endpoint(url), "ASK {}", {})
    assert "ftp://127.0.0.1/x" in fault.value.say("zh") and "u:p" not in fault.value.say("zh")


def test_an_answer_has_to_be_there_in_time() -> None:
    """An endpoint that goes on saying something is late as well."""
    start = time.monotonic()
    with server((200, SLOW, b"{")) as (url, _), pytest.raises(CallError) as fault:
        ask_endpoint(Endpoint(url, timeout=1, retries=0), "ASK {}", {})

    assert fault.value.id == "endpoint-late" and time.monotonic() - start < 3.5


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("", "endpoint-address"),
        ("http://[::1", "endpoint-address"),
        ("http://127.0.0.1:seven/", "endpoint-address"),
        ("http:///sparql", "endpoint-address"),
        ("http://127.0.0.1/#sparql", "endpoint-address"),
        ("http://127.0.0.1/查询", "endpoint-address"),
        ("http://me:hunter2@127.0.0.1/", "endpoint-with-login"),
        ("me:hunter2@127.0.0.1", "endpoint-with-login"),
        ("http://me:hunt/er2@127.0.0.1/", "endpoint-address"),
    ],
)
def test_what_is_no_address_is_refused(address: str, fault: str) -> None:
    """Nothing is asked elsewhere instead, and no password is repeated."""
    with pytest.raises(CallError) as refused:
        run("limits", "--endpoint", address)

    assert refused.value.id == fault and "hunt" not in str(refused.value)


@pytest.mark.parametrize(
    ("answer", "zh", "en"),
    [
        ((200, "application/sparql-results+json", b"[" * 150_000), "内容却不是", "what it holds is not"),
        ((200, "text/html", b"<html>"), "而是 text/html", "but text/html"),
        ((200, "application/sparql-results+json", b"[]"), "不是 SPARQL 结果", "not SPARQL results"),
        (
            (400, "text/plain", b"line 1: unexpected"),
            "不接受该查询：原因见英文提示",
            "does not accept the query: line 1",
        ),
        ((401, "text/plain", b""), "环境变量 POLICYKB_ENDPOINT_USER", "Set POLICYKB_ENDPOINT_USER"),
        ((403, "text/plain", b""), "拒绝该查询", "refuses"),
        ((404, "text/plain", b""), "没有端点", "no endpoint"),
        ((500, "text/plain", b"out of memory"), "端点出错：内存不够", "failed: out of memory"),
        ((503, "text/plain", b""), "已尝试 2 次", "attempts: 2"),
    ],
)
def test_endpoint_faults_are_clear(answer: tuple[int, str, bytes], zh: str, en: str) -> None:
    """Each fault of an endpoint has its own message, with the address."""
    with server(answer) as (url, _), pytest.raises(CallError) as fault:
        ask_endpoint(Endpoint(url, retries=1, pause=0.01), "ASK {}", {})

    assert zh in fault.value.say("zh") and en in fault.value.say("en")
    assert url in fault.value.say("zh") and url in fault.value.say("en")


@pytest.mark.parametrize("cell", ['{"type": "literal", "value": 5}', '{"type": "uri", "value": null}', '"x"'])
def test_cells_that_are_no_terms(cell: str) -> None:
    """Results whose values are no texts are no results."""
    body = f'{{"head": {{"vars": ["x"]}}, "results": {{"bindings": [{{"x": {cell}}}]}}}}'.encode()
    with server((200, "application/sparql-results+json", body)) as (url, _), pytest.raises(CallError) as fault:
        ask_endpoint(Endpoint(url), "SELECT ?x {}", {})

    assert fault.value.id == "endpoint-bad-results"


@pytest.mark.parametrize("form", ["table", "csv", "tsv", "md", "json"])
@pytest.mark.parametrize("count", [1, 30])
def test_names_of_columns_steer_nothing(form: str, count: int) -> None:
    """What an endpoint calls its columns is a text from outside like any other."""
    names = tuple(f"=x\x1b[31m[b]{number}" for number in range(count))
    text = write_result(Result("SELECT", names, ((Term("literal", "1"),) * count,)), form, 80)

    assert "\x1b" not in text and "31m" in text and (form != "csv" or text.startswith("'="))


def test_an_endpoint_that_is_gone() -> None:
    """Nothing listens: the message says so after the last attempt."""
    with server(YES) as (url, _):
        pass
    with pytest.raises(CallError, match=r"端点无法连接(?s:.*)已尝试 2 次(?s:.*)cannot be reached"):
        ask_endpoint(Endpoint(url, retries=1, pause=0.01), "ASK {}", {})


def test_more_columns_than_a_terminal_holds_are_written_below_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """A result too wide for the terminal is a block per row, each value on its own line and whole."""
    monkeypatch.setenv("COLUMNS", "60")
    out, _ = run("cash-awards", "--lang", "en")
    first = [line.split(maxsplit=1) for line in out.split("\n\n")[0].splitlines()]

    assert first[:3] == [
        ["article", "1"],
        ["clause", "szq-clause:art-01-growth"],
        ["title", "Award on the increase in trade"],
    ]
