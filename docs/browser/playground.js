// The playground: an editor, the query library, and answers from the graph in this page. No request leaves the browser.
import Yasqe from "@zazuko/yasqe";
import { unpackText } from "./engine.js";
import { bound, fieldsOf } from "./fields.js";
import { csvOf } from "./guard.js";
import { base, download, fill, load, make, pageAddress, pick, which } from "./loading.js";

const home = document.getElementById("pkb-playground");
const fromFolder = location.protocol === "file:";
const ROWS = 100; // rows of a page of results
const BARS = 40; // bars of a chart
const TURTLE = "text/turtle";
let data, names, worker, editor, timer, busy = false, last = null, counter = 0, chosen = null, terms = null, mine = null, halted = null, lit = null;

const say = (name, values = {}, tongue = which) => {
  const text = data.texts[name] ?? [name, name];
  return fill(text, values, text[tongue]);
};

function stop(why = null) {
  clearTimeout(timer);
  if (why) halted?.(Object.assign(new Error("stopped"), { says: [0, 1].map((one) => say(why, {}, one)) }));
  halted = null;
  worker.terminate();
  worker = null;
  busy = false;
}

function call(message, limit) {
  return new Promise((resolve, reject) => {
    const id = ++counter;
    busy = true;
    halted = reject;
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
  terms = (await call({ open: { wasm, graph, guard: data.guard } })).answer;
  if (mine) await call({ own: mine });
}

async function answer(query) {
  // A question that still runs gives way to the new one.
  if (busy) stop();
  if (!worker) await ready();
  return (await call({ query: header(query) + query }, data.guard.seconds)).answer;
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
  offer();
  if (found.kind === "truth") return place.replaceChildren(make("p", { class: "pkb-sum" }, say(found.value ? "yes" : "no")));
  if (found.kind === "triples") return place.replaceChildren(make("pre", { tabindex: "0", class: "pkb-code" }, found.text));
  const chart = bars(found);
  const table = make("div", {});
  place.replaceChildren(make("p", { role: "status" }, say("ui-rows", { count: found.rows.length, shown: Math.min(found.rows.length, ROWS), milliseconds })),
    ...(chart ? [make("details", {}, make("summary", {}, say("play-chart")), chart)] : []), table);
  turn(table, found, 0);
}

/** One page of the rows, with buttons to the others. */
function turn(place, found, start) {
  const shown = found.rows.slice(start, start + ROWS);
  if (!shown.length) return place.replaceChildren(make("p", {}, say("ui-nothing")));
  const head = make("thead", {}, make("tr", {}, found.columns.map((column) => make("th", { scope: "col" }, column))));
  const body = make("tbody", {}, shown.map((row) => make("tr", {}, found.columns.map((column) => make("td", { "data-label": column }, cell(row[column]))))));
  const leaf = (name, to) => make("button", { type: "button", class: "md-button", disabled: to < 0 || to >= found.rows.length, onclick: () => turn(place, found, to) }, say(name));
  const range = { from: start + 1, to: start + shown.length, count: found.rows.length };
  const cards = found.columns.length > 2 ? " pkb-cards" : "";
  place.replaceChildren(
    make("div", { class: "pkb-scroll", tabindex: "0", role: "region", "aria-label": say("ui-results") }, make("table", { class: `pkb-table${cards}` }, head, body)),
    ...(found.rows.length > ROWS ? [make("div", { class: "pkb-buttons" }, leaf("play-before", start - ROWS), make("span", { class: "pkb-range", "aria-live": "polite" }, say("play-range", range)), leaf("play-after", start + ROWS))] : []));
}

/** Bars, where the answer is a name and a number for each row; null where it is not. */
function bars({ columns, rows }) {
  const [name, number] = columns;
  const size = (row) => Number(row[number]?.value);
  if (columns.length !== 2 || !rows.length || !rows.every((row) => row[number]?.type === "literal" && size(row) >= 0)) return null;
  const shown = rows.slice(0, BARS), most = Math.max(...shown.map(size)) || 1;
  return make("div", { class: "pkb-bars", role: "img", "aria-label": say("play-chart") }, shown.map((row) => {
    const bar = make("i", {});
    bar.style.width = `${(size(row) / most) * 100}%`;
    return make("div", {}, make("span", {}, cell(row[name])), make("div", {}, bar), make("b", {}, row[number].value));
  }));
}

/** The forms that the last answer can be saved in. */
function offer() {
  for (const [kind, form] of [["rows", "csv"], ["rows", "json"], ["triples", "ttl"]]) {
    home.querySelector(`[data-${form}]`).disabled = last?.kind !== kind;
  }
}

function save(form) {
  if (form === "csv") return download("policykb.csv", csvOf(last, data.table), "text/csv;charset=utf-8");
  if (form === "ttl") return download("policykb.ttl", last.text, TURTLE);
  const results = { head: { vars: last.columns }, results: { bindings: last.rows } };
  return download("policykb.json", JSON.stringify(results, null, 2), "application/sparql-results+json");
}

/** Why a query was not answered, in words; of what the engine says, its own stand below. */
function reason(query, fault) {
  if (fault.says) return fault.says[which];
  if (!query.trim()) return say("ui-query-empty");
  const stray = lost(query);
  if (stray) return say("play-prefix", { ...stray, known: Object.keys(data.prefixes).map((one) => `${one}:`).join(say("comma")) });
  return fault.name in data.texts ? say(fault.name) : null;
}

/** The prefixes that a query uses and does not declare, each with its line. */
function undeclared(query) {
  const plain = query.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>\s]*>|#[^\n]*/g, (found) => " ".repeat(found.length));
  const declared = new Set([...plain.matchAll(/\bPREFIX\s+([\w.-]*):/gi)].map((found) => found[1]));
  const found = [...plain.matchAll(/(?<![\w:.-])([A-Za-z][\w.-]*|):(?=[\w%\\])/g)].filter((one) => one[1] !== "_" && !declared.has(one[1]));
  return found.map((one) => ({ prefix: one[1], line: plain.slice(0, one.index).split("\n").length }));
}

const isKnown = ({ prefix }) => Object.hasOwn(data.prefixes, prefix);

/** The first prefix that is neither declared nor known; null where there is none. */
const lost = (query) => undeclared(query).find((one) => !isKnown(one)) ?? null;

/** The known prefixes that a query does not declare, on its first line, so that lines keep their numbers. */
function header(query) {
  const used = new Set(undeclared(query).filter(isKnown).map(({ prefix }) => prefix));
  return [...used].map((prefix) => `PREFIX ${prefix}: <${data.prefixes[prefix]}> `).join("");
}

/** Mark the line that a fault is in. */
function light(line) {
  if (lit !== null) editor.removeLineClass(lit, "background", "pkb-wrong-line");
  lit = line === null ? null : editor.addLineClass(line - 1, "background", "pkb-wrong-line");
}

async function run() {
  const place = home.querySelector(".pkb-answer"), halt = home.querySelector("[data-stop]");
  place.replaceChildren(make("p", { role: "status" }, say("ui-running")));
  light(null);
  halt.disabled = false;
  const begun = performance.now();
  try {
    show(await answer(editor.getValue()), Math.round(performance.now() - begun));
  } catch (fault) {
    last = null;
    offer();
    const why = reason(editor.getValue(), fault);
    // What the engine says of the first line counts the prefixes that were put there.
    const before = header(editor.getValue()).length;
    const message = String(fault.message ?? fault).replace(/error at 1:(\d+)/, (_, column) => `error at 1:${column - before}`);
    const [, line, column] = /error at (\d+):(\d+)/.exec(message) ?? [];
    const at = lost(editor.getValue())?.line ?? (line ? Number(line) : null);
    if (at !== null && !fault.says && at <= editor.lineCount()) light(at);
    const words = why ?? (line ? say("ui-query-place", { line, column }) : say("ui-query-wrong"));
    place.replaceChildren(make("div", { role: "alert" },
      make("p", { class: "pkb-wrong" }, words),
      // The words of the query engine are English.
      ...(!why && which ? [make("pre", { class: "pkb-wrong", lang: "en" }, message)] : [])));
  }
  halt.disabled = !busy;
}

/** Put a file of the reader's own records beside the graph; nothing of it leaves the browser. */
async function bring(file) {
  const place = home.querySelector(".pkb-own");
  mine = { text: await file.text(), format: /\.json(ld)?$/i.test(file.name) ? "application/ld+json" : /\.nt$/i.test(file.name) ? "application/n-triples" : TURTLE };
  try {
    if (mine.format.endsWith("ld+json")) mine.text = linked(JSON.parse(mine.text));
    if (busy || !worker) { if (busy) stop(); await ready(); }
    place.textContent = say("play-own-read", { count: (await call({ own: mine })).answer, file: file.name });
  } catch (fault) {
    mine = null;
    place.textContent = say("play-own-wrong", { why: String(fault.message ?? fault) });
  }
}

/** Records in the project's own JSON as JSON-LD; what says its own context stays as it is. */
function linked(stated) {
  if (!Array.isArray(stated) && stated["@context"]) return JSON.stringify(stated);
  const list = Array.isArray(stated) ? stated : stated.records ?? [stated];
  const graph = list.map(({ id, type, subject, ...facts }, number) => ({
    "@id": encodeURIComponent(id ?? `${number + 1}`), "@type": type, "http://purl.org/dc/terms/identifier": id, subject: subject?.name ?? subject?.creditCode, ...facts,
  }));
  return JSON.stringify({ "@context": { "@vocab": data.namespace }, "@graph": graph });
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

const COMPLETERS = ["own-prefixes", "own-properties", "own-classes", "variables"];
/** What the editor completes: the prefixes and terms of the graph in this page, asked of nobody else. */
function complete() {
  // Asked each time, since the terms are known only when the graph is open.
  const known = (name, get) => ({ name, persistenceId: null, bulk: false,
    get: async (_, token) => get().filter((one) => one.startsWith(token?.autocompletionString ?? token?.string ?? "")).slice(0, 100) });
  Yasqe.forkAutocompleter("prefixes", known(COMPLETERS[0], () => Object.entries(data.prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`)), false);
  Yasqe.forkAutocompleter("property", known(COMPLETERS[1], () => terms?.properties ?? []), false);
  Yasqe.forkAutocompleter("class", known(COMPLETERS[2], () => terms?.classes ?? []), false);
  Yasqe.defaults.autocompleters = COMPLETERS;
}

async function begin() {
  const published = async (file, name) => JSON.parse(await unpackText(await load(file, name)));
  const [texts, library, places] = await Promise.all([published("data.js", "data"), published("library.js", "library"), published("names.data.js", "names")]);
  [data, names] = [{ ...texts, ...library }, places];
  const menu = make("select", { id: "pkb-library", onchange: (event) => { choose(data.library[Number(event.target.value)]); run(); } },
    data.library.map((one, number) => make("option", { value: String(number) }, pick(one.question))));
  const filled = () => {
    const { text, wrong } = bound(chosen, chosen.text[which], [...home.querySelectorAll("[data-parameter]")], { prefixes: data.prefixes, names });
    home.querySelector(".pkb-described").textContent = wrong ? say("play-parameter", { meaning: pick(wrong.meaning) }) : pick(chosen.question);
    editor.setValue(text);
  };
  const describe = (one) => {
    chosen = one;
    home.querySelector(".pkb-described").textContent = one ? pick(one.question) : "";
    home.querySelector(".pkb-fields").replaceChildren(...(one ? fieldsOf(one.parameters, filled) : []));
  };
  const choose = (one) => { editor.setValue(one.text[which]); describe(one); };
  const place = make("div", { class: "pkb-editor" });
  const button = (name, act, attributes = {}) => make("button", { type: "button", class: "md-button", onclick: act, ...attributes }, say(name));
  const runs = make("button", { type: "button", class: "md-button md-button--primary", onclick: run }, say("ui-run"));
  const file = make("input", { type: "file", accept: ".ttl,.nt,.json,.jsonld", onchange: () => file.files[0] && bring(file.files[0]) });
  home.replaceChildren(
    make("div", { class: "pkb-row pkb-tools" },
      make("label", { for: "pkb-library" }, say("ui-library")), menu),
    make("p", { class: "pkb-described pkb-quiet" }),
    make("div", { class: "pkb-fields" }),
    place,
    make("div", { class: "pkb-buttons" }, runs, button("play-stop", () => stop("play-stopped"), { "data-stop": "", disabled: true }),
      button("ui-csv", () => save("csv"), { "data-csv": "", disabled: true }),
      button("play-json", () => save("json"), { "data-json": "", disabled: true }),
      button("play-turtle", () => save("ttl"), { "data-ttl": "", disabled: true }),
      button("ui-share", share),
      make("span", { class: "pkb-shared", role: "status" }), make("span", { class: "pkb-quiet" }, say("play-keys"))),
    make("details", {}, make("summary", {}, say("play-own")), make("p", {}, make("label", {}, say("play-own-why"), " ", file)), make("p", { class: "pkb-own", role: "status" })),
    make("div", { class: "pkb-answer" }));
  complete();
  editor = new Yasqe(place, {
    value: fromAddress(), persistenceId: null, resizeable: false, showQueryButton: false, lineWrapping: true, viewportMargin: Infinity, autocompleters: COMPLETERS,
    createShareableLink: null, consumeShareLink: null,
    extraKeys: { "Ctrl-Enter": run, "Cmd-Enter": run, "Ctrl-Space": () => editor.autocomplete(), Tab: false, "Shift-Tab": false },
  });
  editor.query = async () => run();
  editor.getInputField().setAttribute("aria-label", "SPARQL");
  const named = data.library.findIndex((one) => one.name === new URLSearchParams(location.hash.slice(1)).get("name"));
  if (named >= 0) menu.value = String(named);
  describe(new URLSearchParams(location.hash.slice(1)).has("query") ? null : data.library[Math.max(named, 0)]);
  await ready();
  await run();
  home.dataset.ready = "";
}

begin().catch((fault) => {
  home.replaceChildren(make("p", { class: "pkb-wrong", role: "alert" }, String(fault.message ?? fault)));
});
