// The self-check: from a situation to questions to an answer, decided by the published queries. Nothing leaves the browser.
import { chosen, clausesOf, entriesOf, inPlay, isUndated, keep, kept, packed, recordsOf, reset, state, unpacked } from "./answers.js";
import { Engine, instead, merged, start, startFrom, unpackText, versionOf } from "./engine.js";
import { beginning, button, form, narrow, tell } from "./form.js";
import { base, download, load, make, pageAddress } from "./loading.js";
import { taken } from "./opened.js";
import { result, undecided } from "./result.js";
import { amountText, app, listed, say } from "./words.js";

/** So many of the names that a link holds and this page does not know are told, and so much of each. */
const [NAMED, NAME] = [8, 40];
const home = document.getElementById("pkb-check");
const { of = "" } = home.dataset; // the folder of the data of several documents
// The core of the engine is what the document of the site needs; others take the whole at once.
let engine, doubting, growing = null, isWhole = of !== "", showAll = false;

const known = load(`${of}data.js`, "data").then(unpackText).then((text) => (app.data = JSON.parse(text)));

// --- The steps -------------------------------------------------------------------------------

function show(step, { push = true, focus = true } = {}) {
  const isAsking = step === "ask" && chosen().length;
  const address = isAsking ? "#ask" : "#start";
  if (push && location.hash !== address) history.pushState(null, "", address);
  home.dataset.step = isAsking ? "ask" : "start";
  if (isAsking) build();
  else home.replaceChildren(beginning({ go: () => show("ask"), open }));
  if (!focus) return;
  const title = home.querySelector("h2");
  title?.focus({ preventScroll: true });
  home.scrollIntoView({ block: "start" });
}

function build() {
  const results = make("section", { class: "pkb-results", id: "pkb-results", "aria-label": say("ui-results") });
  const bar = make("a", { class: "pkb-foot", href: "#pkb-results", onclick: (event) => {
    event.preventDefault();
    results.scrollIntoView();
  } });
  home.replaceChildren(make("div", { class: "pkb-columns-2" }, form(act), results), bar);
  decide();
}

/** Build the form anew and stay where the reader is, or go where something new begins. */
function again(go = () => {}) {
  const at = document.activeElement?.id;
  build();
  if (at) document.getElementById(at)?.focus({ preventScroll: true });
  go();
}

/** Go to the first question of an entry. */
function enter(type, index) {
  home.querySelector(`.pkb-entry[data-type="${type}"][data-index="${index}"] input`)?.focus();
}

/** Go to the beginning of the form. */
const begun = () => home.querySelector("h2").focus();

const act = {
  back: () => show("start"),
  changed: () => { keep(); later(); },
  left: () => setTimeout(() => released(settle)),
  set: (name, value) => { state[name] = value; act.changed(); },
  scale: (factor) => { state.scale = factor; keep(); again(); },
  read: (names) => { state.readings = names; act.changed(); },
  add: (type) => { entriesOf(type).push({}); keep(); again(() => enter(type, entriesOf(type).length - 1)); },
  remove: (type, index) => { entriesOf(type).splice(index, 1); keep(); again(() => enter(type, Math.min(index, entriesOf(type).length - 1))); },
  mend: (type, index, fact, typed) => { entriesOf(type)[index][fact] = typed; keep(); again(); act.visit(type, index, fact); },
  visit: (type, index, fact) => {
    const inside = home.querySelector(`.pkb-entry[data-type="${type}"][data-index="${index}"] [data-fact="${fact}"]`) ?? home.querySelector(`[data-fact="${fact}"]`);
    if (!inside) return;
    inside.hidden = false;
    inside.closest("details")?.setAttribute("open", "");
    inside.scrollIntoView({ block: "center" });
    inside.querySelector("input, select")?.focus({ preventScroll: true });
  },
  showAll: () => { showAll = !showAll; decide(); },
  clear: () => {
    reset({ chosen: state.chosen });
    keep();
    again(begun);
  },
  example: () => {
    for (const [type, situations] of inPlay()) {
      const facts = Object.assign({}, ...situations.map((one) => app.data.examples[one.id]?.facts));
      state.entries[type] = [facts];
    }
    keep();
    again();
  },
  open,
  buttons: () => [button("ui-print", () => print()), button("ui-share", share), button("ui-download", save)],
};

/** The answers of a file that was saved here, or of any file of records of one applicant in one period. */
async function open(file) {
  const refused = await taken(file);
  if (refused) return warn(say(refused.name, { file: file.name, ...refused.values }), " ", make("a", { href: pageAddress("desk.html") }, say("nav-desk")));
  keep();
  show("ask");
}

