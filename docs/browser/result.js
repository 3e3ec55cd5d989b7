// The answer: what is certain, what is possible and on what it hangs, what is missed and by how much, and what to do next.
import { entriesOf, period, state, typesTitle, chosen } from "./answers.js";
import { compare, money, periodEnd, plus } from "./engine.js";
import { fill, make, pageAddress, pick } from "./loading.js";
import { told } from "./told.js";
import { amountText, apart, app, awaited, blank, colon, label, listed, number, say, valueText } from "./words.js";
import { lastDay } from "./typed.js";

let engine, rules, common, counted, besides;

/**
 * The whole answer to what was found.
 *
 * @param found    records with their answers, decisions in play, and facts that are open
 * @param deciding the engine that decided, with its rules
 * @param next     the facts to ask for next, those first that settle most
 */
export function result(found, deciding, next, act) {
  engine = deciding;
  rules = engine.rules;
  const blocks = [heading(), faults(found, act)];
  const covered = found.filter((one) => one.answer.covered);
  blocks.push(...notCovered(found));
  if (covered.length) {
    [counted, besides] = sums(covered);
    const nothing = covered.every((one) => !Object.keys(entriesOf(one.type)[one.index]).length);
    blocks.push(nothing ? prospects(covered) : headline(covered), asks(next, act));
    const all = covered.flatMap((one) => one.decisions.map((decision) => ({ ...one, decision, clause: rules.clauses[decision.clause] })));
    common = shared(all);
    if (!nothing) blocks.push(...paid(all.filter(({ clause }) => clause.money)));
    blocks.push(others(all.filter(({ clause }) => !clause.money)));
  }
  blocks.push(...[...(covered.length ? common : [])].map((text) => make("p", { class: "pkb-quiet" }, text)), answersGiven(found), footer(act));
  return blocks.filter(Boolean);
}

/** What stands in the place of an answer where nothing could be decided: why. */
export function undecided(found, act) {
  return [heading(), make("p", { class: "pkb-note-line" }, say("ui-no-period")), faults(found, act), footer(act)];
}

function heading() {
  const validity = ({ contact, expires }) => {
    const body = pick(contact) || say("told-authority");
    return expires ? say("told-expiry", { body, day: expires }) : say("told-no-expiry", { body });
  };
  const of = documents();
  const said = of.map((about) => make("p", { class: "pkb-caveat" }, pick(about.name), colon, validity(about), blank, about.undated && pick(about.undated)));
  const today = new Date().toLocaleDateString("sv");
  return make("header", { class: "pkb-result-head" },
    make("h2", { class: "pkb-results-title" }, state.name.trim() || say("ui-results")),
    make("p", { class: "pkb-print" }, [typesTitle(chosen()), `${label("period")}${colon}${period()}`, say("ui-worked-out", { day: today })].join(" · ")),
    make("p", { class: "pkb-caveat" }, say("ui-caveat", { document: numbers() }), of.length ? null : [" ", validity(app.data.document)]), said);
}

/** The documents that answer, where there are several; all of them as they are named. */
const documents = () => Object.values(app.data.of ?? {}).map(({ about }) => about);
const numbers = () => (app.data.of ? listed(documents().map(({ name }) => pick(name))) : app.data.document.number);

/** The document that a clause is of. */
const aboutOf = (id) => app.data.of?.[id.slice(0, Math.max(id.lastIndexOf("/"), 0))]?.about ?? app.data.document;

/** Where a clause stands, with its document where there are several. */
const cite = (clause) => (clause.cite ? pick(clause.cite) : say("article", { number: clause.article }));

/** What is wrong and was left out, each with the way to its field. */
function faults(found, act) {
  const wrong = found.flatMap((one) => one.wrong.map((each) => ({ ...one, ...each })));
  if (!wrong.length) return null;
  return make("div", { class: "pkb-doubts", role: "status" }, make("h3", {}, say("ui-left-out", { count: wrong.length })),
    make("ul", {}, wrong.map(({ type, index, fact, text }) =>
      make("li", {}, make("a", { href: "#ask", onclick: (event) => { event.preventDefault(); act.visit(type, index, fact); } }, label(fact)), colon, text))));
}

