// The form: situations to choose from, then one question for each fact that can matter, as the published facts word them.
import { beside, chosen, clauseOf, entriesOf, inPlay, isTyped, keep, said, state, stated, typesTitle, unitOf } from "./answers.js";
import { doubts, isNumber, times } from "./engine.js";
import { fill, make, pick, which } from "./loading.js";
import { apart, app, colon, forms, grouped, label, listed, number, say, unitName, valueText } from "./words.js";

export function button(text, action, attributes = {}) {
  return make("button", { type: "button", class: "md-button", onclick: action, ...attributes }, say(text));
}

// --- Where it begins ------------------------------------------------------------------

/** The situations by the chapters that they come from; several can be chosen. */
export function beginning({ go, open }) {
  const headings = Map.groupBy(app.data.situations, (one) => pick(one.heading));
  const next = button("ui-continue", go, { class: "md-button md-button--primary", disabled: !state.chosen.length });
  const choice = (one) => {
    const id = `situation-${one.id}`;
    const box = make("input", { type: "checkbox", id, value: one.id, checked: state.chosen.includes(one.id), onchange: (event) => {
      state.chosen = event.target.checked ? [...state.chosen, one.id] : state.chosen.filter((other) => other !== one.id);
      next.disabled = !state.chosen.length;
      keep();
    } });
    return make("label", { for: id, class: "pkb-situation" }, box, make("span", {}, pick(one.label), one.money ? null : make("small", {}, say("ui-no-money"))));
  };
  const groups = [...headings].map(([heading, found]) =>
    make("fieldset", { class: "pkb-situations" }, make("legend", {}, heading), found.map(choice)));
  return make("form", { class: "pkb-begin", "aria-label": say("ui-form"), onsubmit: (event) => { event.preventDefault(); go(); } },
    make("h2", { tabindex: "-1" }, say("ui-which")), make("p", { class: "pkb-quiet" }, say("ui-which-several")),
    groups,
    make("div", { class: "pkb-buttons pkb-sticky" }, next, fileButton(open)),
    make("p", { class: "pkb-quiet" }, say("ui-stays-here")));
}

/** A button that takes a file of records. */
export function fileButton(open) {
  const input = make("input", { type: "file", accept: ".json,application/json", hidden: true, "aria-label": say("ui-open"), onchange: () => input.files[0] && open(input.files[0]) });
  return make("span", {}, input, button("ui-open", () => input.click()));
}

// --- The form ---------------------------------------------------------------------------

export function form(act) {
  const mine = [...inPlay()];
  const several = mine.length > 1 || mine.some(([type]) => entriesOf(type).length > 1);
  return make("form", { class: "pkb-form", "aria-label": say("ui-form"), onsubmit: (event) => event.preventDefault() },
    make("p", { class: "pkb-back" }, make("a", { href: "#start", onclick: (event) => { event.preventDefault(); act.back(); } }, say("ui-change"))),
    make("h2", { tabindex: "-1", class: "pkb-mine" }, typesTitle(chosen())),
    scales(act),
    make("div", { class: "pkb-row" }, years(act), field("name", say("ui-name"), act)),
    mine.map(([type, situations]) => entriesOf(type).map((_, index) => section(type, situations, index, several, act))),
    mine.filter(([type]) => !app.data.types[type].once).map(([type]) =>
      make("p", {}, make("button", { type: "button", class: "pkb-link", onclick: () => act.add(type) }, say("ui-add", { kind: pick(app.data.types[type].label) })))),
    make("details", { open: ["period", "creditCode", "division", "asOf"].some((name) => state[name]) }, make("summary", {}, say("ui-more")),
      field("period", say("ui-period"), act),
      field("creditCode", label("creditCode"), act, { maxlength: "18" }),
      field("division", label("division"), act, { inputmode: "numeric", maxlength: "6" }),
      field("asOf", say("ui-as-of"), act, { type: "date" })),
    readings(act),
    make("div", { class: "pkb-buttons" },
      button("ui-clear", act.clear), button("ui-example", act.example, { id: "pkb-example" }), button("ui-show-all", act.showAll), fileButton(act.open)),
    make("p", { class: "pkb-quiet" }, say("ui-stays-here")));
}

