// A file of records as answers of the form: read as the program reads it, or refused; nothing of it is passed over.
import { brief, clauseOf, fits, MOST, reset } from "./answers.js";
import { findings } from "./engine.js";
import { pick } from "./loading.js";
import { readDay, readPeriod } from "./typed.js";
import { app, label, listed, say } from "./words.js";

const SUBJECT = ["name", "creditCode", "division"];
const MEGABYTES = 5;
/** So many names of what is wrong in a file are told. */
const NAMED = 8;
const LIMITS = { most: MOST, megabytes: MEGABYTES };
const COLUMNS = ["id", "type", "period", "subject", ...SUBJECT];

/** JSON with its numbers as texts of their digits, of which none is lost, and a key that an object has twice. */
function parsed(text) {
  JSON.parse(text);
  const open = [];
  let twice = null;
  const exact = text.replace(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]|-?\d[\d.eE+-]*/g, (sign, string, colon) => {
    if (colon) {
      const key = JSON.parse(string);
      if (open.at(-1).has(key)) twice ??= key;
      open.at(-1).add(key);
    } else if (!string && /[{[]/.test(sign)) open.push(new Set());
    else if (!string && /[}\]]/.test(sign)) open.pop();
    else if (!string) return `"${sign}"`;
    return sign;
  });
  return { content: JSON.parse(exact), twice };
}

const isObject = (one) => one !== null && typeof one === "object" && !Array.isArray(one);
const isNone = (one) => one === null || one === undefined;

/**
 * Take the records of a file as answers.
 *
 * @returns nothing, or why none of it was taken: the name of a wording and what fills it
 */
export async function taken(file) {
  const wrong = (name, values = {}) => ({ name, values });
  if (file.size > MEGABYTES * 2 ** 20) return wrong("ui-open-many", LIMITS);
  let found;
  try {
    found = parsed(await file.text());
  } catch {
    return wrong("ui-open-wrong");
  }
  const { content, twice } = found;
  if (twice) return wrong("ui-open-twice", { item: twice });
  const isBare = Array.isArray(content) || !isObject(content) || !("records" in content);
  const records = Array.isArray(content) ? content : isBare ? [content] : content.records;
  if (!Array.isArray(records) || !records.length || !records.every(isObject)) return wrong("ui-open-wrong");
  const typed = records.map((record) => ({ ...record, type: typeOf(record.type) }));
  if (records.every((_, place) => !typed[place].type)) return wrong("ui-open-wrong");
  const strange = [...new Set([...(isBare ? [] : Object.keys(content).filter((key) => key !== "records")), ...typed.flatMap((record, place) => unknown(record, records[place]))])];
  if (strange.length) return wrong("ui-open-unknown", { items: listed(strange.slice(0, NAMED).map(brief)) });
  const fault = many(typed) ?? typed.map(unfit).find(Boolean) ?? unlike(typed);
  if (fault) return wrong(...fault);
  fill(typed);
  return null;
}

/** A type by its id, or by its name in either language. */
function typeOf(written) {
  return Object.keys(app.data.types).find((id) => id === written || app.data.types[id].label.includes(written));
}

/** What a record states that the form has no place for. */
function unknown(record, { type }) {
  if (!record.type) return [`type: ${type ?? say("ui-not-stated")}`];
  const { facts } = app.data.types[record.type];
  const own = Object.keys(isObject(record.subject) ? record.subject : {}).filter((key) => !SUBJECT.includes(key)).map((key) => `subject.${key}`);
  return [...Object.keys(record).filter((key) => !COLUMNS.includes(key) && !facts.includes(key)), ...own];
}

/** What is more than the form takes in. */
function many(records) {
  const isMany = Object.values(Object.groupBy(records, (one) => one.type)).some((list) => list.length > MOST);
  return isMany ? ["ui-open-many", LIMITS] : null;
}

/** What of a record is of no kind that its item can have. */
function unfit(record) {
  const value = (item, one) => ["ui-open-value", { item, value: brief(JSON.stringify(one)) }];
  if (!isNone(record.subject) && !isObject(record.subject)) return value("subject", record.subject);
  const texts = [["id", record.id], ...SUBJECT.flatMap((key) => stated(record, key).map((one) => [key, one]))];
  const odd = texts.find(([, one]) => !isNone(one) && typeof one !== "string");
  if (odd) return value(label(odd[0]), odd[1]);
  for (const fact of app.data.types[record.type].facts) if (!isNone(record[fact]) && !fits(fact, answerOf(fact, record[fact]))) return value(label(fact), record[fact]);
  const read = periodOf(record);
  const isWrong = findings({ id: "1", type: record.type, period: read, subject: { name: "1" } }, app.data.dataRules).some((one) => one.fact === "period");
  return isWrong ? ["ui-open-period", { value: isNone(record.period) ? say("ui-not-stated") : brief(String(record.period)) }] : null;
}

const periodOf = ({ period }) => (typeof period === "string" ? readPeriod(period, app.data.typed) : null);

/** What a record says of its subject: in an object of its own, or beside the facts. */
const stated = (record, key) => [record.subject?.[key], record[key]].filter((one) => !isNone(one));

/** What says that the records are of several subjects or periods, or of one thing twice. */
function unlike(records) {
  const bare = (key, one) => (key === "name" ? one.trim().split(/\s+/).join(" ") : one.replace(/\s/g, "").toUpperCase());
  const said = (record, key) => (key === "period" ? [periodOf(record)] : stated(record, key).map((one) => bare(key, one)));
  for (const key of ["period", ...SUBJECT]) {
    const values = [...new Set(records.flatMap((record) => (said(record, key).length ? said(record, key) : [""])))];
    if (values.length > 1) return ["ui-open-several", { item: label(key), values: listed(values.slice(0, NAMED).map((one) => brief(one) || say("ui-not-stated"))) }];
  }
  const ids = records.map(({ id }) => id).filter(Boolean);
  const again = ids.find((id, place) => ids.indexOf(id) !== place);
  if (again) return ["ui-open-twice", { item: `${label("id")} ${again}` }];
  const [type] = Object.entries(Object.groupBy(records, (one) => one.type)).find(([name, list]) => app.data.types[name].once && list.length > 1) ?? [];
  return type ? ["ui-open-twice", { item: pick(app.data.types[type].label) }] : null;
}

function fill(records) {
  const entries = {};
  for (const record of records) {
    const entry = {};
    for (const fact of app.data.types[record.type].facts) if (!isNone(record[fact])) entry[fact] = answerOf(fact, record[fact]);
    (entries[record.type] ??= []).push(entry);
  }
  const [first] = records;
  const of = (key) => stated(first, key)[0]?.trim() ?? "";
  const period = periodOf(first);
  const name = of("name");
  reset({
    chosen: app.data.situations.filter((one) => entries[one.type]?.some((entry) => touches(one, entry))).map((one) => one.id),
    year: period.slice(0, 4),
    period: period.length === 4 ? "" : period,
    name: app.data.texts["ui-this-subject"].includes(name) ? "" : name,
    creditCode: of("creditCode"),
    division: of("division"),
    entries,
  });
}

function answerOf(fact, one) {
  const { list, datatype } = app.data.facts[fact];
  if (list && typeof one === "string") return [one];
  return datatype === "date" && typeof one === "string" ? readDay(one, app.data.typed) ?? one : one;
}

/** Whether an entry says something of a situation; one that says nothing is of all situations of its type. */
function touches(situation, entry) {
  const facts = new Set(situation.clauses.flatMap((id) => clauseOf(id).facts));
  const names = Object.keys(entry);
  return !names.length || names.some((fact) => facts.has(fact));
}