/** That no document was in force, or some of several were not, each once. */
function notCovered(found) {
  if (app.data.of) {
    const outside = [...new Set(found.flatMap(({ answer }) => answer.outside))].map((slug) => app.data.of[slug].about);
    return outside.map(({ name, validity }) => make("p", { class: "pkb-note-line" }, `${pick(name)}${colon}${apart([say("status-not-in-force"), pick(validity)])}`));
  }
  const outside = found.find(({ answer }) => !answer.covered);
  if (!outside) return [];
  const end = periodEnd(outside.record.period);
  const days = { issued: rules.asOfFrom, first: rules.periodsEndingFrom, last: rules.inForceThrough, end, day: state.asOf || end };
  const told = say(!rules.inForceThrough ? "not-in-force" : rules.asOfFrom ? "not-in-force-until" : "not-in-force-after", days);
  return [make("p", { class: "pkb-note-line" }, told)];
}

// --- The sums ---------------------------------------------------------------------------------

/** What one could get, where nothing is answered yet. */
function prospects(found) {
  const clauses = found.flatMap((one) => one.decisions.map((decision) => rules.clauses[decision.clause])).filter((clause) => clause.money);
  const items = [...new Set(clauses)].map((clause) =>
    make("li", {}, make("a", { href: pageAddress(clause.page) }, pick(clause.title)), clause.cite ? ` ${cite(clause)}` : null, colon, clause.unstated ? pick(clause.unstated) : listed(clause.options.map((option) => pick(option.rule)))));
  return make("div", { class: "pkb-summary pkb-prospects", role: "status" }, make("p", { class: "pkb-eyebrow" }, say("ui-first")),
    items.length ? [make("p", {}, say("ui-could")), make("ul", {}, items)] : null);
}

/** What counts of what was chosen, by currency; and of what is counted with other sums or gives way to them, what is said. */
function sums(found) {
  const mine = found.flatMap(({ record, answer, decisions }) => {
    const ids = new Set(decisions.map((decision) => decision.clause));
    return answer.entitlements
      .filter(({ source }) => ids.has(source) || rules.groups[source]?.members.some((id) => ids.has(id)))
      .map((one) => ({ ...one, members: rules.groups[one.source]?.members ?? [one.source], record, answer, decisions }));
  });
  const told = new Map();
  const tell = (one) => one.members.forEach(({ behind }) => behind.forEach(({ record, clause }) => told.set(`${record.id} ${clause}`, one)));
  const left = app.together ? app.together.combined(mine, found.map((one) => one.record), engine, tell) : mine;
  return [Map.groupBy(left, (one) => one.amount.currency), told];
}

/** What is said of an award that is counted with others, or gives way to another one. */
function beside({ clause, status }, record) {
  const one = besides.get(`${record.id} ${clause}`);
  if (!one) return [];
  const { part, outdone, outdoneOpen } = rules.joints[one.id];
  if (one.how === "together") return [pick(part)];
  const winner = pick((rules.clauses[one.won.source] ?? { title: (rules.joints[one.won.source] ?? rules.groups[one.won.source]).label }).title);
  return [fill(status === "eligible" ? outdone : outdoneOpen, { winner, amount: amountText(one.won.amount) })];
}

function headline(found) {
  const lines = [...counted].flatMap(([currency, parts]) => total(currency, parts));
  const shown = lines.length ? lines : [make("p", { class: "pkb-sum" }, say(found.some((one) => one.decisions.some(isOpenMoney)) ? "ui-nothing-certain" : "ui-no-sum"))];
  return make("div", { class: "pkb-summary", role: "status" }, make("p", { class: "pkb-eyebrow" }, say("ui-total")), shown);
}

const isOpenMoney = (decision) => decision.status === "undetermined" && rules.clauses[decision.clause].money;

