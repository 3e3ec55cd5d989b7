// What was answered so far: kept in the browser, carried by a link, and turned into records to decide.
import { findings } from "./engine.js";
import { fill, pick } from "./loading.js";
import { readPeriod, readTyped } from "./typed.js";
import { app, forms, label, number, say, unitName } from "./words.js";

const BLANK = { chosen: [], year: "", name: "", creditCode: "", division: "", period: "", asOf: "", scale: "1", entries: {}, readings: [] };

export const state = structuredClone(BLANK);

const shelf = () => `policykb.check.${app.data.document.slug}`;

/** Begin with other answers; what of them this site does not know is left out, and returned by its names. */
export function reset(to = {}) {
  const strange = new Set();
  Object.assign(state, structuredClone(BLANK), sound(to, strange));
  return [...strange];
}

/** So many entries of one type are taken from a link or a file: more than anybody fills in, and no more than a page bears. */
export const MOST = 200;
/** So many letters of a wrong answer are repeated. */
const SHOWN = 40;
/** Parts of the state that can be out of their bounds, as the form names them. */
const TITLES = { year: "ui-year", asOf: "ui-as-of", scale: "ui-scale" };

/** What of a kept or shared state this site understands; the names of the rest are added to `strange`. */
function sound(from, strange) {
  const isKnown = (name, known) => known || !strange.add(String(name));
  const found = {};
  for (const [name, stated_] of Object.entries(from ?? {})) {
    if (isKnown(name in TITLES ? say(TITLES[name]) : name, Object.hasOwn(BLANK, name) && isSound(name, stated_))) found[name] = stated_;
  }
  found.chosen = [...new Set(found.chosen)].filter((id) => isKnown(id, app.data.situations.some((one) => one.id === id)));
  found.readings = [...new Set(found.readings)].filter((name) => isKnown(name, Object.hasOwn(app.data.readings, name)));
  const entries = {};
  for (const [type, list] of Object.entries(found.entries ?? {})) {
    if (!isKnown(type, Object.hasOwn(app.data.types, type) && Array.isArray(list))) continue;
    const { facts, once } = app.data.types[type];
    const most = once ? 1 : MOST;
    isKnown(`${pick(app.data.types[type].label)} ${most + 1}–${list.length}`, list.length <= most);
    entries[type] = list.slice(0, most).map((entry) => Object.fromEntries(Object.entries(entry ?? {}).filter(([fact, stated_]) => isKnown(label(fact), facts.includes(fact) && fits(fact, stated_)))));
  }
  return { ...found, entries };
}

/** Whether a part of the state is what the form itself can write there. */
function isSound(name, stated_) {
  const blank = BLANK[name];
  if (typeof stated_ !== typeof blank || Array.isArray(stated_) !== Array.isArray(blank)) return false;
  if (stated_ === "" || !(name in TITLES)) return true;
  if (name === "scale") return Object.values(app.data.forms).some((list) => list.some(([, factor]) => factor === stated_));
  return name === "year" ? stated_.length === 4 && isPeriod(stated_) : stated_.length === 10 && isPeriod(stated_);
}

/** Whether a text is a year or a day as the form keeps it, and there is such a day. */
function isPeriod(text) {
  const record = { id: "1", type: Object.keys(app.data.types)[0], period: text, subject: { name: "1" } };
  return readPeriod(text, app.data.typed) === text && !findings(record, app.data.dataRules).some(({ fact }) => fact === "period");
}

/** Whether a value is of the kind that the answers of a fact have; what is wrong within the kind is told beside the field. */
export function fits(fact, stated_) {
  const { list, datatype } = app.data.facts[fact];
  if (list) return Array.isArray(stated_) && stated_.length > 0 && stated_.every((one) => typeof one === "string");
  return typeof stated_ === "string" || (datatype === "boolean" && typeof stated_ === "boolean");
}

