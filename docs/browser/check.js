// The self-check: a form made from the published facts, decided by the published queries. Nothing leaves the browser.
import { compare, doubts, Engine, findings, isNumber, money, periodEnd, start, times, unpackText } from "./engine.js";
import { told } from "./told.js";
import { download, fill, load, make, pageAddress, pick, which } from "./loading.js";

const home = document.getElementById("pkb-check");
let data, engine;
const state = { type: null, answers: {}, units: {}, readings: [], showAll: false };

const say = (name, values = {}) => fill(data.texts[name] ?? [name, name], values);

function forms(unit) {
  return data.forms[unit] ?? [];
}

function grouped(text) {
  const [, sign, whole, fraction] = /^(-?)(\d+)(\.\d+)?$/.exec(text) ?? [null, "", text, ""];
  return sign + whole.replace(/\B(?=(\d{3})+$)/g, ",") + (fraction ?? "").replace(/\.?0+$/, "");
}

/** A number with its unit, in the form that the document itself would use. */
function number(value, unit) {
  const name = data.units[unit] ? pick(data.units[unit].label) : "";
  if (which === 0) {
    for (const [form, factor] of [...forms(unit)].reverse()) {
      const zeros = factor.length - 1;
      if (!/^10*$/.test(factor) || !isNumber(value) || compare(value.replace("-", ""), factor) < 0) continue;
      const scaled = times(value, "0." + "0".repeat(Math.max(zeros - 1, 0)) + "1");
      const shown = zeros === 0 ? value : scaled;
      if ((shown.split(".")[1] ?? "").length <= 2) return (zeros ? shown : grouped(shown)) + form;
    }
  }
  return grouped(value) + (which === 0 ? "" : " ") + name;
}

function value(fact, stated) {
  const known = data.facts[fact];
  if (stated === undefined || stated === null) return say("ui-not-stated");
  if (typeof stated === "boolean") return say(stated ? "yes" : "no");
  if (Array.isArray(stated)) return stated.map((one) => value(fact, one)).join(say("comma"));
  if (known && ["decimal", "integer"].includes(known.datatype)) return number(String(stated), known.unit);
  return data.codes[stated] ? pick(data.codes[stated]) : String(stated);
}

function amountText(amount) {
  if (!amount) return "";
  const { min, max, currency } = amount;
  if (max === null) return say("no-upper-end", { low: number(min, currency) });
  if (compare(min, max) === 0) return number(max, currency);
  if (compare(min, "0") === 0) return say("up-to", { high: number(max, currency) });
  return say("range", { low: number(min, currency), high: number(max, currency) });
}

function record() {
  const field = (name) => home.querySelector(`[name="${name}"]`)?.value.trim() ?? "";
  const subject = { name: field("name") || say("ui-this-subject") };
  if (field("creditCode")) subject.creditCode = field("creditCode");
  if (field("division")) subject.division = field("division");
  return { id: "self-check", type: state.type, period: field("period") || data.examples[state.type]?.period, subject, ...state.answers };
}

// --- The form -----------------------------------------------------------------------