/** Say above the page why nothing was taken in, in the place of what was said before. */
function warn(...words) {
  home.querySelector(".pkb-opened")?.remove();
  home.querySelector(".pkb-form, .pkb-begin").prepend(make("p", { class: "pkb-opened pkb-wrong", role: "alert" }, ...words));
}

function save() {
  const records = recordsOf().map(({ record }) => record);
  download("policykb-record.json", JSON.stringify({ records }, null, 2) + "\n", "application/json");
}

async function share() {
  const address = `${location.href.split("#")[0]}#a=${packed()}`;
  const shown = make("input", { type: "text", readonly: true, value: address, "aria-label": say("ui-share"), onfocus: (event) => event.target.select() });
  home.querySelector(".pkb-shared").replaceChildren(say("ui-shared-answers"), shown);
  await navigator.clipboard?.writeText(address).catch(() => {});
}

// What is pressed stays where it is until it is let go: a click that ends on something else is none.
let isPressed = false;
addEventListener("pointerdown", () => { isPressed = true; });
for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => { isPressed = false; }, { capture: true });

/** Do something when nothing is pressed. */
function released(action) {
  if (!isPressed) return action();
  const free = new AbortController();
  for (const name of ["pointerup", "pointercancel"]) {
    addEventListener(name, () => {
      free.abort();
      setTimeout(action);
    }, { signal: free.signal });
  }
}

let timer = null;
function later() {
  clearTimeout(timer);
  timer = setTimeout(() => released(decide), 120);
}

/** What was found last, for which a field that was left makes the questions settle. */
let last = [];
const settle = () => { if (home.dataset.step === "ask") narrow(home, last, showAll); };

// --- The answer ---------------------------------------------------------------------------------

function decide() {
  if (home.dataset.step !== "ask") return;
  const found = recordsOf();
  tell(home, found, act);
  const results = home.querySelector(".pkb-results");
  if (!engine) {
    results.replaceChildren(make("p", { class: "pkb-quiet", role: "status" }, say("ui-engine-loading")));
    return;
  }
  whole(() => answer(found, results));
}

function answer(found, results) {
  if (isUndated(found)) results.replaceChildren(...undecided(found, act));
  else decided(found, results);
  const first = results.querySelector(".pkb-sum") ?? results.querySelector(".pkb-maybe, .pkb-eyebrow");
  home.querySelector(".pkb-foot").textContent = `${first?.textContent ?? say("ui-results")} ↓`;
  home.dataset.at = packed();
}

function decided(found, results) {
  for (const one of [engine, doubting]) if (String(one.readings) !== String(state.readings)) one.use(state.readings);
  const records = found.map((one) => one.record);
  const day = state.asOf || null;
  const answers = engine.decide(records, day);
  const mine = (type) => new Set(clausesOf(type, engine.rules.clauses));
  const all = found.map((one, place) => {
    const ids = mine(one.type);
    return { ...one, answer: answers[place], decisions: answers[place].decisions.filter((decision) => ids.has(decision.clause)) };
  });
  const doubted = doubting.decide(records, day);
  all.forEach((one, place) => {
    const ids = mine(one.type);
    one.doubted = doubted[place].decisions.filter((decision) => ids.has(decision.clause));
    one.open = open_(one.doubted, one.record);
  });
  const next = asked(all);
  last = all;
  settle();
  renew(results, result(all, engine, next, act));
}

/** Put a new answer in the place of the one before: what was open in it stays open, and the focus where it was. */
function renew(results, blocks) {
  const nameOf = (one) => `${one.closest("[data-clause]")?.dataset.clause} ${one.querySelector("summary")?.textContent ?? one.textContent}`;
  const open = new Set([...results.querySelectorAll("details[open]")].map(nameOf));
  const at = results.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  results.replaceChildren(...blocks);
  for (const one of results.querySelectorAll("details")) if (open.has(nameOf(one))) one.open = true;
  if (at) [...results.querySelectorAll("a, button, summary, input")].find((one) => nameOf(one) === at)?.focus({ preventScroll: true });
}

/** The facts that can still change what was decided with nothing taken for granted: all others are proved not to matter. */
function open_(decisions, record) {
  const found = new Set();
  for (const decision of decisions) {
    for (const fact of [...decision.missing, ...decision.awaiting]) found.add(fact);
    if (decision.status === "not-eligible") continue;
    for (const { agreed } of engine.rules.clauses[decision.clause].options) if (agreed && record[agreed] === undefined) found.add(agreed);
  }
  return found;
}

