// What groups leave of the sums of several records. All records here are of one subject and year; how sums are combined is
// said by the published query alone.
import { compare, money, plus, times } from "./engine.js";

/**
 * @param sums    in order: `source` and `clause` as the engine has them, `amount`, `status`, and what they stand for:
 *                `members` (clauses), `record`, `answer`, `decisions`
 * @param records all records that were decided
 * @param engine  decides how a case is combined
 * @returns the sums that count
 */
export function combined(sums, records, engine) {
  const { joints } = engine.rules;
  let left = sums.map((one) => ({ ...one, had: leastHad(one, engine.rules) }));
  for (const [id, joint] of Object.entries(joints)) {
    const mine = left.filter((one) => joint.members.includes(one.source) || joint.members.includes(one.clause));
    const cases = Map.groupBy(mine, (one) => (joint.apart ? one.record : null));
    for (const [record, members] of cases) left = after(left, id, joint, members, record ? [record] : records, engine);
  }
  return left;
}

/** The least that an open clause gives where it applies, as the command line reckons it. */
function leastHad({ clause, status, amount, answer }, rules) {
  if (!clause || status !== "undetermined" || compare(amount.min, "0") > 0) return amount.min;
  const options = rules.clauses[clause].options.map(({ iri }) => answer.options[iri]).filter((one) => one?.low !== undefined);
  const met = options.filter((one) => Number(one.truth) === 2).map((one) => one.low);
  const order = (all, way) => all.reduce((best, one) => (compare(one, best) * way > 0 ? one : best));
  if (rules.clauses[clause].combination === "sum") return met.reduce(plus, "0");
  return met.length ? order(met, 1) : options.length ? order(options.map((one) => one.low), -1) : "0";
}

function after(left, id, joint, members, records, engine) {
  const { currency } = members[0].amount;
  const found = engine.combine({
    combination: joint.combination,
    cap: capOf(joint, records, currency),
    members: members.map(({ status, amount, clause, had }) => ({
      status, had, low: amount.min, high: amount.max,
      isCertain: status === "eligible" || compare(amount.min, "0") > 0, excludes: joint.excluding.includes(clause),
    })),
  });
  if (found.how === "apart") return left;
  if (found.how === "winner") {
    const won = Number(found.winner.split("/").pop());
    const gone = members.filter((one, place) => place !== won && !joint.excluding.includes(one.clause));
    return left.filter((one) => !gone.includes(one));
  }
  const amount = { min: money(found.low), max: found.high === undefined ? null : money(found.high), currency };
  const whole = {
    ...members[0], source: id, clause: null, status: found.status, amount, had: amount.min,
    members: members.flatMap((one) => one.members), decisions: members.flatMap((one) => one.decisions),
  };
  return left.flatMap((one) => (one === members[0] ? [whole] : members.includes(one) ? [] : [one]));
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
  return { low: caps.reduce((a, b) => (compare(a, b) < 0 ? a : b)), high: caps.reduce((a, b) => (compare(a, b) > 0 ? a : b)) };
}

/** The digits up to so many places. */
function rounded(text, places) {
  const [whole, fraction = ""] = text.split(".");
  return places && fraction ? `${whole}.${fraction.slice(0, places)}` : whole;
}