/** Where answers are kept: this browser, or for those of a link this tab alone, so that one's own stay. */
const place = () => (sessionStorage.getItem(shelf()) === null ? localStorage : sessionStorage);

/** Keep the answers; where the browser keeps nothing they last as long as the page. */
export function keep(isShared = false) {
  try {
    const where = isShared ? sessionStorage : place();
    const text = JSON.stringify(state);
    if (text === JSON.stringify(BLANK)) where.removeItem(shelf());
    else where.setItem(shelf(), text);
  } catch {
    // A browser that forbids storage still answers.
  }
}

export function kept() {
  try {
    return JSON.parse(place().getItem(shelf()));
  } catch {
    return null;
  }
}

/** The answers as the fragment of a link, which no server ever sees. */
export function packed() {
  const said_ = Object.fromEntries(Object.entries(state).filter(([name, one]) => JSON.stringify(one) !== JSON.stringify(BLANK[name])));
  const bytes = new TextEncoder().encode(JSON.stringify(said_));
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** What such a fragment holds; null where it is not whole. */
export function unpacked(text) {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
    const found = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return found !== null && typeof found === "object" && !Array.isArray(found) ? found : null;
  } catch {
    return null;
  }
}

/** A clause, whether it was there at first or an amendment adds it. */
export const clauseOf = (id) => app.data.clauses[id] ?? app.data.versions.findLast(({ clauses }) => clauses[id]).clauses[id];

export const chosen = () => app.data.situations.filter((one) => state.chosen.includes(one.id));

/** The types in play, each with the situations of it that were chosen. */
export function inPlay() {
  const found = new Map();
  for (const one of chosen()) found.set(one.type, [...(found.get(one.type) ?? []), one]);
  return found;
}

/** The clauses of a type that belong to what was chosen; those that ask nothing belong to everybody. */
export function clausesOf(type, clauses) {
  const mine = new Set(chosen().filter((one) => one.type === type).flatMap((one) => one.clauses));
  const placed = new Set(app.data.situations.flatMap((one) => one.clauses));
  return Object.keys(clauses).filter((id) => clauses[id].type === type && (mine.has(id) || !placed.has(id)));
}

export function entriesOf(type) {
  state.entries[type] ??= [{}];
  if (!state.entries[type].length) state.entries[type].push({});
  return state.entries[type];
}

/** The written unit that bare numbers of a fact are counted in. */
export function unitOf(fact) {
  const { unit } = app.data.facts[fact];
  const found = forms(unit);
  return (found.find(([, factor]) => app.data.units[unit]?.currency && factor === state.scale) ?? found.find(([, factor]) => factor === "1"))?.[0];
}

export const isTyped = (fact) => ["decimal", "integer"].includes(app.data.facts[fact].datatype) && !app.data.facts[fact].codes.length;

/** The unit that stands beside the field of a fact, as the page names it. */
export function beside(fact) {
  const { unit } = app.data.facts[fact];
  const form = unitOf(fact);
  const factor = forms(unit).find(([one]) => one === form)?.[1];
  return factor ? unitName(unit, form, factor) : pick(app.data.units[unit]?.label ?? ["", ""]);
}

// --- What is wrong with a field: what readers say of tables speaks of headers and columns, and a form has neither ----------

/** How the number of a fact is to be written in its field. */
function inField(fact) {
  const { unit, datatype } = app.data.facts[fact];
  return say(`ui-mend-${unit === "rank" ? "rank" : datatype === "integer" ? "count" : "amount"}`, { unit: beside(fact) });
}

/** What a message repeats of an answer: its beginning, where somebody put a whole text into a field. */
export const brief = (text) => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);

