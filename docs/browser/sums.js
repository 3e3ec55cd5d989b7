// The sums that a query names, in the units of the rules. How units and multiples are written is what the site publishes.
import { times } from "./engine.js";
import { halfWidth } from "./typed.js";

const escaped = (name) => [...name].map((sign) => sign.replace(/[$^.*+?()[\]{}|\\]/g, "\\$&")).join("\\s*");
/** One of these names, the longest that fits; one of Latin letters ends where a word ends. */
const oneOf = (names) => names.sort((a, b) => b.length - a.length).map((name) => escaped(name) + (/[a-z]$/.test(name) ? "(?![a-z²\\d])" : "")).join("|");

/**
 * @param query   as typed
 * @param written units by name with what one is, words for multiples, and those that need a unit beside them
 * @returns each sum as "unit value"; "* value" where no unit is named
 */
export function sumsOf(query, written) {
  const text = halfWidth(query, written).normalize("NFKC").toLowerCase();
  const { units, multiples, short } = written;
  const unit = oneOf(Object.keys(units));
  const pattern = `(?:(?<![a-z])(${unit})\\s*)?(?<![\\d.,])(\\d[\\d,]*(?:\\.\\d+)?)\\s*-?(?:(${oneOf([...Object.keys(multiples), ...Object.keys(short)])})\\s*)?(${unit})?`;
  const bare = (name) => name?.replace(/\s/g, "");
  const found = [];
  for (const [, before, digits, multiple, after] of text.matchAll(new RegExp(pattern, "giu"))) {
    const [one, other] = [units[bare(before)], units[bare(after)]];
    const by = multiples[bare(multiple)] ?? (one || other ? short[bare(multiple)] : undefined) ?? "1";
    if (one && other && one[0] !== other[0]) continue;
    const stated = other ?? one;
    if (!stated && by === "1" && !digits.includes(",")) continue;
    found.push(`${stated?.[0] ?? "*"} ${times(times(digits.replaceAll(",", ""), by), stated?.[1] ?? "1")}`);
  }
  return found;
}

/** Whether these sums hold one; one without a unit stands for it in any. */
export const hold = (sums, one) => (one.startsWith("* ") ? sums.some((sum) => sum.endsWith(one.slice(1))) : sums.includes(one));