function section(type, situations, index, several, act) {
  const title = `${pick(app.data.types[type].label)}${entriesOf(type).length > 1 ? ` ${index + 1}` : ""}`;
  const removable = entriesOf(type).length > 1;
  return make("section", { class: "pkb-entry", "data-type": type, "data-index": String(index), "aria-label": title },
    several ? make("h3", {}, title, removable ? make("button", { type: "button", class: "pkb-link", onclick: () => act.remove(type, index) }, say("ui-remove")) : null) : null,
    make("div", { class: "pkb-questions" }, inOrder(type, situations).map((fact) => question(type, index, fact, act))),
    make("p", { class: "pkb-progress", "aria-live": "polite" }));
}

/** The facts of a type, those first that money hangs on. */
function inOrder(type, situations) {
  const { facts } = app.data.types[type];
  const ids = situations.flatMap((one) => one.clauses);
  const behind = (paid) => new Set(ids.filter((id) => clauseOf(id).money === paid).flatMap((id) => clauseOf(id).facts));
  const [money, others] = [behind(true), behind(false)];
  const rank = (fact) => (money.has(fact) ? 0 : others.has(fact) ? 1 : 2);
  return [...facts].sort((one, other) => rank(one) - rank(other) || facts.indexOf(one) - facts.indexOf(other));
}

/** Money is counted in one unit all over the form. */
function scales(act) {
  const facts = [...inPlay()].flatMap(([type, situations]) => situations.flatMap((one) => one.clauses.flatMap((id) => clauseOf(id).facts)).filter((fact) => app.data.types[type].facts.includes(fact)));
  const units = [...new Set(facts.map((fact) => app.data.facts[fact].unit))].filter((unit) => app.data.units[unit]?.currency && forms(unit).length > 1);
  if (!units.length) return null;
  const factors = forms(units[0]).map(([, factor]) => factor).filter((factor) => units.every((unit) => forms(unit).some(([, other]) => other === factor)));
  const choice = (factor, place) => {
    const names = units.map((unit) => unitName(unit, forms(unit).find(([, other]) => other === factor)[0], factor));
    const input = make("input", { type: "radio", name: "scale", id: `scale-${place}`, checked: factor === state.scale, onchange: () => act.scale(factor) });
    return make("label", { for: `scale-${place}` }, input, make("span", {}, listed(names)));
  };
  return make("fieldset", { class: "pkb-ask pkb-scale" }, make("legend", { class: "pkb-question" }, say("ui-scale")),
    make("div", { class: "pkb-choices" }, factors.map(choice)), make("p", { class: "pkb-hint" }, say("ui-scale-hint")));
}

/** The years that the document covers, up to its expiry where it has one, and one that was stated before or after. */
function years(act) {
  const begins = Number(app.data.periodsEndingFrom.slice(0, 4));
  const stated_ = Number(state.year) || begins;
  const { issued, expires } = app.data.document;
  const first = Math.min(begins, stated_);
  const last = Math.max(begins, Number(expires?.slice(0, 4) ?? new Date().getFullYear()), stated_);
  const list = Array.from({ length: last - first + 1 }, (_, place) => String(first + place));
  const select = make("select", { id: "field-year", name: "year", "aria-describedby": "year-hint", onchange: (event) => act.set("year", event.target.value) },
    list.map((year) => make("option", { value: year, selected: Number(year) === stated_ }, which ? year : `${year}年`)));
  const spans = Object.values(app.data.of ?? {}).map(({ about }) => `${pick(about.name)}${colon}${pick(about.validity)}`);
  const hint = spans.length ? apart(spans) : say(expires ? "ui-year-until" : "ui-year-no-end", { issued: issued.slice(0, 4), expires });
  return make("div", { class: "pkb-ask", "data-fact": "year" }, make("label", { for: "field-year", class: "pkb-question" }, say("ui-year")), select,
    make("p", { class: "pkb-hint", id: "year-hint" }, hint));
}