/** The value of one answer, why it is none, or that it states nothing. */
export function stated(fact, raw) {
  if (!isTyped(fact)) return { value: raw };
  const read = readTyped(raw, app.data.facts[fact], app.data.typed, unitOf(fact));
  if (read.value !== undefined) return read;
  const { texts, typed: { refusals, silences } } = app.data;
  const { refused, nothing } = read;
  const words = { fact: label(fact), ...read.values, value: brief(raw), expected: beside(fact) };
  for (const name of ["unit", "units"]) if (words[name]) words[name] = brief(words[name]);
  if (nothing) return { unsaid: silences[nothing].map((text) => fill(text, words)).join(" ") };
  const what = `ui-wrong-${refused}` in texts ? say(`ui-wrong-${refused}`, words) : fill(refusals[refused][0], words);
  if (["value-not-a-number", "value-not-whole"].includes(refused)) return { wrong: `${what} ${inField(fact)}` };
  return { wrong: `${what} ${`ui-mend-${refused}` in texts ? say(`ui-mend-${refused}`, words) : fill(refusals[refused][1], words)}` };
}

/** A finding in words, with its mend. */
export function said(fault) {
  const { message, fact, failed, values, high, relation } = fault;
  const isNumber = fact in app.data.facts && isTyped(fact) && !relation;
  const { unit } = app.data.facts[fact] ?? {};
  const words = { ...values, item: label(fact), ...(isNumber && { value: number(String(values.value), unit) }) };
  const what = isNumber && failed === "below" ? say("ui-wrong-below", { ...words, bound: number(high, unit) }) : fill(message, words);
  return `${what} ${mendOf(fault)}`;
}

function mendOf({ fact, severity, relation, other, mend }) {
  if (severity === "error" && fact === "period") return say("ui-mend-period");
  if (`ui-mend-${relation?.kind}` in app.data.texts) return say(`ui-mend-${relation.kind}`, { unit: beside(fact) });
  return severity === "error" && !relation && !other && fact in app.data.facts && isTyped(fact) ? inField(fact) : pick(mend);
}

// --- Records -----------------------------------------------------------------------------------

/** The period that was chosen, or written as the readers take it; what they do not take stays as written, and is wrong. */
export function period() {
  const written = state.period.trim();
  if (written) return readPeriod(written, app.data.typed) ?? written;
  return state.year || app.data.periodsEndingFrom.slice(0, 4);
}

/** Whether the period of what was found is not understood, so that nothing can be decided: no other year stands in for it. */
export const isUndated = (found) => found.some(({ wrong }) => wrong.some(({ fact }) => fact === "period"));

/**
 * The records that the answers make, what is wrong with some of them, and which state nothing. A wrong answer counts as
 * none: it never takes the rest of the answer away.
 */
export function recordsOf() {
  const found = [];
  for (const type of inPlay().keys()) {
    entriesOf(type).forEach((entry, index) => {
      const [wrong, unsaid] = [[], []];
      const subject = { name: state.name.trim() || say("ui-this-subject") };
      for (const name of ["creditCode", "division"]) if (state[name].trim()) subject[name] = state[name].trim().toUpperCase();
      const record = { id: `${type}-${index + 1}`, type, period: period(), subject };
      for (const [fact, raw] of Object.entries(entry)) {
        const one = stated(fact, raw);
        if (one.wrong) wrong.push({ fact, text: one.wrong });
        else if (one.unsaid) unsaid.push({ fact, text: one.unsaid });
        else record[fact] = one.value;
      }
      leaveOut(record, wrong);
      found.push({ type, index, record, wrong, unsaid });
    });
  }
  return found;
}

function leaveOut(record, wrong) {
  for (;;) {
    const faults = findings(record, app.data.dataRules).filter((fault) => !wrong.some((one) => one.fact === fault.fact));
    if (!faults.length) return;
    for (const fault of faults) {
      wrong.push({ fact: fault.fact, text: said(fault) });
      if (fault.fact in record.subject) delete record.subject[fault.fact];
      else if (fault.fact !== "period") delete record[fault.fact];
    }
  }
}

export function typesTitle(situations) {
  return situations.map((one) => pick(one.label)).join(" · ");
}