/** One currency: what is certain, and what it may come to and on what that hangs. */
function total(currency, parts) {
  const low = parts.reduce((sum, { amount }) => plus(sum, amount.min), "0");
  const open = parts.filter(({ amount }) => amount.max === null || compare(amount.min, amount.max) !== 0);
  const isCertain = compare(low, "0") > 0;
  const floors = open.filter((one) => one.amount.max === null);
  const lines = [];
  if (isCertain) lines.push(make("p", { class: "pkb-sum" }, say(floors.some(isFloor) ? "ui-at-least" : "ui-certain", { sum: number(money(low), currency) })));
  lines.push(...standIns(parts).map((text) => make("p", { class: "pkb-hangs" }, text)));
  if (!open.length) return lines;
  const why = hangs(open);
  const bounded = floors.length === 0;
  const high = bounded ? number(money(parts.reduce((sum, { amount }) => plus(sum, amount.max), "0")), currency) : "";
  if (bounded) lines.push(make("p", { class: isCertain ? "pkb-maybe" : "pkb-sum" }, say("ui-at-most", { sum: high })));
  else if (floors.some((one) => !isFloor(one))) lines.push(make("p", { class: "pkb-maybe" }, say("ui-amount-open")));
  else if (!isCertain) lines.push(make("p", { class: "pkb-sum" }, say("ui-nothing-certain")));
  if (why) lines.push(make("p", { class: "pkb-hangs" }, why));
  return lines;
}

/** Whether it is the text that sets no upper end, and not what is missing. */
const isFloor = ({ members, status }) => status === "eligible" && members.some((id) => rules.clauses[id].options.some((option) => option.kind === "floor"));

/** What a sum rests on in the place of what was not stated. */
function standIns(parts) {
  const decisions = parts.flatMap((one) => one.decisions.filter((decision) => one.members.includes(decision.clause) && decision.status !== "not-eligible"));
  const found = decisions.flatMap((decision) => decision.remarks.filter((one) => one.kind === "stood-in").map((one) => remarkText(one, rules.clauses[decision.clause])));
  return [...new Set(found)].filter(Boolean);
}

/** On what the open sums hang: what is missing, who has to decide, what the text leaves open. */
function hangs(parts) {
  const decisions = parts.flatMap((one) => one.decisions.filter((decision) => one.members.includes(decision.clause) && decision.status === "undetermined"));
  const missing = [...new Set(decisions.flatMap((decision) => decision.missing))].map(label);
  const bodies = [...new Set(decisions.flatMap((decision) => decision.awaiting))].map(awaited);
  const found = [];
  if (missing.length) found.push(say("ui-hangs", { facts: listed(missing) }));
  found.push(...bodies);
  if (!found.length) {
    const left = parts.filter(({ status }) => status === "eligible").length;
    found.push(say(decisions.length ? "unsettled" : left ? "ui-left-open" : "ui-nothing-certain"));
  }
  return found.join(" · ");
}

function asks(next, act) {
  if (!next.length) return null;
  return make("div", { class: "pkb-next-questions" }, make("p", {}, make("b", {}, say("ui-ask-next"))),
    make("ul", {}, next.map(({ type, index, fact }) => make("li", {},
      make("a", { href: "#ask", onclick: (event) => { event.preventDefault(); act.visit(type, index, fact); } }, pick(app.data.facts[fact].question))))));
}

// --- Clauses with money ---------------------------------------------------------------------------

/** What may come to more stands first; what has no upper end before all. */
function byMost(one, other) {
  const [a, b] = [one, other].map(({ decision }) => (decision.amount ? decision.amount.max : "0"));
  return a === null || b === null ? Number(b === null) - Number(a === null) : compare(b, a);
}

function paid(all) {
  const of = (status) => all.filter(({ decision }) => decision.status === status).sort(byMost);
  return [["eligible", of("eligible")], ["undetermined", of("undetermined")], ["not-eligible", of("not-eligible")]].flatMap(([status, found]) =>
    found.length ? [make("h3", { class: `pkb-group pkb-${status}` }, say(`ui-group-${status}`), ` (${found.length})`), ...found.map(card)] : []);
}

function statusText({ decision, clause }) {
  if (decision.status === "undetermined") {
    return say(decision.missing.length ? "status-missing" : decision.awaiting.length ? "status-awaiting" : "status-unsettled");
  }
  if (!clause.money && decision.status !== "not-in-force") return say(decision.status === "eligible" ? "status-applies" : "status-not-applies");
  return say(`status-${decision.status}`);
}

