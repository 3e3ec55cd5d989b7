// Decide records in the browser with the project's own queries on Oxigraph. No rule stands here: the program is data.
import { initSync, literal, namedNode, quad, Store } from "oxigraph/web.js";

/** Oxigraph as this script carries it; where its core alone was started, another can take its place. */
let ox = { initSync, literal, namedNode, quad, Store };
let ready = null;
export function instead(other) {
  ox = other;
  ready = null;
}

const RUN = "https://w3id.org/policykb/run#";
const RULES = RUN + "rules";
const XSD = "http://www.w3.org/2001/XMLSchema#";
const RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const IDENTIFIER = "http://purl.org/dc/terms/identifier";
const RECORD = "urn:policykb:record:";
const TRUTHS = ["unmet", "unknown", "met"];

export function local(iri) {
  return iri.split(/[#/]/).pop();
}

/** Bytes that a data script holds: gzip in base64. */
export async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export async function unpackText(text) {
  return new TextDecoder().decode(await unpack(text));
}

/** Compile the WebAssembly once. */
export function start(wasm) {
  ready ??= unpack(wasm).then((bytes) => WebAssembly.compile(bytes)).then((module) => ox.initSync({ module }));
  return ready;
}

/** The same from an answer of the site, compiled while it comes in; where that cannot be had, from what `otherwise` loads. */
export function startFrom(answered, otherwise) {
  const streamed = answered.then((answer) => {
    if (!answer.ok) throw new Error(answer.url);
    const plain = answer.body.pipeThrough(new DecompressionStream("gzip"));
    return WebAssembly.compileStreaming(new Response(plain, { headers: { "Content-Type": "application/wasm" } }));
  });
  ready ??= streamed.then((module) => ox.initSync({ module })).catch(async () => {
    ready = null;
    return start(await otherwise());
  });
  return ready;
}

/** A store with triples in one graph, or with quads. */
export function storeOf(text, graph) {
  const store = new ox.Store();
  const triples = { format: "application/n-triples", to_graph_name: graph && ox.namedNode(graph) };
  store.load(text, graph ? triples : { format: "application/n-quads" });
  return store;
}

/** Rows of a SELECT query as plain objects of strings. */
export function rows(store, text) {
  const answer = JSON.parse(store.query(text, { results_format: "json" }));
  return answer.results.bindings.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, v.value])));
}

/** An exact decimal as digits and scale. */
function exact(text) {
  const [, sign, whole, fraction = ""] = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(String(text));
  return { digits: BigInt(sign + whole + fraction), scale: fraction.length };
}