function field(name, title, act, attributes = {}) {
  const input = make("input", { id: `field-${name}`, name, type: "text", autocomplete: "off", "aria-describedby": `field-${name}-wrong`,
    oninput: (event) => act.set(name, event.target.value), ...attributes });
  input.value = state[name];
  return make("div", { class: "pkb-ask", "data-fact": name }, make("label", { for: `field-${name}`, class: "pkb-question" }, title), input,
    make("p", { class: "pkb-wrong", id: `field-${name}-wrong`, "aria-live": "polite" }));
}

/** The readings to choose from; one that cannot stand beside what is chosen is barred, and says so. */
function readings(act) {
  const found = Object.entries(app.data.readings).filter(([, reading]) => reading.types.some((type) => inPlay().has(type)));
  if (!found.length) return null;
  const bar = () => boxes.forEach(({ reading, box, note }) => {
    const against = reading.conflicts.filter((other) => state.readings.includes(other));
    box.disabled = against.length > 0;
    const names = listed(against.map((other) => pick(app.data.readings[other].label)));
    note.textContent = names && ` ${say("ui-not-together", { readings: names })}`;
  });
  const boxes = found.map(([name, reading]) => {
    const id = `reading-${name.replace(/\W/g, "-")}`;
    const note = make("em", {});
    const box = make("input", { type: "checkbox", id, checked: state.readings.includes(name), onchange: (event) => {
      act.read(event.target.checked ? [...state.readings, name] : state.readings.filter((one) => one !== name));
      bar();
    } });
    const text = make("span", {}, make("b", {}, pick(reading.label)), " ", pick(reading.alternative), note);
    return { reading, box, note, label: make("label", { for: id, class: "pkb-reading" }, box, text) };
  });
  bar();
  return make("details", { class: "pkb-readings" }, make("summary", {}, say("ui-readings")), boxes.map((one) => one.label));
}

// --- One question -------------------------------------------------------------------------

function question(type, index, fact, act) {
  const known = app.data.facts[fact];
  const id = `fact-${type}-${index}-${fact}`;
  const single = isTyped(fact) || known.datatype === "date";
  const who = known.body ? (known.unnamed ? say("ui-decided-unnamed") : say("ui-decided-by", { body: pick(known.body) })) : null;
  const text = [make("span", {}, pick(known.question)), who ? make("span", { class: "pkb-decided" }, who) : null];
  const proof = pick(known.proof);
  const hint = make("p", { class: "pkb-hint", id: `${id}-hint` }, proof ? say("ui-proof", { proof }) : "");
  const about = [make("p", { class: "pkb-wrong", id: `${id}-wrong`, "aria-live": "polite" }), make("div", { class: "pkb-doubt", id: `${id}-doubt`, "aria-live": "polite" })];
  const described = `${id}-hint ${id}-echo ${id}-wrong ${id}-doubt`;
  const inner = single
    ? [make("label", { for: id, class: "pkb-question" }, text), written(type, index, fact, id, described, act)]
    : [make("legend", { class: "pkb-question" }, text), chooser(type, index, fact, id, act)];
  return make(single ? "div" : "fieldset", { class: "pkb-ask", "data-fact": fact, "aria-describedby": single ? null : described }, inner, about, hint);
}

function answerer(type, index, fact, act) {
  return (raw) => {
    const entry = entriesOf(type)[index];
    if (raw === null || raw === "") delete entry[fact];
    else entry[fact] = raw;
    act.changed();
  };
}

