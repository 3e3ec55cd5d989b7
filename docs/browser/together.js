// What only some self-checks need: groups over several records, and several documents that answer together. Each document
// decides by its own rules alone, as on the command line; what they name begins with the name of the document.
import { combined } from "./joint.js";

/** The part of what is published that one document decides with. */
function partOf(data, slug) {
  const own = (section = {}) => Object.fromEntries(Object.entries(section).filter(([id]) => id.startsWith(`${slug}/`)));
  const each = (all = {}) => Object.fromEntries(Object.entries(all).map(([name, one]) => [name, narrow(one)]));
  const narrow = (one) => ({ ...one, ...one.of[slug], clauses: own(one.clauses), groups: own(one.groups), readings: each(one.readings) });
  return { ...narrow(data), prefix: `${slug}/`, versions: data.versions?.map(narrow) };
}

/** Engines for several documents, to be asked as one is; `tools` are the engine and its functions. */
class Together {
  constructor(data, programs, doubts, tools) {
    this.data = data;
    this.tools = tools;
    this.parts = Object.entries(programs).map(([slug, program]) => ({ slug, engine: new tools.Engine(partOf(data, slug), program, doubts) }));
    this.use([]);
  }

  use(readings) {
    for (const { engine } of this.parts) engine.use(readings);
    this.readings = readings;
    this.#turn(undefined);
  }

  #turn(version) {
    this.version = version;
    const of = Object.fromEntries(this.parts.map(({ slug, engine }) => [slug, engine.rules]));
    this.rules = { ...this.tools.merged(this.data, this.readings, version), of };
  }

  decide(records, day = null) {
    const found = this.parts.map(({ slug, engine }) => ({ slug, engine, answers: engine.decide(records, day) }));
    this.#turn(this.tools.versionOf(this.data, records, day));
    return records.map((record, place) => gathered(found.map(({ slug, engine, answers }) => {
      const isAbout = Object.values(engine.rules.clauses).some(({ type }) => type === record.type);
      return { slug, isAbout, ...answers[place] };
    })));
  }

  order(decisions) {
    return this.parts[0].engine.order(decisions);
  }

  combine(asked) {
    return this.parts[0].engine.combine(asked);
  }
}

/** What several documents say of one record; where one of them is in force, those that are not say nothing. */
function gathered(all) {
  const [{ record, findings }] = all;
  const covered = all.some((one) => one.covered);
  const used = all.filter((one) => one.covered || !covered);
  const list = (name) => used.flatMap((one) => one[name]);
  const whole = (name) => Object.assign({}, ...used.map((one) => one[name]));
  return {
    record, findings, covered, outside: all.filter((one) => one.isAbout && !one.covered).map(({ slug }) => slug),
    decisions: list("decisions"), groups: list("groups"), entitlements: list("entitlements"),
    gaps: whole("gaps"), options: whole("options"), values: whole("values"), derived: whole("derived"),
  };
}

(globalThis.policykb ??= {}).together = { combined, Together };