/** The three facts to ask for next: those first that settle most of what pays, then those that can change it still. */
function asked(all) {
  const pays = ({ clause }) => engine.rules.clauses[clause].money;
  const settling = engine.order(all.flatMap((one) => one.decisions.filter(pays)));
  const open = all.map((one) => ({ ...one, facts: open_(one.doubted.filter(pays), one.record) }));
  const facts = new Set([...settling, ...open.flatMap((one) => [...one.facts])]);
  const holders = [...facts].map((fact) => ({ fact, holder: open.find((one) => one.facts.has(fact) && one.record[fact] === undefined) }));
  return holders.filter(({ fact, holder }) => holder && app.data.facts[fact]).slice(0, 3).map(({ fact, holder }) => ({ fact, type: holder.type, index: holder.index }));
}

// --- Start ------------------------------------------------------------------------------------

/** What the address asks for: shared answers, the situations of one type, or a step. */
function arrive() {
  const asked_ = new URLSearchParams(location.hash.slice(1));
  const shared = asked_.has("a") ? unpacked(asked_.get("a")) : null;
  const strange = [];
  if (shared) strange.push(...reset(shared));
  // Each step has its own address, so that the browser's button leads back to the one before.
  if (asked_.has("a") || !location.hash) history.replaceState(null, "", state.chosen.length ? "#ask" : "#start");
  const type = asked_.get("type");
  const own = app.data.situations.filter((one) => one.type === type).map((one) => one.id);
  if (type && !own.length) strange.push(type);
  if (!own.some((id) => state.chosen.includes(id))) state.chosen = [...state.chosen, ...own];
  show(location.hash === "#start" || !state.chosen.length ? "start" : "ask", { push: false, focus: false });
  // What the page could not be made of is not kept, to come back each time that it is opened.
  if (shared) keep(true);
  if (asked_.has("a") && !shared) warn(say("ui-link-broken"));
  if (strange.length) warn(say("ui-link-unknown", { items: listed(strange.slice(0, NAMED).map((one) => one.slice(0, NAME))) }));
}

async function run() {
  const header = document.querySelector(".md-header");
  for (const event of ["pointerover", "focusin"]) header.addEventListener(event, theme, { once: true });
  await known;
  reset(kept() ?? {});
  arrive();
  home.dataset.usable = "";
  addEventListener("popstate", arrive);
  addEventListener("hashchange", () => { if (/^#(a|type)=/.test(location.hash)) arrive(); });
  // The form comes first; the engine, which has set out before, comes in while it is being filled in.
  await begin(isWhole ? "oxigraph.bin" : "oxigraph.core.bin").finally(theme);
  // What tests and the console may ask: decide any records, under any readings.
  Object.assign(globalThis.policykb, { decide: (records, day = null, readings = []) => whole(() => {
    engine.use(readings);
    return engine.decide(records, day);
  }), amountText, at: packed, codes: (fact) => app.data.facts[fact].codes });
  decide();
  home.dataset.ready = "";
}

/** The script of the theme, which nothing here rests on, comes after the engine or when the header is used. */
function theme() {
  for (const late of document.querySelectorAll("script[data-later]")) late.replaceWith(make("script", { src: late.dataset.later }));
}

/** Start the engine from a file of the site, or where a page is opened from a folder, from a script. */
async function begin(file) {
  const inScript = () => load("oxigraph.js", "wasm");
  const answered = () => globalThis.policykb?.soon?.[file] ?? fetch(base + file);
  const started = location.protocol === "file:" ? inScript().then(start) : startFrom(answered(), inScript);
  const [program] = await Promise.all([load(`${of}program.js`, "program").then(unpackText), started, known]);
  if (combines(app.data)) app.together = await load("together.js", "together");
  const engineOf = (doubts) => (app.data.of ? new app.together.Together(app.data, JSON.parse(program), doubts, { Engine, merged, versionOf }) : new Engine(app.data, program, doubts));
  const build = () => {
    engine = engineOf(false);
    doubting = engineOf(true);
  };
  return isWhole ? build() : whole(build);
}

/** Whether sums of several records, or of several documents, are to be combined: at first, later on, or under a reading. */
const combines = ({ of: documents, joints = {}, readings = {}, versions = [] }) =>
  documents || Object.keys(joints).length || [...Object.values(readings), ...versions].some(combines);

/** Do what asks the engine; where its core is asked for more than it has, load the whole and do it once more. */
function whole(asked) {
  if (growing) return growing.then(asked);
  try {
    return asked();
  } catch (fault) {
    if (!(fault instanceof WebAssembly.RuntimeError) || isWhole) throw fault;
    growing = grow();
    return growing.then(asked);
  }
}

async function grow() {
  instead(await load("whole.js", "oxigraph"));
  isWhole = true;
  await begin("oxigraph.bin");
  growing = null;
}

run().catch((fault) => {
  home.replaceChildren(make("p", { class: "pkb-wrong", role: "alert" }, String(fault.message ?? fault)));
});