function written(type, index, fact, id, described, act) {
  const known = app.data.facts[fact];
  const set = answerer(type, index, fact, act);
  const isDate = known.datatype === "date";
  const input = make("input", { id, name: id, type: isDate ? "date" : "text", autocomplete: "off", inputmode: isDate ? null : "text", "aria-describedby": described });
  input.value = entriesOf(type)[index][fact] ?? "";
  const echo = make("output", { id: `${id}-echo`, class: "pkb-echo", for: id });
  const show = () => {
    const one = input.value.trim() && !isDate ? stated(fact, input.value.trim()) : {};
    const plain = one.value !== undefined && one.value === input.value.trim() && (known.unit === null || unitOf(fact) === forms(known.unit)[0]?.[0]);
    echo.textContent = one.value === undefined || (plain && one.value.length < 5) ? "" : `= ${echoed(one.value, known.unit)}`;
  };
  input.addEventListener("input", () => {
    input.dataset.typing = "";
    set(input.value.trim());
    show();
  });
  for (const end of ["change", "blur"]) {
    input.addEventListener(end, () => {
      if (!("typing" in input.dataset)) return;
      delete input.dataset.typing;
      act.left();
    });
  }
  show();
  const unit = isTyped(fact) && known.unit && known.unit !== "rank" ? make("span", { class: "pkb-unit" }, beside(fact)) : null;
  return make("div", { class: "pkb-input" }, input, unit, echo);
}

/** A number in words that show its size: in full, and in the form of the document where that is shorter. */
function echoed(value, unit) {
  const known = app.data.units[unit];
  // 第3名, and 3 in English: a place is written otherwise than so many of something.
  if (unit === "rank") return fill(known.written, { value: grouped(value) });
  const full = `${grouped(value)}${which ? " " : ""}${known ? pick(known.label) : ""}`;
  const short = isNumber(value) ? number(value, unit) : full;
  return which || short === full ? full : `${full}${say("ui-that-is", { amount: short })}`;
}

function chooser(type, index, fact, id, act) {
  const known = app.data.facts[fact];
  const set = answerer(type, index, fact, act);
  const now = entriesOf(type)[index][fact];
  if (known.list) return boxes(known.codes, fact, id, now ?? [], set);
  const yesNo = known.datatype === "boolean";
  const options = yesNo ? [[true, say("yes")], [false, say("no")]] : known.codes.map((code) => [code, valueText(fact, code)]);
  return make("div", { class: "pkb-choices" }, [...options, [null, say("ui-unknown")]].map(([answer, text], place) => {
    const picked = now === undefined ? answer === null : answer !== null && String(now) === String(answer);
    const input = make("input", { type: "radio", name: id, id: `${id}-${place}`, checked: picked, onchange: () => set(answer) });
    return make("label", { for: `${id}-${place}` }, input, make("span", {}, text));
  }));
}

function boxes(codes, fact, id, now, set) {
  const all = codes.map((code) => make("input", { type: "checkbox", name: id, id: `${id}-${code}`, value: code, checked: now.includes(code), onchange: () => {
    const picked = all.filter((box) => box.checked).map((box) => box.value);
    set(picked.length ? picked : null);
  } }));
  return make("div", { class: "pkb-choices" }, all.map((box) => make("label", { for: box.id }, box, make("span", {}, valueText(fact, box.value)))));
}

// --- What the answers say about the form ----------------------------------------------------

const place = (home, type, index, fact) =>
  home.querySelector(`.pkb-entry[data-type="${type}"][data-index="${index}"] [data-fact="${fact}"]`) ?? home.querySelector(`.pkb-form > [data-fact="${fact}"], .pkb-form > * > [data-fact="${fact}"]`);