function card(one) {
  const { decision, clause, answer } = one;
  const isOut = decision.status === "not-eligible";
  const amount = isOut ? "" : clause.unstated ? pick(clause.unstated) : isUnknown(one) ? say("ui-amount-unknown") : amountText(decision.amount);
  const notes = remarks(one);
  return make("article", { class: `pkb-card pkb-${decision.status}`, "data-clause": decision.clause },
    make("h4", {}, make("span", { class: "pkb-card-title" }, pick(clause.title), " ", make("a", { class: "pkb-cite", href: pageAddress(clause.page) }, cite(clause))),
      make("span", { class: `pkb-status pkb-${decision.status}` }, statusText(one)), make("span", { class: "pkb-card-amount" }, amount)),
    isOut ? gaps(decision, answer).map((text) => make("p", { class: "pkb-gap" }, text)) : null,
    isOut ? null : worked(one),
    notes.map((text) => make("p", { class: "pkb-note-line" }, text)),
    isOut ? null : steps(one),
    clause.root ? make("details", { class: "pkb-why" }, make("summary", {}, say("ui-why")), tree(clause.root, one, false)) : null);
}

/** Whether there is no upper end because something is missing, and not because the text sets none. */
const isUnknown = ({ decision, clause }) =>
  decision.status === "undetermined" && decision.amount?.max === null && !clause.options.some((option) => option.kind === "floor");

function remarks({ decision, clause, record, answer }) {
  const notes = [];
  notes.push(...beside(decision, record));
  if (decision.suppressedBy) notes.push(say("suppressed", { winner: pick(rules.clauses[decision.suppressedBy].title) }));
  const group = Object.values(rules.groups).find((one) => one.members.includes(decision.clause));
  if (decision.selected === null && clause.money && group && decision.status !== "not-eligible") {
    const alive = answer.decisions.filter((one) => group.members.includes(one.clause) && one.status !== "not-eligible");
    notes.push(say(alive.length > 1 ? "group-open" : "group-open-one"));
  }
  if (decision.missing.length) notes.push(say("ui-needs", { facts: listed(decision.missing.map(label)) }));
  notes.push(...decision.awaiting.map(awaited));
  if (decision.fallback) notes.push(`${say("ui-fallback")} ${clause.fallback}`);
  notes.push(...decision.remarks.map((remark) => remarkText(remark, clause, record)).filter(Boolean));
  if (decision.status !== "not-eligible") {
    const on = state.asOf || periodEnd(record.period);
    notes.push(...rules.notices.filter((one) => one.clause === decision.clause && (!one.from || one.from <= on)).map((one) => pick(one.text)));
    if (clause.unstated) notes.push(say("amount-not-stated"));
  }
  return [...new Set(notes)].filter((text) => !common.has(text));
}

/** What is presumed alike in several decisions, to be said once for all. */
function shared(all) {
  const texts = all.flatMap(({ decision, clause }) => [...new Set(decision.remarks.filter((one) => rules.criteria[one.about]).map((one) => remarkText(one, clause)))]);
  return new Set(texts.filter((text, place) => text && texts.indexOf(text) !== place));
}

function remarkText(remark, clause, record = {}) {
  if (remark.kind === "unsettled") return say("unsettled");
  if (remark.kind === "rounded-to-zero") return say("rounded-to-zero", { smallest: pick(clause.smallest) });
  if (remark.kind === "below-floor") return say("below-floor", { floor: pick(clause.options.find((option) => option.iri === remark.about)?.floor ?? ["", ""]) });
  const found = rules.criteria[remark.about]?.presumption ?? rules.remarks[remark.about];
  const [start, years] = remark.kind === "window-open" ? rules.windows[remark.about] ?? [] : [];
  return !found ? "" : record[start] ? say("window-open", { about: pick(found), day: lastDay(record[start], years) }) : pick(found);
}

