// The officer's page: files are checked and decided in a worker by the project's own Python, loaded when first asked for.
import { base, download, fill, language, load, make } from "./loading.js";

const home = document.getElementById("pkb-desk");
const { texts, types, limits } = JSON.parse(home.dataset.desk);
const STEP = 20; // subjects listed at a time
const FORMS = [
  ["annotated", "annotated", "xlsx"], ["answer-xlsx", "xlsx", "xlsx"], ["answer-csv", "csv", "csv"],
  ["answer-html", "html", "html"], ["answer-json", "json", "json"], ["findings-json", "findings", "json"],
];
const say = (name, values = {}) => fill(null, values, texts[name]);
let worker = null, counter = 0, waiting = null;

function stop() {
  worker?.terminate();
  worker = null;
  waiting = null;
}

/** One step of the worker; what it tells meanwhile goes to `tell`. */
function ask(step, given = {}, tell = () => {}) {
  return new Promise((resolve, reject) => {
    const id = ++counter;
    waiting = { id, resolve, reject, tell };
    worker.onmessage = ({ data }) => {
      if (data.doing) return waiting?.tell(data);
      if (data.id !== waiting?.id) return null;
      return data.fault === undefined ? waiting.resolve(data.answer) : waiting.reject(new Error(data.fault));
    };
    worker.onerror = (fault) => reject(new Error(fault.message || "worker"));
    worker.postMessage({ id, step, ...given });
  });
}

async function ready() {
  if (worker) return;
  const wasm = await load("oxigraph.js", "wasm");
  worker = new Worker(`${base}python.js`, { type: "module" });
  await ask("open", { base: `${base}python/`, wasm });
}

function begin(word = "") {
  const type = make("select", { id: "pkb-desk-type" }, make("option", { value: "" }, say("type-none")),
    Object.entries(types).map(([id, label]) => make("option", { value: id }, label)));
  const input = make("input", { type: "file", id: "pkb-desk-file", multiple: true,
    accept: ".xlsx,.xlsm,.xls,.et,.xlsb,.ods,.csv,.tsv,.txt,.json,.jsonld,.ttl", onchange: () => take([...input.files], type.value) });
  const zone = make("label", { class: "pkb-drop", for: "pkb-desk-file" }, make("b", {}, say("choose")), input,
    make("span", { class: "pkb-quiet" }, say("kinds", limits)));
  for (const name of ["dragover", "dragleave", "drop"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.toggle("pkb-over", name === "dragover");
      if (name === "drop") take([...event.dataTransfer.files], type.value);
    });
  }
  home.replaceChildren(make("p", { role: "status" }, word), zone,
    make("p", { class: "pkb-desk-type" }, make("label", { for: "pkb-desk-type" }, say("type")), " ", type));
}

async function take(files, type) {
  if (!files.length) return;
  const found = files.reduce((sum, file) => sum + file.size, 0);
  if (found > limits.bytes) return begin(say("too-large", { ...limits, found: Math.ceil(found / 2 ** 20) }));
  const state = make("p", { role: "status" }, say("opening"));
  const bar = make("progress", { "aria-label": say("check") });
  home.replaceChildren(state, bar, make("div", { class: "pkb-buttons" },
    make("button", { type: "button", class: "md-button", onclick: () => { stop(); begin(say("cancelled")); } }, say("cancel"))));
  try {
    // Each check begins with a new worker's memory: what an earlier one held is gone.
    stop();
    await ready();
    const held = await Promise.all(files.map(async (file) => ({ name: file.name, bytes: await file.arrayBuffer() })));
    const told = ({ doing, done, total }) => {
      state.textContent = say(doing, { done, total });
      if (total) { bar.max = total; bar.value = done; } else bar.removeAttribute("value");
    };
    show(files, await ask("check", { files: held, lang: language, type }, told));
  } catch (fault) {
    stop();
    wrong(fault.message);
  }
}

/** What ended it, in a reader's words: the last line of what a program says. */
function wrong(message) {
  begin();
  const why = message.trim().split("\n").pop();
  home.prepend(make("p", { class: "pkb-wrong", role: "alert" }, say("failed", { why })));
}