/** Say beside each field what is wrong with it, and what to look at again with a way to mend it. */
export function tell(home, found, act) {
  const told = new Map([...home.querySelectorAll(".pkb-form .pkb-wrong:not(.pkb-opened), .pkb-form .pkb-doubt")].map((one) => [one, []]));
  const invalid = new Set();
  for (const { type, index, record, wrong, unsaid } of found) {
    for (const { fact, text } of wrong) {
      const where = place(home, type, index, fact === "period" && !state.period ? "year" : fact);
      told.get(where?.querySelector(".pkb-wrong"))?.push(text);
      invalid.add(where?.querySelector("input, select"));
    }
    for (const { fact, text } of unsaid) told.get(place(home, type, index, fact)?.querySelector(".pkb-doubt"))?.push(make("p", {}, text));
    // What mends one doubt about a field leaves no other about it: it is offered once.
    const offered = new Set();
    for (const doubt of doubts(record, app.data.dataRules)) {
      const where = place(home, type, index, doubt.fact)?.querySelector(".pkb-doubt");
      const mend = offered.has(doubt.fact) ? [] : mends(record, type, index, doubt, act);
      if (mend.length) offered.add(doubt.fact);
      told.get(where)?.push(make("p", {}, said(doubt)), ...mend);
    }
  }
  for (const [where, parts] of told) write(where, parts);
  for (const one of home.querySelectorAll("[aria-invalid]")) if (!invalid.has(one)) one.removeAttribute("aria-invalid");
  for (const one of invalid) one?.setAttribute("aria-invalid", "true");
}

/** Write what is said in a place, unless it says so already: it is read aloud once, and a button in it keeps the focus. */
function write(where, parts) {
  const text = (part) => (typeof part === "string" ? part : part.textContent);
  if (where.textContent !== parts.map(text).join("")) where.replaceChildren(...parts);
}

/** Other units in which the number as typed would raise no doubt: one tap each. */
function mends(record, type, index, { fact, id }, act) {
  const known = app.data.facts[fact];
  const raw = entriesOf(type)[index][fact];
  if (!known || !isTyped(fact) || typeof raw !== "string" || !known.unit) return [];
  const bare = /^[^\d]*([\d,]+(?:\.\d+)?)/.exec(raw)?.[1];
  if (!bare) return [];
  const meant = forms(known.unit).map(([form_, factor]) => ({ typed: `${bare}${form_}`, factor, value: times(bare.replaceAll(",", ""), factor) }));
  const fits = meant.filter(({ typed, value }) => {
    if (value === record[fact] || stated(fact, typed).value !== value) return false;
    const tried = { ...record, [fact]: value };
    return !doubts(tried, app.data.dataRules).some((one) => one.fact === fact || one.id === id);
  });
  // The nearest unit is the likeliest.
  const steps = (factor) => Math.abs(factor.length - (forms(known.unit).find(([form_]) => form_ === unitOf(fact))?.[1].length ?? 1));
  return fits.sort((one, other) => steps(one.factor) - steps(other.factor)).slice(0, 1).map(({ typed, value }) =>
    make("button", { type: "button", class: "pkb-mend", onclick: () => act.mend(type, index, fact, typed) }, say("ui-meant", { amount: number(value, known.unit) })));
}

/**
 * Show only what is answered already, or can still change an answer. Half a number decides nothing: while one is being
 * typed no question goes away, so that the next one is still there. The field that the reader is in stays in its place.
 */
export function narrow(home, found, showAll) {
  const isTyped_ = home.querySelector("[data-typing]") !== null;
  const at = home.querySelector(".pkb-form")?.contains(document.activeElement) ? document.activeElement : null;
  const before = at?.getBoundingClientRect().top;
  for (const { type, index, record, open } of found) {
    const section_ = home.querySelector(`.pkb-entry[data-type="${type}"][data-index="${index}"]`);
    if (!section_) continue;
    const entry = entriesOf(type)[index];
    let left = 0;
    for (const ask of section_.querySelectorAll(".pkb-ask")) {
      const { fact } = ask.dataset;
      const answered = entry[fact] !== undefined;
      if (open.has(fact) && record[fact] === undefined) left += 1;
      ask.hidden = !(showAll || answered || open.has(fact) || ask.contains(document.activeElement) || (isTyped_ && !ask.hidden));
      ask.classList.toggle("pkb-settled", !open.has(fact) && !answered);
    }
    write(section_.querySelector(".pkb-progress"), [left ? say("ui-left", { count: left }) : say("ui-none-left")]);
  }
  const moved = at ? at.getBoundingClientRect().top - before : 0;
  if (moved) scrollBy({ top: moved, behavior: "instant" });
}

