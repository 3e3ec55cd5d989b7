// Read a typed number by the rules of the program's own readers, as the site publishes them. No unit and no bound stands here.

/** Full-width letters, digits and signs as half-width ones, without outer blanks. */
export function halfWidth(text, grammar) {
  return [...text.replace(/[\u200b-\u200f\u2060\ufeff]/g, "")].map((sign) => grammar.halfWidth[sign] ?? sign).join("").trim();
}

function normal(text, grammar) {
  return halfWidth(text, grammar).normalize("NFKC").replace(new RegExp(grammar.joints, "g"), "").toLowerCase();
}

const refused = (rule, values = {}) => ({ refused: rule, values });

/** An exact decimal as digits and how many of them stand behind the point. */
function parts(text) {
  const [, sign, whole, fraction = ""] = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text);
  return { digits: BigInt((sign === "-" ? "-" : "") + whole + fraction), scale: fraction.length };
}

function plain(digits, scale) {
  const sign = digits < 0n ? "-" : "";
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, "0");
  const fraction = scale ? text.slice(-scale).replace(/0+$/, "") : "";
  return sign + text.slice(0, text.length - scale) + (fraction ? `.${fraction}` : "");
}

/** A number times its factor over its divisor, or null where that does not come out even to four places. */
function converted(text, factor, divisor) {
  const [one, by, over] = [parts(text), parts(factor), parts(divisor)];
  const places = 4;
  const top = one.digits * by.digits * 10n ** BigInt(over.scale + places);
  const bottom = over.digits * 10n ** BigInt(one.scale + by.scale);
  if (over.digits === 1n && over.scale === 0) return plain(one.digits * by.digits, one.scale + by.scale);
  return top % bottom === 0n ? plain(top / bottom, places) : null;
}

/**
 * What a typed text states of a fact that is a number.
 *
 * @param text    as typed
 * @param fact    the fact: its datatype and unit
 * @param grammar what the site publishes of the readers' rules
 * @param unit    the written unit beside the field
 * @returns the value in the unit of the fact as plain digits, or the rule that refuses it with the words for its message
 */
export function readTyped(text, fact, grammar, unit) {
  const written = halfWidth(text, grammar);
  const pattern = (name) => new RegExp(`^(?:${grammar[name]})$`, "isu");
  if (fact.unit === "rank") {
    if (pattern("top").test(written)) return refused("rank-range");
    const rank = pattern("rank").exec(written);
    if (rank && /^[0-9]/.test(rank[1])) return whole(rank[1], grammar);
  }
  const found = pattern("number").exec(written)?.groups;
  if (!found || (found.sign && found.sign2)) return refused("value-not-a-number");
  let digits = found.whole;
  if (digits.includes(",")) {
    if (!pattern("grouped").test(digits)) return refused("unclear-separator");
    digits = digits.replaceAll(",", "");
  }
  if (digits.length > 1 && digits[0] === "0") return refused("leading-zeros");
  let number = `${found.sign}${found.sign2}${digits}${found.part ?? ""}`;
  const power = Number(found.power?.slice(1) ?? 0);
  if (digits.length + (found.part ?? "").length > grammar.longest || Math.abs(power) > grammar.longest) {
    return refused("number-too-long", { most: grammar.longest });
  }
  if (power) number = shifted(number, power);
  const stated = unitOf(found, fact, grammar, unit);
  if (stated?.refused) return stated;
  if (stated) {
    const value = converted(number, stated[1], stated[2]);
    if (value === null) return refused("unit-not-converted", { unit: found.after ?? "" });
    number = value;
  }
  const { digits: all, scale } = parts(number);
  const value = plain(all, scale);
  return fact.datatype === "integer" && value.includes(".") ? refused("value-not-whole") : { value };
}

function whole(text, grammar) {
  if (text.length > 1 && text[0] === "0") return refused("leading-zeros");
  return text.length > grammar.longest ? refused("number-too-long", { most: grammar.longest }) : { value: text };
}

/** A plain number with its point moved. */
function shifted(text, power) {
  const { digits, scale } = parts(text);
  return power >= scale ? plain(digits * 10n ** BigInt(power - scale), 0) : plain(digits, scale - power);
}

/** The unit that stands with the number, else that of the field. A multiple alone (500万) counts the unit of the field. */
function unitOf(found, fact, grammar, unit) {
  const known = (name) => grammar.units[normal(name, grammar)];
  const named = [found.before, found.after].map((name) => name?.trim()).filter(Boolean);
  let stated = known(unit ?? "") ?? null;
  for (const [place, name] of named.entries()) {
    const one = known(name) ?? (name === found.after?.trim() ? completed(name, fact, grammar) : undefined);
    if (!one) return name === found.before?.trim() && !found.after ? refused("value-not-a-number") : refused("unknown-unit", { unit: name });
    if (one[0] !== fact.unit) return refused("wrong-unit", { unit: name, expected: unit ?? fact.unit ?? "1" });
    // ¥6000万元: a bare currency sign leaves the scale to the unit behind the number, or beside the field.
    if (!(place === 0 && named[0] === found.before?.trim() && (named.length > 1 || stated?.[0] === one[0]))) stated = one;
  }
  return stated;
}

function completed(name, fact, grammar) {
  const ones = Object.entries(grammar.units).filter(([, [unit, factor, divisor]]) => unit === fact.unit && factor === divisor);
  const wholes = ones.map(([one]) => grammar.units[normal(name, grammar) + one]).filter((one) => one?.[0] === fact.unit);
  return wholes[0];
}
