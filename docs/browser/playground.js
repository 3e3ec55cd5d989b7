// The playground: an editor, the query library, and answers from the graph in this page. No request leaves the browser.
import Yasqe from "@zazuko/yasqe";
import { unpackText } from "./engine.js";
import { csvOf } from "./guard.js";
import { base, download, fill, load, make, pageAddress, pick, which } from "./loading.js";

const home = document.getElementById("pkb-playground");
const fromFolder = location.protocol === "file:";
let data, names, worker, editor, timer, busy = false, last = null, counter = 0;

const say = (name, values = {}, tongue = which) => {
  const text = data.texts[name] ?? [name, name];
  return fill(text, values, text[tongue]);
};

function stop() {
  clearTimeout(timer);
  worker.terminate();
  worker = null;
  busy = false;
}

function call(message, limit) {
  return new Promise((resolve, reject) => {
    const id = ++counter;
    busy = true;
    timer = limit ? setTimeout(() => {
      stop();
      reject(Object.assign(new Error("too long"), { says: [0, 1].map((one) => say("ui-too-long", { seconds: limit }, one)) }));
    }, limit * 1000) : null;
    worker.onmessage = ({ data: reply }) => {
      if (reply.id !== id) return;
      clearTimeout(timer);
      busy = false;
      if (reply.fault) reject(Object.assign(new Error(reply.fault), { name: reply.name, says: reply.says }));
      else resolve(reply);
    };
    worker.onerror = (fault) => reject(new Error(fault.message || "worker"));
    worker.postMessage({ id, ...message });
  });
}

let script = `${base}worker.js`;
/** A worker of its own for the queries; a page from a folder may only start one from the text of its script. */
async function workerOf() {
  if (!fromFolder) return new Worker(script);
  if (!script.startsWith("blob:")) {
    const text = await unpackText(await load("worker.text.js", "worker"));
    script = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  }
  // In such a page the search puts something in the place of workers that cannot be stopped.
  return new self.policykb.Worker(script);
}

async function ready() {
  const [wasm, graph] = await Promise.all([load("oxigraph.js", "wasm"), load("graph.js", "graph")]);
  worker = await workerOf();
  return (await call({ open: { wasm, graph, guard: data.guard } })).size;
}

async function answer(query) {
  // A question that still runs gives way to the new one.
  if (busy) stop();
  if (!worker) await ready();
  return (await call({ query }, data.guard.seconds)).answer;
}

function short(iri) {
  for (const [prefix, namespace] of Object.entries(data.prefixes)) {
    if (iri.startsWith(namespace) && /^[\w.-]*$/.test(iri.slice(namespace.length))) return `${prefix}:${iri.slice(namespace.length)}`;
  }
  return iri;
}

function cell(term) {
  if (!term) return "";
  if (term.type === "bnode") return `_:${term.value}`;
  if (term.type !== "uri") return term["xml:lang"] ? make("span", { lang: term["xml:lang"] }, term.value) : term.value;
  const page = Object.hasOwn(names, term.value) ? names[term.value] : null;
  return page ? make("a", { href: pageAddress(page), title: term.value }, short(term.value)) : make("span", { title: term.value }, short(term.value));
}

function show(found, milliseconds) {
  const place = home.querySelector(".pkb-answer");
  last = found;
  home.querySelector("[data-csv]").disabled = found.kind !== "rows";
  if (found.kind === "truth") return place.replaceChildren(make("p", { class: "pkb-sum" }, say(found.value ? "yes" : "no")));
  if (found.kind === "triples") return place.replaceChildren(make("pre", { tabindex: "0", class: "pkb-code" }, found.text));
  const shown = found.rows.slice(0, 400);
  const head = make("thead", {}, make("tr", {}, found.columns.map((column) => make("th", { scope: "col" }, column))));
  const body = make("tbody", {}, shown.map((row) => make("tr", {}, found.columns.map((column) => make("td", {}, cell(row[column]))))));
  place.replaceChildren(
    make("p", { role: "status" }, say("ui-rows", { count: found.rows.length, shown: shown.length, milliseconds })),
    found.rows.length ? make("div", { class: "pkb-scroll", tabindex: "0", role: "region", "aria-label": say("ui-results") }, make("table", { class: "pkb-table" }, head, body)) : make("p", {}, say("ui-nothing")));
}