function control(fact) {
  const known = data.facts[fact];
  const name = `fact-${fact}`;
  const set = (answer) => {
    if (answer === null) delete state.answers[fact];
    else state.answers[fact] = answer;
    later();
  };
  if (known.datatype === "boolean") return choices(name, [[true, say("yes")], [false, say("no")]], state.answers[fact], set);
  if (known.list) return boxes(name, known.codes, state.answers[fact] ?? [], set);
  if (known.codes.length) return choices(name, known.codes.map((code) => [code, value(fact, code)]), state.answers[fact], set);
  const type = known.datatype === "date" ? "date" : "text";
  const numeric = type === "text";
  const units = numeric ? forms(known.unit) : [];
  const chosen = state.units[fact] ?? "1";
  const input = make("input", {
    id: name, name, type, autocomplete: "off", inputmode: numeric ? "decimal" : null,
    "aria-describedby": `${name}-hint ${name}-echo`,
  });
  if (state.answers[fact] !== undefined) input.value = numeric ? state.answers[fact] : String(state.answers[fact]);
  const echo = make("output", { id: `${name}-echo`, class: "pkb-echo", for: name });
  const select = units.length > 1
    ? make("select", { "aria-label": say("ui-unit"), name: `${name}-unit` },
        units.map(([form, factor]) => make("option", { value: factor, selected: factor === chosen }, which === 0 ? form : inEnglish(factor, known.unit))))
    : null;
  const read = () => {
    const text = input.value.replace(/[,，\s]/g, "").replace(/[０-９．]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
    const factor = select?.value ?? "1";
    state.units[fact] = factor;
    echo.textContent = "";
    input.removeAttribute("aria-invalid");
    if (!text) return set(null);
    if (!numeric) return set(text);
    if (!isNumber(text)) {
      // Wrong, not missing: the data rules say so, and nothing is decided.
      input.setAttribute("aria-invalid", "true");
      return set(input.value.trim());
    }
    const full = factor === "1" ? text : times(text, factor);
    echo.textContent = `= ${grouped(full)} ${data.units[known.unit] ? pick(data.units[known.unit].label) : ""}`;
    set(full);
  };
  input.addEventListener("input", read);
  select?.addEventListener("change", read);
  const unit = !select && known.unit && data.units[known.unit] ? make("span", { class: "pkb-unit" }, pick(data.units[known.unit].label)) : null;
  return make("div", { class: "pkb-input" }, input, select, unit, echo);
}

/** A written form of a unit for readers of English: the unit, or how many of it. */
function inEnglish(factor, unit) {
  const name = pick(data.units[unit].label);
  return factor === "1" ? name : `${grouped(factor)} ${name}`;
}

function choices(name, options, chosen, set) {
  const all = [...options, [null, say("ui-unknown")]];
  return make("div", { class: "pkb-choices" }, all.map(([answer, label], number_) => {
    const picked = chosen === undefined ? answer === null : String(chosen) === String(answer) && answer !== null;
    const input = make("input", { type: "radio", name, id: `${name}-${number_}`, checked: picked, onchange: () => set(answer) });
    return make("label", { for: `${name}-${number_}` }, input, make("span", {}, label));
  }));
}

function boxes(name, codes, chosen, set) {
  const read = () => {
    const picked = [...home.querySelectorAll(`input[name="${name}"]:checked`)].map((box) => box.value);
    set(picked.length ? picked : null);
  };
  return make("div", { class: "pkb-choices" }, codes.map((code) => {
    const input = make("input", { type: "checkbox", name, id: `${name}-${code}`, value: code, checked: chosen.includes(code), onchange: read });
    return make("label", { for: `${name}-${code}` }, input, make("span", {}, value(name.replace("fact-", ""), code)));
  }));
}

function question(fact) {
  const known = data.facts[fact];
  const single = !known.codes.length && known.datatype !== "boolean";
  const text = [make("span", {}, pick(known.question)), known.body ? make("span", { class: "pkb-decided" }, say("ui-decided-by", { body: pick(known.body) })) : null];
  const hint = make("p", { class: "pkb-hint", id: `fact-${fact}-hint` }, pick(known.proof) ? say("ui-proof", { proof: pick(known.proof) }) : "");
  const inner = single
    ? [make("label", { for: `fact-${fact}`, class: "pkb-question" }, text), control(fact), hint]
    : [make("legend", { class: "pkb-question" }, text), control(fact), hint];
  return make(single ? "div" : "fieldset", { class: "pkb-ask", "data-fact": fact }, inner, make("p", { class: "pkb-wrong", role: "alert" }));
}

function plainField(name, label, attributes = {}) {
  return make("div", { class: "pkb-ask", "data-fact": name }, make("label", { for: `field-${name}`, class: "pkb-question" }, label),
    make("input", { id: `field-${name}`, name, type: "text", autocomplete: "off", oninput: later, ...attributes }),
    make("p", { class: "pkb-wrong", role: "alert" }));
}

/** The facts of the kind of record, those first that settle most. */
function inOrder() {
  const all = data.types[state.type].facts;
  const blank = { id: "order", type: state.type, period: data.examples[state.type]?.period ?? "2020", subject: { name: "-" } };
  const [answer] = engine.decide([blank]);
  const first = answer.covered ? engine.order(answer).filter((fact) => all.includes(fact)) : [];
  return [...first, ...all.filter((fact) => !first.includes(fact))];
}

function build() {
  const types = Object.entries(data.types);
  const kept = Object.fromEntries(["period", "name", "creditCode", "division", "asOf"].map((n) => [n, home.querySelector(`[name="${n}"]`)?.value]));
  const select = make("select", { id: "field-type", name: "type", onchange: (event) => choose(event.target.value) },
    types.map(([id, type]) => make("option", { value: id, selected: id === state.type }, pick(type.label))));
  const period = data.examples[state.type]?.period ?? "";
  const readings = Object.entries(data.readings).filter(([, reading]) => reading.types.includes(state.type));
  const form = make("form", { class: "pkb-form", "aria-label": say("ui-form"), onsubmit: (event) => event.preventDefault() },
    make("div", { class: "pkb-ask pkb-kind-of-record" }, make("label", { for: "field-type", class: "pkb-question" }, say("ui-type")), select),
    make("div", { class: "pkb-row" },
      plainField("period", pick(data.columns.period), { value: kept.period || period, placeholder: period, inputmode: "numeric" }),
      plainField("name", pick(data.columns.name), { value: kept.name ?? "" })),
    make("details", {}, make("summary", {}, say("ui-more")),
      plainField("creditCode", pick(data.columns.creditCode), { value: kept.creditCode ?? "", maxlength: "18" }),
      plainField("division", pick(data.columns.division), { value: kept.division ?? "", inputmode: "numeric", maxlength: "6" }),
      plainField("asOf", say("ui-as-of"), { type: "date", value: kept.asOf ?? "" })),
    readings.length ? alternatives(readings) : null,
    make("p", { class: "pkb-progress", "aria-live": "polite" }),
    make("div", { class: "pkb-questions" }, inOrder().map(question)),
    make("div", { class: "pkb-buttons" },
      button("ui-example", example), button("ui-clear", clear), button("ui-show-all", toggleAll),
      button("ui-print", () => print()), button("ui-download", save)),
    make("p", { class: "pkb-quiet" }, say("ui-stays-here")));
  const results = make("section", { class: "pkb-results", id: "pkb-results", "aria-label": say("ui-results") });
  const bar = make("a", { class: "pkb-foot", href: "#pkb-results", onclick: (event) => {
    event.preventDefault();
    results.scrollIntoView();
  } });
  home.replaceChildren(make("div", { class: "pkb-columns-2" }, form, results), bar);
  decide();
}

/** The readings to choose from; one that cannot stand beside what is chosen is barred, and says so. */
function alternatives(readings) {
  const bar = () => boxes.forEach(({ reading, box, note }) => {
    const against = reading.conflicts.filter((other) => state.readings.includes(other));
    box.disabled = against.length > 0;
    const names = against.map((other) => pick(data.readings[other].label)).join(say("comma"));
    note.textContent = names && ` ${say("ui-not-together", { readings: names })}`;
  });
  const boxes = readings.map(([name, reading]) => {
    const id = `reading-${name.replace(/\W/g, "-")}`;
    const note = make("em", {});
    const box = make("input", { type: "checkbox", id, checked: state.readings.includes(name), onchange: (event) => {
      state.readings = event.target.checked ? [...state.readings, name] : state.readings.filter((one) => one !== name);
      engine.use(state.readings);
      bar();
      later();
    } });
    const text = make("span", {}, make("b", {}, pick(reading.label)), " ", pick(reading.alternative), note);
    return { reading, box, note, label: make("label", { for: id, class: "pkb-reading" }, box, text) };
  });
  bar();
  return make("details", {}, make("summary", {}, say("ui-readings")), boxes.map(({ label }) => label));
}

function button(text, action) {
  return make("button", { type: "button", class: "md-button", onclick: action }, say(text));
}

function choose(type) {
  state.type = type;
  state.answers = {};
  state.units = {};
  state.readings = [];
  engine.use([]);
  history.replaceState(null, "", `#type=${encodeURIComponent(type)}`);
  build();
}

function example() {
  const found = data.examples[state.type];
  if (!found) return;
  state.answers = { ...found.facts };
  state.units = {};
  build();
  home.querySelector(".pkb-results").scrollIntoView({ block: "nearest" });
}

function clear() {
  state.answers = {};
  state.units = {};
  for (const field of home.querySelectorAll('[name="period"], [name="name"], [name="creditCode"], [name="division"], [name="asOf"]')) field.value = "";
  build();
}

function toggleAll() {
  state.showAll = !state.showAll;
  decide();
}

function save() {
  download("policykb-record.json", JSON.stringify({ records: [record()] }, null, 2) + "\n", "application/json");
}

let timer = null;
function later() {
  clearTimeout(timer);
  timer = setTimeout(decide, 120);
}

// --- The answer ---------------------------------------------------------------------

function decide() {
  const mine = record();
  const day = home.querySelector('[name="asOf"]')?.value || null;
  for (const place of home.querySelectorAll(".pkb-wrong")) place.textContent = "";
  const wrong = findings(mine, data.dataRules);
  const results = home.querySelector(".pkb-results");
  const foot = home.querySelector(".pkb-foot");
  if (wrong.length) {
    foot.textContent = say("status-invalid-record") + " ↓";
    for (const finding of wrong) {
      const place = home.querySelector(`[data-fact="${finding.fact}"] .pkb-wrong`);
      if (place) place.textContent = said(finding);
    }
    results.replaceChildren(make("h2", {}, say("status-invalid-record")),
      make("ul", {}, wrong.map((finding) => make("li", {}, said(finding)))));
    return;
  }
  const [answer] = engine.decide([mine], day);
  const open = new Map();
  for (const decision of answer.decisions) {
    for (const fact of [...decision.missing, ...decision.awaiting]) open.set(fact, (open.get(fact) ?? 0) + 1);
  }
  narrow(open);
  results.replaceChildren(...doubtful(mine), ...report(answer, mine, day));
  const sums = answer.covered ? answer.totals.map(amountText).join(say("comma")) : "";
  foot.textContent = `${say("ui-total")}${which ? ": " : "："}` + (sums || say("ui-no-sum")) + " ↓";
}

/** A finding in words, with its mend. */
function said({ message, mend, fact, values }) {
  return `${fill(message, { ...values, item: data.facts[fact] ? pick(data.facts[fact].label) : fact })} ${pick(mend)}`;
}

/** What to look at again, where the data rules warn of it. */
function doubtful(mine) {
  const items = doubts(mine, data.dataRules).map((one) => make("li", {}, said(one)));
  return items.length ? [make("div", { class: "pkb-doubts", role: "status" }, make("h3", {}, say("ui-doubts")), make("ul", {}, items))] : [];
}

/** Show only what is answered already or can still change an answer. */
function narrow(open) {
  let left = 0;
  for (const ask of home.querySelectorAll(".pkb-questions .pkb-ask")) {
    const fact = ask.dataset.fact;
    const answered = state.answers[fact] !== undefined;
    left += open.has(fact) ? 1 : 0;
    const typing = ask.contains(document.activeElement);
    ask.hidden = !(state.showAll || answered || open.has(fact) || typing);
    ask.classList.toggle("pkb-settled", !open.has(fact) && !answered);
  }
  home.querySelector(".pkb-progress").textContent = left ? say("ui-left", { count: left }) : say("ui-none-left");
}

function report(answer, mine, day) {
  if (!answer.covered) {
    const rules = engine.rules;
    const days = {
      issued: rules.asOfFrom, first: rules.periodsEndingFrom, last: rules.inForceThrough,
      end: periodEnd(mine.period), day: day ?? periodEnd(mine.period),
    };
    const why = rules.inForceThrough ? say("not-in-force-until", days) : say("not-in-force", days);
    return [make("h2", {}, say("status-not-in-force")), make("p", {}, why)];
  }
  const parts = { eligible: [], undetermined: [], "not-eligible": [] };
  for (const decision of answer.decisions) parts[decision.status]?.push(decision);
  const blocks = [make("h2", { class: "pkb-results-title" }, say("ui-results")), summary(answer, parts)];
  for (const [status, found] of Object.entries(parts)) {
    if (!found.length) continue;
    const paid = found.filter((decision) => engine.rules.clauses[decision.clause].money);
    const others = found.filter((decision) => !engine.rules.clauses[decision.clause].money);
    blocks.push(make("h3", { class: `pkb-group pkb-${status}` }, `${say(`ui-group-${status}`)} (${found.length})`));
    blocks.push(...paid.map((decision) => card(decision, answer)));
    if (others.length) {
      blocks.push(make("details", { class: "pkb-fold", open: !paid.length && status !== "not-eligible" && others.length < 4 },
        make("summary", {}, say("ui-others", { count: others.length })), others.map((decision) => card(decision, answer))));
    }
  }
  const stated = Object.entries(state.answers).flatMap(([fact, one]) => [make("dt", {}, pick(data.facts[fact].label)), make("dd", {}, value(fact, one))]);
  if (stated.length) blocks.push(make("div", { class: "pkb-stated" }, make("h3", {}, say("ui-stated")), make("dl", { class: "pkb-facts" }, stated)));
  blocks.push(make("p", { class: "pkb-quiet" }, say("ui-legend", { document: data.document.number, rules: data.rulesHash.slice(0, 12), version: data.version })));
  return blocks;
}

function summary(answer, parts) {
  const sums = answer.totals;
  const lines = sums.length ? sums.map((sum) => make("p", { class: "pkb-sum" }, amountText(sum))) : [make("p", { class: "pkb-sum" }, say("ui-no-sum"))];
  const counts = Object.entries(parts).map(([status, found]) => make("li", { class: `pkb-${status}` }, make("b", {}, String(found.length)), " ", say(`ui-group-${status}`)));
  return make("div", { class: "pkb-summary", role: "status" }, make("p", { class: "pkb-eyebrow" }, say("ui-total")), lines, make("ul", { class: "pkb-counts" }, counts));
}

function statusText(decision, clause) {
  if (decision.status === "undetermined") {
    return say(decision.missing.length ? "status-missing" : decision.awaiting.length ? "status-awaiting" : "status-unsettled");
  }
  if (!clause.money && decision.status !== "not-in-force") return say(decision.status === "eligible" ? "status-applies" : "status-not-applies");
  return say(`status-${decision.status}`);
}

function card(decision, answer) {
  const clause = engine.rules.clauses[decision.clause];
  const head = make("summary", {},
    make("span", { class: "pkb-card-title" }, pick(clause.title)),
    make("span", { class: `pkb-status pkb-${decision.status}` }, statusText(decision, clause)),
    make("span", { class: "pkb-card-amount" }, clause.unstated && decision.status !== "not-eligible" ? pick(clause.unstated) : amountText(decision.amount)));
  const notes = [];
  if (decision.suppressedBy) notes.push(say("suppressed", { winner: pick(engine.rules.clauses[decision.suppressedBy].title) }));
  if (decision.selected === null && clause.money && Object.values(engine.rules.groups).some((g) => g.members.includes(decision.clause)) && decision.status !== "not-eligible") notes.push(say("group-open"));
  if (decision.missing.length) notes.push(say("ui-needs", { facts: decision.missing.map((fact) => pick(data.facts[fact]?.label ?? data.columns[fact])).join(say("comma")) }));
  for (const fact of decision.awaiting) notes.push(say("ui-waits", { body: pick(data.facts[fact].body), fact: pick(data.facts[fact].label) }));
  if (decision.fallback) notes.push(`${say("ui-fallback")} ${clause.fallback}`);
  notes.push(...decision.remarks.map((remark) => remarkText(remark, clause)).filter(Boolean));
  if (decision.status !== "not-eligible") {
    const on = home.querySelector('[name="asOf"]')?.value || periodEnd(record().period);
    notes.push(...engine.rules.notices.filter((n) => n.clause === decision.clause && (!n.from || n.from <= on)).map((n) => pick(n.text)));
    if (clause.unstated) notes.push(say("amount-not-stated"));
    if (clause.payeeInferred && clause.options.length) notes.push(say("payee-inferred", { payee: pick(clause.payee) }));
  }
  const missed = decision.status === "not-eligible" ? gaps(decision, answer) : [];
  return make("details", { class: `pkb-card pkb-${decision.status}`, "data-clause": decision.clause, open: clause.money && decision.status !== "not-eligible" },
    head,
    missed.map((text) => make("p", { class: "pkb-gap" }, text)),
    notes.map((note) => make("p", { class: "pkb-note-line" }, note)),
    clause.root ? tree(clause.root, decision, answer) : null,
    arithmetic(clause, decision, answer),
    make("p", { class: "pkb-source" },
      make("a", { href: pageAddress(clause.page) }, `${say("article", { number: clause.article })} ${decision.clause}`), " · ",
      say("ui-authority", { body: pick(clause.authority) }), clause.authorityInferred ? say("ui-inferred") : "", " · ",
      say("ui-payee", { payee: pick(clause.payee) })));
}

function remarkText(remark, clause) {
  if (remark.kind === "unsettled") return say("unsettled");
  if (remark.kind === "rounded-to-zero") return say("rounded-to-zero", { smallest: clause.smallest });
  if (remark.kind === "below-floor") return say("below-floor", { floor: pick(clause.options.find((o) => o.iri === remark.about)?.rule ?? ["", ""]) });
  const found = engine.rules.criteria[remark.about]?.presumption ?? engine.rules.remarks[remark.about];
  return found ? pick(found) : "";
}

/** The unmet criteria to blame, with what is short. */
function gaps(decision, answer) {
  const found = [];
  const blame = (node) => {
    if (typeof node === "string") {
      if (decision.criteria[node] !== "unmet") return [];
      return [node];
    }
    const [op, ...children] = node;
    const parts = children.map(blame);
    if (op === "or" && parts.some((part) => !part.length)) return [];
    return op === "not" ? [] : parts.flat();
  };
  const clause = engine.rules.clauses[decision.clause];
  let blamed = clause.root ? blame(clause.root) : [];
  if (!blamed.length) {
    const tiers = clause.options.map((option) => (option.when ? blame(option.when) : [])).filter((part) => part.length);
    blamed = tiers.at(-1) ?? [];
  }
  for (const iri of [...new Set(blamed)]) {
    const criterion = engine.rules.criteria[iri];
    found.push(pick(criterion.message) + shortfall(iri, criterion, answer));
  }
  return found;
}

function shortfall(iri, criterion, answer) {
  const gap = answer.gaps[iri];
  if (!gap) return "";
  const lower = gap.op.endsWith("ge") || gap.op.endsWith("gt");
  const amount = number(gap.gap, data.facts[criterion.path]?.unit);
  if (compare(gap.gap, "0") === 0) return say("ui-just-short");
  return say(lower ? "ui-short-by" : "ui-over-by", { gap: amount });
}

const MARKS = { met: "✓", unmet: "✗", unknown: "?" };

function tree(node, decision, answer) {
  if (typeof node === "string") return make("ul", { class: "pkb-tree" }, leaf(node, decision, answer));
  const [op, ...children] = node;
  const inner = make("ul", { class: "pkb-tree" }, children.map((child) => branch(child, decision, answer)));
  return op === "and" ? inner : make("div", {}, make("p", { class: "pkb-op" }, say(`ui-op-${op}`)), inner);
}

function branch(node, decision, answer) {
  if (typeof node === "string") return leaf(node, decision, answer);
  const [op, ...children] = node;
  if (op === "and" && children.length === 1) return branch(children[0], decision, answer);
  return make("li", { class: `pkb-${op}` }, make("span", { class: "pkb-op" }, say(`ui-op-${op}`)), make("ul", {}, children.map((child) => branch(child, decision, answer))));
}

function leaf(iri, decision, answer) {
  const criterion = engine.rules.criteria[iri];
  const truth = decision.criteria[iri];
  if (!criterion || !truth) return null;
  const stated = state.answers[criterion.path] ?? answer.derived[criterion.path];
  const others = criterion.others.map((other) => ` / ${pick(data.facts[other]?.label ?? [other, other])}: ${value(other, state.answers[other] ?? answer.derived[other])}`);
  const known = criterion.path === "division" ? record().subject.division : stated;
  return make("li", { class: `pkb-leaf pkb-truth-${truth}` },
    make("span", { class: "pkb-mark-truth", role: "img", "aria-label": say(`truth-${truth}`) }, MARKS[truth]),
    make("span", { class: "pkb-name" }, pick(criterion.label)),
    make("span", { class: "pkb-required" }, `${pick(criterion.required)} · ${say("ui-yours")} ${value(criterion.path, known)}`, others),
    make("span", { class: "pkb-words" }, make("q", { lang: "zh-Hans" }, criterion.words), " ",
      criterion.page ? make("a", { href: pageAddress(criterion.page), class: "pkb-cite" }, criterion.provision) : criterion.provision));
}

/** How the expressions of amounts write facts, numbers and what is said in two languages. */
const write = { fact: (name, amount) => number(amount, data.facts[name].unit), number, pick: (text) => pick(text) };

function arithmetic(clause, decision, answer) {
  if (!clause.money || decision.status === "not-eligible") return null;
  const lines = clause.options.flatMap((option) => {
    const worked = answer.options[option.iri];
    if (!worked) return [];
    const parts = [pick(option.label) + (which ? ": " : "："), pick(option.rule)];
    const values = answer.values[option.iri];
    const reached = option.expression && values?.[option.expression.iri];
    if (reached) {
      parts.push(` → ${told(option.expression, values, write)} = ${number(money(reached.rounded), clause.currency)}`);
      if (option.cap !== null && compare(reached.value, option.cap) > 0) parts.push(say("ui-capped", { cap: number(option.cap, clause.currency) }));
    }
    if (worked.truth === "1") parts.push(say("ui-if-so"));
    return [make("li", {}, parts.join(""), " ", make("q", { lang: "zh-Hans" }, option.words))];
  });
  return lines.length ? make("div", { class: "pkb-arithmetic" }, make("p", { class: "pkb-part" }, say("ui-arithmetic")), make("ul", {}, lines)) : null;
}

// --- Start --------------------------------------------------------------------------

async function run() {
  const [packedData, packedProgram, wasm] = await Promise.all([
    load("data.js", "data"), load("program.js", "program"), load("oxigraph.js", "wasm"),
  ]);
  data = JSON.parse(await unpackText(packedData));
  await start(wasm);
  engine = new Engine(data, await unpackText(packedProgram));
  const asked = new URLSearchParams(location.hash.slice(1)).get("type");
  state.type = asked && Object.hasOwn(data.types, asked) ? asked : Object.keys(data.types)[0];
  build();
  addEventListener("hashchange", () => {
    const type = new URLSearchParams(location.hash.slice(1)).get("type");
    if (type && type !== state.type && Object.hasOwn(data.types, type)) choose(type);
  });
  addEventListener("beforeprint", () => home.querySelectorAll("details.pkb-card, details.pkb-fold").forEach((one) => one.setAttribute("open", "")));
  // What tests and the console may ask: decide any records, under any readings.
  globalThis.policykb.decide = (records, day = null, readings = []) => {
    engine.use(readings);
    const answers = engine.decide(records, day);
    engine.use(state.readings);
    return answers;
  };
  home.dataset.ready = "";
}

run().catch((fault) => {
  home.replaceChildren(make("p", { class: "pkb-wrong", role: "alert" }, String(fault.message ?? fault)));
});