function show(files, found) {
  if (found.fault) {
    stop();
    begin();
    return home.prepend(make("pre", { class: "pkb-wrong", role: "alert" }, found.fault));
  }
  const { summary, findings, subjects } = found;
  const mend = findings.filter((one) => one.severity !== "info"), remarks = findings.filter((one) => one.severity === "info");
  const listed = mend.length ? table(mend) : make("p", {}, say("clean"));
  const total = summary.errors + summary.warnings + summary.infos;
  const left = total - findings.length;
  home.replaceChildren(...[
    make("p", { class: "pkb-sum", role: "status", tabindex: "-1" }, say("summary", summary)),
    make("p", { class: "pkb-quiet" }, summary.files.join(" · ")),
    make("h3", {}, say("files")), buttons(files, subjects !== null),
    make("h3", {}, say("findings")), listed,
    left ? make("p", { class: "pkb-quiet" }, say("more", { shown: findings.length, left })) : null,
    remarks.length ? make("details", {}, make("summary", {}, say("remarks", { count: summary.infos })), table(remarks)) : null,
    make("h3", {}, say("decisions")),
    ...(subjects === null ? [make("p", {}, say("only-checked", limits))] : [
      ...(found.caveats ?? []).map((line) => make("p", { class: "pkb-quiet" }, line)),
      make("div", { class: "pkb-subjects" }),
      make("div", { class: "pkb-buttons" }, make("button", { type: "button", class: "md-button", "data-next": "", onclick: () => next(subjects) }, ""))]),
    make("div", { class: "pkb-buttons" }, make("button", { type: "button", class: "md-button", onclick: () => { stop(); begin(); } }, say("again")))].filter(Boolean));
  home.querySelector(".pkb-sum").focus();
  return subjects === null ? done() : next(subjects).then(done);
}

const done = () => { home.dataset.checked = ""; };

function buttons(files, isDecided) {
  const stem = files[0].name.replace(/\.[^.]*$/, "");
  const offered = FORMS.filter(([, form]) => isDecided || form === "annotated" || form === "findings");
  const word = make("p", { class: "pkb-wrong", role: "status" });
  return make("div", {}, make("div", { class: "pkb-buttons" }, offered.map(([name, form, ending]) =>
    make("button", { type: "button", class: "md-button", "data-form": form, onclick: async () => {
      word.textContent = "";
      try {
        download(`${stem}-${form === ending ? "policykb" : form}.${ending}`, await ask("file", { form }), "application/octet-stream");
      } catch (fault) {
        word.textContent = fault.message;
      }
    } }, say(name)))), word);
}

const cell = (name, ...content) => make("td", { "data-label": name }, ...content);

function place(one) {
  const where = [one.sheet, one.cell ?? (one.row ? say("row", one) : null)].filter(Boolean).join(" ");
  return [where || one.file || "", one.record ? make("small", {}, one.record) : null];
}

/** A table of findings; on a narrow screen each becomes a card. */
function table(found) {
  const heads = [say("place"), say("value"), say("wrong"), say("mend")];
  const rows = found.map((one) => make("tr", { class: `pkb-finding pkb-${one.severity}` },
    cell(heads[0], make("b", {}, say(one.severity)), " ", ...place(one)), cell(heads[1], one.value ?? ""),
    cell(heads[2], one.message[language] ?? ""), cell(heads[3], one.mend[language] ?? "")));
  const head = make("thead", {}, make("tr", {}, heads.map((name) => make("th", { scope: "col" }, name))));
  return make("div", { class: "pkb-scroll", tabindex: "0", role: "region", "aria-label": say("findings") },
    make("table", { class: "pkb-table pkb-cards" }, head, make("tbody", {}, rows)));
}

async function next(total) {
  const list = home.querySelector(".pkb-subjects"), button = home.querySelector("[data-next]");
  button.disabled = true;
  list.append(...(await ask("subjects", { start: list.childElementCount, count: STEP })).map(subject));
  const left = total - list.childElementCount;
  button.disabled = false;
  button.hidden = left <= 0;
  button.textContent = say("next", { count: Math.min(left, STEP) });
}

function subject(one) {
  const body = one.records.map((record) => make("section", {}, make("h4", {}, record.heading),
    [...record.findings.map((finding) => make("p", { class: finding.severity === "error" ? "pkb-wrong" : "pkb-quiet" }, finding.text)),
      ...record.lines.map((line) => make("p", { class: "pkb-quiet" }, line)), ...record.sections.map(section)]));
  return make("details", { class: "pkb-card" },
    make("summary", {}, make("span", { class: "pkb-card-title" }, one.heading), make("span", { class: "pkb-card-amount" }, one.sums[0] ?? "")),
    one.sums.slice(1).map((line) => make("p", {}, line)), body);
}

function section(one) {
  const items = make("ul", { class: "pkb-items" }, one.items.map((item) => make("li", {},
    make("b", {}, item.title), " ", make("span", { class: `pkb-status pkb-${item.state}` }, item.status), " ",
    make("span", { class: "pkb-card-amount" }, item.amount),
    item.lines.map((line) => make("div", { class: "pkb-quiet" }, line.text)))));
  return one.fold
    ? make("details", {}, make("summary", {}, `${one.heading} (${one.items.length})`), items)
    : make("div", {}, make("p", { class: "pkb-part" }, one.heading), items);
}

if (location.protocol === "file:") home.replaceChildren(make("p", { role: "status" }, say("from-folder")));
else begin();
home.dataset.ready = "";