/** Why a query was not answered, in words; of what the engine says, its own stand below. */
function reason(query, fault) {
  if (fault.says) return fault.says[which];
  if (!query.trim()) return say("ui-query-empty");
  return fault.name in data.texts ? say(fault.name) : null;
}

async function run() {
  const place = home.querySelector(".pkb-answer");
  place.replaceChildren(make("p", { role: "status" }, say("ui-running")));
  const begun = performance.now();
  try {
    show(await answer(editor.getValue()), Math.round(performance.now() - begun));
  } catch (fault) {
    last = null;
    home.querySelector("[data-csv]").disabled = true;
    const why = reason(editor.getValue(), fault);
    const message = String(fault.message ?? fault);
    const [, line, column] = /error at (\d+):(\d+)/.exec(message) ?? [];
    const words = why ?? (line ? say("ui-query-place", { line, column }) : say("ui-query-wrong"));
    place.replaceChildren(make("div", { role: "alert" },
      make("p", { class: "pkb-wrong" }, words),
      // The words of the query engine are English.
      !why && which ? make("pre", { class: "pkb-wrong", lang: "en" }, message) : null));
  }
}

function share() {
  const address = `${location.href.split("#")[0]}#query=${encodeURIComponent(editor.getValue())}`;
  history.replaceState(null, "", address);
  navigator.clipboard?.writeText(address).catch(() => {});
  home.querySelector(".pkb-shared").textContent = say("ui-shared");
}

function fromAddress() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const named = data.library.find((one) => one.name === asked.get("name"));
  return asked.get("query") ?? named?.text[which] ?? data.library[0]?.text[which] ?? "";
}

async function begin() {
  const [packedData, packedNames] = await Promise.all([load("data.js", "data"), load("names.data.js", "names")]);
  data = JSON.parse(await unpackText(packedData));
  names = JSON.parse(await unpackText(packedNames));
  const menu = make("select", { id: "pkb-library", onchange: (event) => {
    const chosen = data.library[Number(event.target.value)];
    editor.setValue(chosen.text[which]);
    describe(chosen);
    run();
  } }, data.library.map((one, number) => make("option", { value: String(number) }, pick(one.question))));
  const describe = (one) => { home.querySelector(".pkb-described").textContent = one ? pick(one.question) : ""; };
  const place = make("div", { class: "pkb-editor" });
  const runs = make("button", { type: "button", class: "md-button md-button--primary", onclick: run }, say("ui-run"));
  home.replaceChildren(
    make("div", { class: "pkb-row pkb-tools" },
      make("label", { for: "pkb-library" }, say("ui-library")), menu),
    make("p", { class: "pkb-described pkb-quiet" }),
    place,
    make("div", { class: "pkb-buttons" }, runs,
      make("button", { type: "button", class: "md-button", "data-csv": "", disabled: true, onclick: () => last?.kind === "rows" && download("policykb.csv", csvOf(last, data.table), "text/csv;charset=utf-8") }, say("ui-csv")),
      make("button", { type: "button", class: "md-button", onclick: share }, say("ui-share")),
      make("span", { class: "pkb-shared", role: "status" }), make("span", { class: "pkb-quiet" }, say("ui-keys"))),
    make("div", { class: "pkb-answer" }));
  Yasqe.defaults.autocompleters = ["variables"];
  editor = new Yasqe(place, {
    value: fromAddress(), persistenceId: null, resizeable: false, showQueryButton: false, lineWrapping: true, viewportMargin: Infinity, autocompleters: ["variables"],
    createShareableLink: null, consumeShareLink: null,
    extraKeys: { "Ctrl-Enter": run, "Cmd-Enter": run, Tab: false, "Shift-Tab": false },
  });
  editor.query = async () => run();
  editor.getInputField().setAttribute("aria-label", "SPARQL");
  const named = data.library.findIndex((one) => one.name === new URLSearchParams(location.hash.slice(1)).get("name"));
  if (named >= 0) menu.value = String(named);
  describe(new URLSearchParams(location.hash.slice(1)).has("query") ? null : data.library[Math.max(named, 0)]);
  await ready();
  if (!new URLSearchParams(location.hash.slice(1)).has("query")) await run();
  home.dataset.ready = "";
}

begin().catch((fault) => {
  home.replaceChildren(make("p", { class: "pkb-wrong", role: "alert" }, String(fault.message ?? fault)));
});