/** Negative, zero or positive, as a is less than, equal to or greater than b. */
export function compare(a, b) {
  const [x, y] = [exact(a), exact(b)];
  const scale = Math.max(x.scale, y.scale);
  const difference = x.digits * 10n ** BigInt(scale - x.scale) - y.digits * 10n ** BigInt(scale - y.scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function written(digits, scale) {
  const sign = digits < 0n ? "-" : "";
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, "0");
  const fraction = scale ? text.slice(-scale).replace(/0+$/, "") : "";
  return sign + text.slice(0, text.length - scale) + (fraction ? "." + fraction : "");
}

/** The exact product of two decimals in plain notation. */
export function times(a, b) {
  const [x, y] = [exact(a), exact(b)];
  return written(x.digits * y.digits, x.scale + y.scale);
}

/** The exact sum of two decimals in plain notation. */
export function plus(a, b) {
  const [x, y] = [exact(a), exact(b)];
  const scale = Math.max(x.scale, y.scale);
  return written(x.digits * 10n ** BigInt(scale - x.scale) + y.digits * 10n ** BigInt(scale - y.scale), scale);
}

/** A rounded amount with two digits shown, as the answers of the command line have it. */
export function money(text) {
  const [whole, fraction = ""] = String(text).split(".");
  return `${whole}.${(fraction + "00").slice(0, 2)}`;
}

export function isNumber(text) {
  return /^[+-]?\d+(\.\d+)?$/.test(String(text));
}

function isDay(text) {
  const day = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === text;
}

export function periodEnd(period) {
  return period.length === 4 ? `${period}-12-31` : period;
}

/** Whether one value has the kind that a data rule asks for. */
function hasKind(value, kind) {
  if (kind === "boolean") return typeof value === "boolean";
  if (typeof value === "boolean") return false;
  if (kind === "integer") return /^[+-]?\d+$/.test(String(value));
  if (kind === "decimal") return isNumber(value);
  if (kind === "date") return typeof value === "string" && isDay(value);
  return typeof value === "string";
}

/** Which test of a rule one value fails, under the name that the rule's words for it have; null where it passes. */
function breach(rule, value) {
  if (rule.kind && !hasKind(value, rule.kind)) return "datatype";
  const text = String(value);
  const order = (bound) => (isNumber(bound) ? compare(text, bound) : text < bound ? -1 : text > bound ? 1 : 0);
  if (rule.low !== undefined && (rule.above ? order(rule.low) <= 0 : order(rule.low) < 0)) return rule.above ? "above" : "low";
  if (rule.high !== undefined && (rule.below ? order(rule.high) >= 0 : order(rule.high) > 0)) return rule.below ? "below" : "high";
  if (rule.allowed && !rule.allowed.includes(text)) return "allowed";
  if (text.length < (rule.minLength ?? 0)) return "length";
  if (rule.check && !checks(rule.check, text)) return "check";
  return rule.pattern && !new RegExp(rule.pattern, "u").test(text) ? "pattern" : null;
}

/** Whether the check character of a code follows from those before it; a code of another form is left to its own rule. */
function checks({ start, tables, symbols }, code) {
  const end = start + tables.length;
  if (code.length <= end) return true;
  const products = tables.map((table, place) => table[code[start + place]]);
  if (products.includes(undefined)) return true;
  const total = products.reduce((sum, product) => sum + product, 0);
  return code[end] === symbols[(symbols.length - (total % symbols.length)) % symbols.length];
}

const COLUMNS = new Set(["id", "type", "period", "subject"]);

export function factsOf(record) {
  return Object.entries(record).filter(([name, value]) => !COLUMNS.has(name) && value !== null && value !== undefined);
}

const FOUR_DIGITS = { useGrouping: false, maximumSignificantDigits: 4 };

const isPositive = (value) => isNumber(value) && compare(String(value), "0") > 0;
const isZero = (value) => isNumber(value) && compare(String(value), "0") === 0;

/** What a value beside other values of its record must be, by the constraint component; what is not stated is right. */
const RELATIONS = {
  Quotient: ({ low, high }, value, other) => !isPositive(value) || !isPositive(other) ||
    (compare(String(value), times(low, String(other))) >= 0 && compare(String(value), times(high, String(other))) <= 0),
  UsualSize: ({ least }, value) => !isPositive(value) || compare(String(value), least) >= 0,
  Agreement: (_, value, other) => other === null ||
    (isNumber(value) && isNumber(other) ? compare(String(value), String(other)) === 0 : value === other),
  ZeroTogether: (_, value, other) => !isNumber(value) || !isNumber(other) || isZero(value) === isZero(other),
  OnlyWhere: (_, value, other) => other !== false || value === false || isZero(value),
  PatternWhere: ({ expected, pattern }, value, other) => other !== expected || new RegExp(pattern, "u").test(String(value)),
  WithinPeriod: (_, value, __, record) => String(value).slice(0, record.period.length) <= record.period,
};

function holds({ relation }, value, record) {
  return !relation || RELATIONS[relation.kind](relation, value, record[relation.other] ?? null, record);
}

/** The test that a value fails, by itself or beside the others of its record; null for none. */
const broken = (rule, value, record) => breach(rule, value) ?? (holds(rule, value, record) ? null : "other");

/** What a message mentions beside the value: a quotient to four digits, the least usual value. */
function mentions({ relation }, value, record) {
  if (relation?.kind === "Quotient" && isNumber(value)) {
    return { quotient: (value / record[relation.other]).toLocaleString("en", FOUR_DIGITS) };
  }
  return relation?.kind === "UsualSize" ? { value: grouped(value), least: grouped(relation.least) } : {};
}

function grouped(value) {
  const [whole, fraction] = String(value).split(".");
  const kept = fraction?.replace(/0+$/, "");
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (kept ? `.${kept}` : "");
}

/** A rule that is broken, with the test that failed and what it says of it: `values` are those of its placeholders. */
function told(rule, failed, fact, value, record) {
  const message = rule.tells?.[failed] ?? rule.message;
  return { ...rule, message, fact, failed, values: { value, item: fact, ...mentions(rule, value, record) } };
}

/** What is wrong in one record, by the published data rules. */
export function findings(record, rules) {
  return found(record, rules).filter((finding) => finding.severity === "error");
}

/** What should be looked at again in a record that is not wrong. */
export function doubts(record, rules) {
  return found(record, rules).filter((finding) => finding.severity === "warning");
}

function found(record, rules) {
  const mine = rules.types[record.type];
  if (!mine) return [{ ...rules.computed["unknown-type"], fact: "type" }];
  const found = [];
  const { name, creditCode, division } = record.subject ?? {};
  const own = { id: record.id, period: record.period, name, creditCode, division };
  own.subject = name || creditCode || division;
  for (const rule of own.subject ? [...mine.record, ...rules.subject] : mine.record) {
    const value = own[rule.path] ?? null;
    const isMissing = value === null && (rule.minCount ?? 0) > 0;
    const failed = value === null ? (isMissing ? "missing" : null) : broken(rule, value, record);
    if (failed) found.push(told(rule, failed, rule.path, value, record));
  }
  for (const [fact, value] of factsOf(record)) {
    const about = mine.facts[fact] ?? [];
    if (!about.length && mine.closed) found.push(told(mine.closed, "closed", fact, value));
    const values = Array.isArray(value) ? value : [value];
    if (!values.length) found.push({ ...rules.computed["empty-list"], fact });
    for (const rule of about) {
      const other = rule.other === undefined ? null : (record[rule.other] ?? null);
      const agrees = (one) => other === null || (isNumber(one) && isNumber(other) && compare(one, other) < (rule.strict ? 0 : 1));
      const many = rule.maxCount !== undefined && values.length > rule.maxCount;
      const wrong = values.find((one) => broken(rule, one, record) || !agrees(one));
      if (many) found.push(told(rule, "count", fact, values.join("; "), record));
      else if (wrong !== undefined) found.push(told(rule, broken(rule, wrong, record) ?? "other", fact, wrong, record));
    }
  }
  return found;
}

/** The last version of the rules that is in force when records of one period are decided; none as first issued. */
export function versionOf({ versions = [] }, records, day) {
  return versions.findLast(({ from }) => records.length && from <= (day ?? periodEnd(records[0].period)));
}

/** The rules with what a version and readings change of them. */
export function merged(data, readings, version) {
  let rules = data;
  for (const change of changes(data, readings, version)) {
    const whole = { ...rules };
    for (const section of ["clauses", "criteria", "groups", "joints", "remarks", "windows"]) {
      whole[section] = { ...rules[section], ...change[section] };
      for (const gone of change.gone?.[section] ?? []) delete whole[section][gone];
    }
    for (const section of ["notices", "asOfFrom", "periodsEndingFrom", "inForceThrough"]) {
      if (change[section] !== undefined) whole[section] = change[section];
    }
    rules = whole;
  }
  return rules;
}

const changes = (data, readings, version) => [...(version ? [version] : []), ...readings.map((name) => (version ?? data).readings[name])];

/** The rules loaded, with readings on top; decides any number of records of one period by the version of its day. */
export class Engine {
  /** With `doubts`, nothing is taken for granted: all that an answer could still change is missing. */
  constructor(data, program, doubts = false) {
    this.data = data;
    this.program = program;
    this.doubts = doubts;
    this.use([]);
  }

  /** Decide under these readings from now on; those that cannot stand together are refused. */
  use(readings) {
    const data = this.data;
    for (const name of readings) {
      const other = data.readings[name].conflicts.find((one) => readings.includes(one));
      if (other) throw new Error(`${name} + ${other}`);
    }
    this.readings = readings;
    this.#load(undefined);
  }

  #load(version) {
    const { data, readings } = this;
    this.version = version;
    this.store = storeOf(this.program, RULES);
    this.depth = data.depth;
    for (const { add, remove, depth } of changes(data, readings, version)) {
      this.store.update(`DELETE DATA { GRAPH <${RULES}> { ${remove} } } ; INSERT DATA { GRAPH <${RULES}> { ${add} } }`);
      this.depth = Math.max(this.depth, depth);
    }
    this.rules = merged(data, readings, version);
    if (this.doubts) data.doubt.forEach((text) => this.store.update(text));
  }

  /** Decisions, groups and findings of records, keyed by record id. */
  decide(records, day = null) {
    const version = versionOf(this.data, records, day);
    if (version !== this.version) this.#load(version);
    const store = this.store;
    for (const { g } of rows(store, "SELECT ?g { GRAPH ?g {} }")) {
      if (g !== RULES) store.update(`DROP SILENT GRAPH <${g}>`);
    }
    store.update("DROP DEFAULT");
    const answers = records.map((record) => ({ record, findings: findings(record, this.data.dataRules) }));
    answers.forEach((answer, number) => {
      if (!answer.findings.length) this.#add(answer.record, number, day);
    });
    const found = {};
    for (const step of this.data.steps) {
      if (step.kind === "select") {
        found[step.name.replace(/^decide-\d+-/, "")] = byRecord(rows(store, step.text));
        continue;
      }
      const levels = Array.from({ length: this.depth }, (_, n) => n + 1);
      for (const level of step.each === null ? [0] : step.each === "upwards" ? levels : levels.reverse()) {
        const now = `<${RUN}now>`;
        const one = `"${level}"^^<${XSD}integer>`;
        if (step.each !== null) {
          store.update(`DROP SILENT GRAPH ${now} ; INSERT DATA { GRAPH ${now} { ${now} <${RUN}level> ${one} } }`);
        }
        store.update(step.text);
      }
    }
    const { clauses, groups } = this.rules;
    const order = Object.keys(clauses);
    // In the order of the document, a group where the first of its members stands: of equal sums the first is had.
    const place = ({ source }) => Math.min(...(groups[source]?.members ?? [source]).map((id) => order.indexOf(id)));
    const covered = new Set(rows(store, `SELECT ?r { GRAPH <${RUN}state> { ?r <${RUN}covered> ?t } }`).map((row) => row.r));
    answers.forEach((answer, number) => {
      const iri = RECORD + number;
      answer.covered = covered.has(iri);
      const part = (name) => found[name]?.[iri] ?? [];
      answer.decisions = answer.findings.length ? [] : this.#decisions(answer, part);
      answer.groups = part("groups").map((row) => this.#group(row));
      answer.entitlements = part("entitlements").map((row) => ({
        source: this.#id(row.source), clause: row.clause ? this.#id(row.clause) : null, status: row.status, amount: amount(row, row.currency),
      })).sort((one, other) => place(one) - place(other));
      answer.totals = part("totals").map((row) => amount(row, row.currency));
      answer.gaps = Object.fromEntries(part("gaps").map((row) => [row.criterion.split("~")[0], row]));
      answer.options = Object.fromEntries(part("options").map((row) => [row.option, row]));
      answer.values = {};
      for (const row of part("values")) (answer.values[row.option] ??= {})[row.node] = row;
      answer.derived = Object.fromEntries(part("derived").map((row) => [local(row.fact), row.value]));
    });
    return answers;
  }

  /** The open facts of decisions made last, in the order of the library's query for the next questions. */
  order(decisions) {
    const pkb = this.data.namespace;
    const add = (subject, name, object) => this.store.add(ox.quad(ox.namedNode(subject), ox.namedNode(name), object));
    for (const [fact, known] of Object.entries(this.data.facts)) {
      add(pkb + fact, IDENTIFIER, ox.literal(fact));
      add(pkb + fact, `${pkb}question`, ox.literal(known.question[0], "zh"));
    }
    decisions.forEach((decision, number) => {
      const iri = `urn:policykb:decision:${number}`;
      add(iri, `${pkb}onRecord`, ox.namedNode(RECORD + "0"));
      for (const fact of decision.missing) add(iri, `${pkb}missing`, ox.namedNode(pkb + fact));
      for (const fact of decision.awaiting) add(iri, `${pkb}awaiting`, ox.namedNode(pkb + fact));
    });
    return [...new Set(rows(this.store, this.data.questions).map((row) => row.factId))];
  }

  /** What a group leaves of sums, as the published query says it: `cap` has two ends or one, `members` those sums. */
  combine({ combination, cap, members }) {
    const store = new ox.Store();
    const whole = ox.namedNode("urn:policykb:case");
    const typed = (value, kind) => ox.literal(String(value), ox.namedNode(XSD + kind));
    const add = (node, name, object) => store.add(ox.quad(node, ox.namedNode(RUN + name), object));
    add(whole, "combination", ox.namedNode(RUN + combination));
    const ends = [["capLow", cap?.low], ["capHigh", cap?.high]];
    for (const [name, end] of ends) if (end !== undefined && end !== null) add(whole, name, typed(end, "decimal"));
    members.forEach(({ status, isCertain, excludes, low, high, had }, place) => {
      const node = ox.namedNode(`urn:policykb:case/${place}`);
      add(node, "in", whole);
      add(node, "place", typed(place, "integer"));
      add(node, "status", ox.literal(status));
      add(node, "certain", typed(isCertain, "boolean"));
      add(node, "excludes", typed(excludes, "boolean"));
      add(node, "low", typed(low, "decimal"));
      add(node, "had", typed(had, "decimal"));
      if (high !== null) add(node, "high", typed(high, "decimal"));
    });
    return rows(store, this.data.joint)[0];
  }

  #add(record, number, day) {
    const subject = ox.namedNode(RECORD + number);
    const add = (predicate, object) => this.store.add(ox.quad(subject, ox.namedNode(predicate), object));
    const typed = (value, kind) => (kind === "string" ? ox.literal(value) : ox.literal(String(value), ox.namedNode(XSD + kind)));
    const pkb = this.data.namespace;
    add(RDF_TYPE, ox.namedNode(pkb + record.type));
    add(IDENTIFIER, ox.literal(record.id));
    add(RUN + "asOf", typed(day ?? periodEnd(record.period), "date"));
    for (const own of [RUN, pkb]) add(own + "periodEnd", typed(periodEnd(record.period), "date"));
    if (record.subject?.division) add(pkb + "division", ox.literal(record.subject.division));
    for (const [name, value] of factsOf(record)) {
      const kind = this.data.facts[name].datatype;
      for (const one of Array.isArray(value) ? value : [value]) add(pkb + name, typed(one, kind));
    }
  }

  #decisions(answer, part) {
    const { clauses } = this.rules;
    const by = (name) => Object.groupBy(part(name), (row) => this.#id(row.clause));
    const [statuses, missing, remarks] = [by("decisions"), by("missing"), by("remarks")];
    const [selection, fallbacks] = [by("selection"), by("fallbacks")];
    const truths = Object.fromEntries(part("criteria").map((row) => [row.condition, TRUTHS[Number(row.truth)]]));
    const found = [];
    for (const [id, clause] of Object.entries(clauses)) {
      if (clause.type !== answer.record.type) continue;
      if (!answer.covered) {
        found.push({ clause: id, status: "not-in-force", amount: null, selected: null, suppressedBy: null, missing: [], awaiting: [], criteria: {}, remarks: [] });
        continue;
      }
      const row = statuses[id][0];
      const needs = (missing[id] ?? []).map((one) => ({ fact: local(one.fact), body: one.body ?? null }));
      found.push({
        clause: id,
        status: row.status,
        amount: amount(row, clause.currency),
        selected: selection[id] ? selection[id][0].selected === "true" : null,
        suppressedBy: selection[id]?.[0].suppressedBy ? this.#id(selection[id][0].suppressedBy) : null,
        missing: needs.filter((one) => one.body === null).map((one) => one.fact).sort(),
        awaiting: needs.filter((one) => one.body !== null).map((one) => one.fact).sort(),
        fallback: id in fallbacks,
        criteria: Object.fromEntries(clause.criteria.filter((iri) => iri in truths).map((iri) => [iri, truths[iri]])),
        remarks: (remarks[id] ?? []).map((one) => ({ kind: one.kind, about: one.about })),
      });
    }
    return found;
  }

  /** The name of a clause or group, which of several documents begins with that of its own. */
  #id(iri) {
    return (this.data.prefix ?? "") + local(iri);
  }

  #group(row) {
    const id = this.#id(row.group);
    const member = this.rules.groups[id].members[0];
    return { group: id, winner: row.winner ? this.#id(row.winner) : null, amount: amount(row, this.rules.clauses[member].currency) };
  }
}

/** The two ends of a sum that a query gives; null where it gives none. */
function amount(row, currency) {
  if (row.low === undefined) return null;
  return { min: money(row.low), max: row.high === undefined ? null : money(row.high), currency };
}

function byRecord(found) {
  return Object.groupBy(found, (row) => row.record);
}