/** What to do next; what the text does not say is said to be so. */
function steps({ decision, clause }) {
  const silent = () => make("em", {}, say("ui-not-said"));
  const facts = clause.facts.map((fact) => app.data.facts[fact]).filter(Boolean);
  const proofs = [...new Set(facts.map((fact) => pick(fact.proof)).filter(Boolean))];
  const registers = [...new Set(facts.filter((fact) => fact.setBy).map((fact) => `${pick(fact.label)}${colon}${pick(fact.setBy)}`))];
  const inferred = (isInferred) => (isInferred ? say("ui-inferred") : "");
  const [{ contact, contactInferred }, authority] = [aboutOf(decision.clause), pick(clause.authority)];
  const rows = [
    [say("ui-step-body"), [pick(contact) || say("told-authority"), inferred(contactInferred)]],
    [say("authority"), authority ? [authority, inferred(clause.authorityInferred)] : [silent()]],
    [say("ui-step-proof"), proofs.length ? [apart(proofs), say("ui-suggested")] : [silent()]],
    [say("ui-step-register"), registers.length ? [apart(registers)] : null],
    [say("ui-step-decision"), decision.awaiting.length ? [listed(decision.awaiting.map(awaited))] : null],
    [say("ui-step-deadline"), clause.deadlines.length ? [listed(clause.deadlines)] : [silent()]],
    [say("ui-step-payee"), clause.options.length ? [pick(clause.payee), inferred(clause.payeeInferred)] : null],
  ];
  return make("div", { class: "pkb-steps" }, make("p", { class: "pkb-part" }, say("ui-steps")),
    make("dl", { class: "pkb-facts" }, rows.filter(([, text]) => text).flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, text)])));
}

/** How the expressions of amounts write facts, numbers and what is said in two languages. */
const write = { fact: (name, amount) => number(amount, app.data.facts[name].unit), number, pick: (text) => pick(text) };

function worked({ decision, clause, answer }) {
  if (!clause.money) return null;
  const lines = clause.options.flatMap((option) => {
    const came = answer.options[option.iri];
    if (!came || (decision.status === "eligible" && came.truth === "0")) return [];
    const parts = [pick(option.label) + colon, pick(option.rule)];
    const reached = option.expression && answer.values[option.iri]?.[option.expression.iri];
    if (reached) {
      parts.push(` → ${told(option.expression, answer.values[option.iri], write)} = ${number(money(reached.rounded), clause.currency)}`);
      if (option.cap !== null && compare(reached.rounded, option.cap) > 0) parts.push(say("ui-capped", { cap: number(option.cap, clause.currency) }));
    }
    if (came.truth === "1") parts.push(blank + say("ui-if-so"));
    return [make("li", {}, parts.join(""), " ", make("q", { lang: "zh-Hans" }, option.words))];
  });
  return lines.length ? make("ul", { class: "pkb-arithmetic" }, lines) : null;
}

/** The unmet criteria to blame, with what is short. */
function gaps(decision, answer) {
  const blame = (node) => {
    if (typeof node === "string") return decision.criteria[node] === "unmet" ? [node] : [];
    const [op, ...children] = node;
    const parts = children.map(blame);
    if (op === "or" && parts.some((part) => !part.length)) return [];
    return op === "not" ? [] : parts.flat();
  };
  const clause = rules.clauses[decision.clause];
  let blamed = clause.root ? blame(clause.root) : [];
  if (!blamed.length) blamed = clause.options.map((option) => (option.when ? blame(option.when) : [])).filter((part) => part.length).at(-1) ?? [];
  return [...new Set(blamed)].map((iri) => [pick(rules.criteria[iri].message), shortfall(iri, answer)].filter(Boolean).join(blank));
}

function shortfall(iri, answer) {
  const gap = answer.gaps[iri];
  if (!gap) return "";
  if (compare(gap.gap, "0") === 0) return say("ui-just-short");
  const lower = gap.op.endsWith("ge") || gap.op.endsWith("gt");
  return say(lower ? "ui-short-by" : "ui-over-by", { gap: number(gap.gap, app.data.facts[rules.criteria[iri].path]?.unit) });
}

// --- The conditions -----------------------------------------------------------------------------

const MARKS = { met: "✓", unmet: "✗", unknown: "?" };

/** Whether a condition is fulfilled, so that what is unmet below it matters to nobody. */
function holds(node, decision) {
  if (typeof node === "string") return decision.criteria[node] === "met";
  const [op, ...children] = node;
  if (op === "not") return children.every((child) => typeof child !== "string" || decision.criteria[child] === "unmet");
  return op === "or" ? children.some((child) => holds(child, decision)) : children.every((child) => holds(child, decision));
}

