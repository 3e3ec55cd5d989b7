// What groups leave of the sums of several records. All records here are of one subject and year; how sums are combined is
// said by the published query alone. Caps of two documents may cross: where the second is met, what it does not limit comes
// on top, as far as the first one leaves it.
import { compare, money, plus, times } from "./engine.js";

const least = (all) => all.reduce((best, one) => (compare(one, best) < 0 ? one : best));
const most = (all) => all.reduce((best, one) => (compare(one, best) > 0 ? one : best));
const isNothing = (end) => end !== null && compare(end, "0") === 0;
/** Two ends each, of which the upper one may be none. */
const added = (all) => all.reduce((sum, one) => ({
  low: plus(sum.low, one.low), high: sum.high === null || one.high === null ? null : plus(sum.high, one.high),
}), { low: "0", high: "0" });

/**
 * @param sums    in order: `source` and `clause` as the engine has them, `amount`, `status`, and what they stand for:
 *                `members` (clauses), `record`, `answer`, `decisions`
 * @param records all records that were decided
 * @param engine  decides how a case is combined
 * @param tell    told of each case that changes something: its group, `how`, its members, and what is had in their place
 * @returns the sums that count
 */
export function combined(sums, records, engine, tell = () => {}) {
  const { joints } = engine.rules;
  let left = sums.map((one) => summand(one, engine.rules));
  const held = new Set(Object.values(joints).filter((one) => one.combination !== "sum").flatMap((one) => one.members.filter((id) => id in joints)));
  const later = Object.entries(joints);
  while (later.length) {
    const [id, joint] = later.shift();
    const names = new Set(joint.members);
    const mine = left.filter((one) => isBound(one, names) || !isOutside(one, names));
    const cases = Map.groupBy(mine, (one) => (joint.apart ? one.record : null));
    for (const [record, members] of cases) {
      const cap = capOf(joint, record ? [record] : records, members[0].amount.currency);
      const beyond = added(members.map((one) => rest(one, names)));
      const one = { id, joint, names, members, cap, beyond };
      const asOne = (held.has(id) && joint.combination === "sum" && members.length > 1) || isCrossed(one, later);
      left = after(left, one, asOne, engine, tell);
    }
  }
  return left;
}

/** A sum with the clauses behind it, and the least of it where it is had at all. */
function summand(one, { groups, clauses }) {
  const alive = (id) => one.decisions.some((decision) => decision.clause === id && decision.amount);
  const ids = groups[one.source]?.members ?? [one.source];
  return { ...one, behind: ids.filter(alive).map((clause) => ({ clause, record: one.record })), had: leastHad(one, clauses), parts: [], cap: null, bound: new Set() };
}

/** The least that an open clause gives where it applies, as the command line reckons it. */
function leastHad({ clause, status, amount, answer }, clauses) {
  if (!clause || status !== "undetermined" || compare(amount.min, "0") > 0) return amount.min;
  const options = clauses[clause].options.map(({ iri }) => answer.options[iri]).filter((one) => one?.low !== undefined);
  const met = options.filter((one) => Number(one.truth) === 2).map((one) => one.low);
  if (clauses[clause].combination === "sum") return met.reduce(plus, "0");
  return met.length ? most(met) : options.length ? least(options.map((one) => one.low)) : "0";
}

const isBound = (one, names) => names.has(one.source) || names.has(one.clause);
const isOutside = (one, names) => !one.behind.some(({ clause }) => names.has(clause));
const endsOf = ({ amount }) => ({ low: amount.min, high: amount.max });

/** What of a sum is of none of these clauses, whatever becomes of the rest of it. */
function rest(one, names) {
  if (isBound(one, names) || one.behind.every(({ clause }) => names.has(clause))) return { low: "0", high: "0" };
  if (isOutside(one, names)) return endsOf(one);
  // One of several is had, of which some are of these clauses.
  if (!one.cap) return { low: "0", high: one.amount.max };
  const whole = added(one.parts.map((part) => rest(part, names)));
  const capped = added([one.cap, ...one.parts.map((part) => rest(part, new Set([...names, ...one.bound])))]);
  const bounded = [whole.high, capped.high].filter((end) => end !== null);
  return { low: least([whole.low, capped.low]), high: bounded.length ? least(bounded) : null };
}

/** Whether a cap still to come limits some of what this one does, beside what this one does not. */
function isCrossed({ members, cap, beyond }, later) {
  const behind = new Set(members.flatMap((one) => one.behind.map(({ clause }) => clause)));
  return cap !== null && !isNothing(beyond.high) && later.some(([, joint]) => joint.members.some((id) => behind.has(id)));
}

/** A case as the engine is asked about it. */
function asked({ joint, members, cap, beyond }) {
  const { combination, excluding } = joint;
  const isOpen = members.some((one) => one.clause === null && one.behind.some(({ clause }) => excluding.includes(clause)));
  if (cap === null && (isOpen || !isNothing(beyond.high))) {
    // It is open whether what gives way is had: no less is left than one of the sums, and no more than all.
    const lows = members.map((one) => one.amount.min);
    const sums = members.map(({ amount }) => ({ status: "undetermined", isCertain: compare(amount.min, "0") > 0, excludes: false, had: amount.min, low: amount.min, high: amount.max }));
    return { combination: "sum", cap: { low: combination === "excluded" ? least(lows) : most(lows), high: null }, members: sums };
  }
  return {
    combination,
    cap: cap && added([cap, beyond]),
    members: members.map(({ status, amount, clause, had }) => ({
      status, had, low: amount.min, high: amount.max,
      isCertain: status === "eligible" || compare(amount.min, "0") > 0, excludes: excluding.includes(clause),
    })),
  };
}

function after(left, one, asOne, engine, tell) {
  const { id, joint, names, members, cap } = one;
  const found = engine.combine(asked(one));
  const how = asOne ? "together" : found.how;
  if (how === "apart") return left;
  if (how === "winner") {
    const won = members[Number(found.winner.split("/").pop())];
    const gone = members.filter((each) => each !== won && !joint.excluding.includes(each.clause));
    tell({ id, how, won, members: gone });
    return left.filter((each) => !gone.includes(each));
  }
  const amount = { min: money(found.low), max: found.high === undefined ? null : money(found.high), currency: members[0].amount.currency };
  const whole = {
    ...members[0], source: id, clause: null, status: found.status, amount, had: amount.min, parts: members, cap, bound: names,
    members: members.flatMap((each) => each.members), decisions: members.flatMap((each) => each.decisions), behind: members.flatMap((each) => each.behind),
  };
  tell({ id, how, won: whole, members });
  return left.flatMap((each) => (each === members[0] ? [whole] : members.includes(each) ? [] : [each]));
}

/** The least and the most that the cap may be: a share of what is not stated is open. */
function capOf({ combination, cap, rate, base, smallest }, records, currency) {
  if (combination !== "sum") return null;
  if (rate === null) return { low: cap, high: cap };
  const stated = records.map((record) => record[base]).filter((value) => value !== undefined && value !== null);
  if (!stated.length) return { low: "0", high: null };
  const unit = smallest[currency] ?? Object.values(smallest)[0] ?? "1";
  const places = unit.split(".")[1]?.length ?? 0;
  const caps = stated.map((value) => rounded(plus(times(compare(String(value), "0") > 0 ? String(value) : "0", rate), times(unit, "0.5")), places));
  return { low: least(caps), high: most(caps) };
}

/** The digits up to so many places. */
function rounded(text, places) {
  const [whole, fraction = ""] = text.split(".");
  return places && fraction ? `${whole}.${fraction.slice(0, places)}` : whole;
}