function tree(node, one, calm) {
  if (typeof node === "string") return make("ul", { class: "pkb-tree" }, leaf(node, one, calm));
  const [op, ...children] = node;
  const quiet = calm || (op !== "and" && holds(node, one.decision));
  const inner = make("ul", { class: "pkb-tree" }, children.map((child) => branch(child, one, quiet)));
  return op === "and" ? inner : make("div", {}, make("p", { class: "pkb-op" }, say(`ui-op-${op}`)), inner);
}

function branch(node, one, calm) {
  if (typeof node === "string") return leaf(node, one, calm);
  const [op, ...children] = node;
  if (op === "and" && children.length === 1) return branch(children[0], one, calm);
  const quiet = calm || (op !== "and" && holds(node, one.decision));
  return make("li", { class: `pkb-${op}` }, make("span", { class: "pkb-op" }, say(`ui-op-${op}`)), make("ul", {}, children.map((child) => branch(child, one, quiet))));
}

function leaf(iri, { decision, answer, record }, calm) {
  const criterion = rules.criteria[iri];
  const truth = decision.criteria[iri];
  if (!criterion || !truth) return null;
  const given = (fact) => (fact === "division" ? record.subject.division : record[fact] ?? answer.derived[fact]);
  const others_ = criterion.others.map((fact) => ` / ${label(fact)}${colon}${valueText(fact, given(fact))}`);
  const isCalm = calm && truth === "unmet";
  return make("li", { class: `pkb-leaf pkb-truth-${isCalm ? "calm" : truth}` },
    make("span", { class: "pkb-mark-truth", role: "img", "aria-label": isCalm ? say("ui-truth-calm") : say(`truth-${truth}`) }, isCalm ? "·" : MARKS[truth]),
    make("span", { class: "pkb-name" }, pick(criterion.label)),
    make("span", { class: "pkb-required" }, `${pick(criterion.required)} · ${say("ui-yours")} ${valueText(criterion.path, given(criterion.path))}`, others_),
    make("span", { class: "pkb-words" }, make("q", { lang: "zh-Hans" }, criterion.words), " ",
      criterion.page ? make("a", { href: pageAddress(criterion.page), class: "pkb-cite" }, criterion.provision) : criterion.provision));
}

// --- The rest ---------------------------------------------------------------------------------------

/** What pays nothing, apart and closed: first what was asked about, then what is for everybody. */
function others(all) {
  const applies = all.filter(({ decision }) => decision.status !== "not-eligible");
  const left = all.filter(({ decision }) => decision.status === "not-eligible");
  if (!all.length) return null;
  const line = (one) => make("li", { "data-clause": one.decision.clause, class: `pkb-other pkb-${one.decision.status}` },
    make("a", { href: pageAddress(one.clause.page) }, pick(one.clause.title)), " ",
    make("span", { class: "pkb-cite" }, cite(one.clause)), " ",
    make("span", { class: `pkb-status pkb-${one.decision.status}` }, statusText(one)),
    remarks(one).map((text) => make("p", { class: "pkb-note-line" }, text)),
    one.decision.status === "not-eligible" ? gaps(one.decision, one.answer).map((text) => make("p", { class: "pkb-note-line" }, text)) : null,
    one.clause.root ? make("details", { class: "pkb-why" }, make("summary", {}, say("ui-why")), tree(one.clause.root, one, false)) : null);
  return make("details", { class: "pkb-fold" }, make("summary", {}, say("ui-others", { count: applies.length })),
    make("ul", { class: "pkb-flat" }, [...applies, ...left].map(line)));
}

function answersGiven(found) {
  const given = found.flatMap(({ record, type }) => app.data.types[type].facts.filter((fact) => record[fact] !== undefined)
    .flatMap((fact) => [make("dt", {}, label(fact)), make("dd", {}, valueText(fact, record[fact]))]));
  return given.length ? make("div", { class: "pkb-stated" }, make("h3", {}, say("ui-stated")), make("dl", { class: "pkb-facts" }, given)) : null;
}

function footer(act) {
  return make("div", {},
    make("div", { class: "pkb-buttons" }, ...act.buttons()),
    make("p", { class: "pkb-shared pkb-quiet", role: "status" }),
    make("p", { class: "pkb-quiet" }, say("ui-legend", { document: numbers(), rules: app.data.rulesHash.slice(0, 12), version: app.data.version })));
}
