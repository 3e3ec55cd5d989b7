// Read a typed number by the rules of the program's own readers, as the site publishes them. No unit and no bound stands here.

/** Full-width letters, digits and signs as half-width ones, without outer blanks. */
export function halfWidth(text, grammar) {
  return [...text.replace(/[\u200b-\u200f\u2060\ufeff]/g, "")].map((sign) => grammar.halfWidth[sign] ?? sign).join("").trim();
}

function normal(text, grammar) {
  return [...halfWidth(text, grammar)].map((sign) => grammar.letters[sign] ?? sign).join("").normalize("NFKC").replace(new RegExp(grammar.joints, "g"), "").toLowerCase();
}

/** The form in which a value is compared with known words. */
function said(text, grammar) {
  return halfWidth(text, grammar).replace(new RegExp(grammar.blanks, "gu"), "").split(/\s+/).join(" ").toLowerCase();
}

/** A letter, or the sign of a currency. */
const MAY_BE_UNIT = /[\p{L}\p{No}\p{Nl}\p{Sc}%]/u;

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
 * @param fact    the fact: its datatype and unit, and whether it adds up
 * @param grammar what the site publishes of the readers' rules
 * @param unit    the written unit beside the field
 * @returns the value in the unit of the fact as plain digits, the rule that refuses it with the words for its message, or
 *   the rule by which it states nothing
 */
export function readTyped(text, fact, grammar, unit) {
  const written = halfWidth(text, grammar);
  if (grammar.dashes.includes(written)) return { nothing: fact.addsUp ? "dash-is-missing" : "dash-not-given" };
  if (grammar.unknown.includes(said(text, grammar))) return { nothing: "stated-unknown" };
  const pattern = (name) => new RegExp(`^(?:${grammar[name]})$`, "isu");
  if (fact.unit === "rank") {
    if (pattern("top").test(written)) return refused("rank-range");
    const rank = pattern("rank").exec(written);
    if (rank && /^[0-9]/.test(rank[1])) return whole(rank[1], grammar);
  }
  const plain = spelled(written, grammar, pattern);
  const inFigures = pattern("number").exec(inOneStep(plain, pattern))?.groups;
  const found = inFigures ?? inNumerals(plain, fact, grammar, pattern);
  if (!found || (found.sign && found.sign2)) return refused("value-not-a-number");
  const isMixed = plain !== written;
  const own = inFigures || isMixed || found.after ? [] : [...written.slice(found.before?.length ?? 0)];
  const multiple = own.filter((one) => one in grammar.numerals.multiples).at(-1);
  const [, factor, divisor] = grammar.units[normal(unit ?? "", grammar)] ?? [];
  // 一亿二千万 in a field of 万元 may be as many yuan.
  if (multiple && factor !== divisor) return refused("units-disagree", { units: `${multiple}, ${unit}` });
  // 1亿2千万 is as many yuan, whatever the field counts in, as 1亿2000万 is.
  const stated = unitOf(found, fact, grammar, isMixed && !found.after ? undefined : unit);
  if (stated?.refused) return stated;
  const power = Number(found.power?.slice(1) ?? 0);
  let digits = found.whole;
  if (digits.includes(",")) {
    if (!pattern("grouped").test(digits)) return refused("unclear-separator");
    digits = digits.replaceAll(",", "");
  }
  if (!found.power && digits.length > 1 && digits[0] === "0") return refused("leading-zeros");
  if (digits.length + (found.part ?? "").length > grammar.longest + Boolean(found.part) || Math.abs(power) > grammar.longest) {
    return refused("number-too-long", { most: grammar.longest });
  }
  let number = shifted(`${found.sign}${found.sign2}${digits}${found.part ?? ""}`, power);
  if (stated && stated.unit[0] !== fact.unit) return refused("wrong-unit", { unit: stated.name, expected: unit ?? fact.unit ?? "1" });
  if (stated) {
    number = converted(number, stated.unit[1], stated.unit[2]);
    if (number === null) return refused("unit-not-converted", { unit: stated.name });
  }
  return fact.datatype === "integer" && number.includes(".") ? refused("value-not-whole") : { value: number };
}

/** A number in Chinese numerals with nothing but its unit behind it, as one in digits: 五百万元; null for anything else. */
function inNumerals(written, fact, grammar, pattern) {
  const begins = new RegExp(grammar.begins, "u").exec(written);
  if (!begins) return null;
  const before = written.slice(0, begins.index).trim();
  const digits = inDigits(written.slice(begins.index), grammar.numerals);
  const found = digits ? pattern("number").exec(before + digits)?.groups : null;
  if (found?.before && !grammar.units[normal(found.before, grammar)]) return null;
  const after = found?.after;
  return found && (!after || grammar.units[normal(after, grammar)] || completed(after, fact, grammar)) ? found : null;
}

/** 1亿2千万元 as 一亿二千万元; any other text as it is. */
function spelled(written, grammar, pattern) {
  const { before, mixed, rest } = pattern("mixed").exec(written)?.groups ?? {};
  if (!mixed) return written;
  const numerals = Object.entries(grammar.numerals.digits);
  return before + mixed.replace(/[1-9]/g, (one) => numerals.find(([, value]) => value === Number(one))[0]) + (rest ?? "");
}

/** 1亿2000万元 as 12000万元, and 2万5000元 as 25000元; any other text as it is. */
function inOneStep(written, pattern) {
  const { high, step, low, rest } = pattern("stepped").exec(written)?.groups ?? {};
  return high && (step === "亿") === rest.startsWith("万") ? `${high}${low.replace(",", "")}${rest}` : written;
}

/** The same numerals in digits; the last 万 or 亿 stays where it is the only one. Empty where they are no exact number. */
function inDigits(text, numerals) {
  const { digits, steps, multiples } = numerals;
  const letters = [...text];
  const end = letters.findIndex((one) => !(one in digits || one in steps || one in multiples));
  const mine = end < 0 ? letters : letters.slice(0, end);
  const rest = letters.slice(mine.length).join("");
  const last = multiples[mine.at(-1)];
  const number = last && mine.length > 1 ? valueOf(mine.slice(0, -1), numerals) : null;
  if (number !== null && number < 10000) return `${number}${last === 10000 ? "万" : "亿"}${rest}`;
  const all = mine.length ? valueOf(mine, numerals) : null;
  return all === null ? "" : `${all}${rest}`;
}

function valueOf(letters, numerals) {
  let [total, open, last] = [0, letters, 0];
  for (const multiple of [...new Set(Object.values(numerals.multiples))].sort((one, other) => other - one)) {
    const at = open.findIndex((one) => numerals.multiples[one] === multiple);
    if (at < 0) continue;
    const before = open.slice(0, at);
    const part = multiple > 10_000 ? valueOf(before, numerals) : below(before, numerals, total === 0);
    if (!part) return null;
    [total, open, last] = [total + part * multiple, open.slice(at + 1), multiple];
  }
  if (!open.length) return total || null;
  const rest = below(open, numerals, total === 0);
  const isStep = last === 10_000 && open.some((one) => one in numerals.steps);
  const isSaid = total === 0 || numerals.digits[open[0]] === 0 || isStep;
  return rest !== null && isSaid ? total + rest : null;
}

/** A number below ten thousand: 三千五百, 一千零五, 十二; 百万 and 二百五 are none that is exact. */
function below(letters, { digits, steps }, isFirst) {
  if (isFirst && letters.length === 1 && digits[letters[0]] === 0) return 0;
  let [total, digit, above, hasZero] = [0, 0, 10_000, false];
  for (const one of letters) {
    const step = steps[one] ?? 0;
    if (step) {
      if (step >= above || !(digit || (step === 10 && (isFirst || total)))) return null;
      [total, digit, above, hasZero] = [total + (digit || 1) * step, 0, step, false];
    } else if (digit || !(one in digits) || (!digits[one] && (hasZero || above === 10 || (isFirst && !total)))) return null;
    else [digit, hasZero] = [digits[one], hasZero || !digits[one]];
  }
  if (hasZero && !digit) return null;
  return !digit || !total || above === 10 || hasZero ? total + digit : null;
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
function unitOf({ before, after: written }, fact, grammar, beside) {
  const known = (name) => (name ? grammar.units[normal(name, grammar)] : undefined);
  const of = (name, unit) => unit && { name, unit };
  const sign = of(before, known(before));
  // HK$600: whoever wrote the number alone would turn dollars of Hong Kong into yuan.
  const isAbout = new RegExp(`^(?:${grammar.about})$`, "u").test(before);
  const isUnit = (name) => MAY_BE_UNIT.test(name) && !/^[([]/.test(name); // 6000（预计） has no unit, but a remark
  const ruleOf = (name) => grammar.refusedUnits.find(([unit, ways]) => unit !== fact.unit && new RegExp(ways, "iu").test(name))?.[2] ?? "unknown-unit";
  const unknown = (name) => (isUnit(name) ? refused(ruleOf(name), { unit: name }) : refused("value-not-a-number"));
  if (before && !sign) return isAbout || fact.datatype === "integer" ? refused("value-not-a-number") : unknown(before);
  const inner = /^[([]([^()[\]]+)[)\]]$/.exec(written)?.[1];
  const after = known(inner) ? inner : written;
  const usual = sign && sign.unit[1] === sign.unit[2] ? { unit: sign.unit[0] } : fact;
  const behind = after ? of(after, known(after) ?? completed(after, usual, grammar)) : of(beside, known(beside));
  if (after && !behind) return unknown(after);
  if (!before) return behind;
  // ¥6000万元: a bare currency sign leaves the scale to the unit behind the number, or beside the field.
  const isBare = sign.unit[1] === "1" && behind?.unit[0] === sign.unit[0];
  if (isBare) return behind;
  const isOne = !after || !behind || (behind.unit[0] === sign.unit[0] && behind.unit[1] === sign.unit[1]);
  return isOne ? sign : refused("units-disagree", { units: `${before}, ${after}` });
}

function completed(name, fact, grammar) {
  const ones = Object.entries(grammar.units).filter(([, [unit, factor, divisor]]) => unit === fact.unit && factor === divisor);
  const wholes = ones.map(([one]) => grammar.units[normal(name, grammar) + one]).filter((one) => one?.[0] === fact.unit);
  return wholes[0];
}

/** The day that a text states, as 2020-11-05; null where it states none. Whether there is such a day, the data rules say. */
export function readDay(text, grammar) {
  const found = new RegExp(`^(?:${grammar.day})$`, "u").exec(halfWidth(text, grammar))?.groups;
  if (!found) return null;
  const part = (name) => [1, 2, 3].map((form) => found[name + form]).find(Boolean).padStart(2, "0");
  return `${part("y")}-${part("m")}-${part("d")}`;
}

/** The year or the day that a text states: 2020, 2020年1-12月, 2020-11-05; null where it states neither. */
export function readPeriod(text, grammar) {
  const year = new RegExp(`^(?:${grammar.year})$`, "u").exec(halfWidth(text, grammar))?.[1];
  return year ? [...year].map((digit) => grammar.digits[digit] ?? digit).join("") : readDay(text, grammar);
}

/** The last day of so many years from a day on. */
export function lastDay(start, years) {
  const [year, month, day] = start.split("-").map(Number);
  // Of 29 February the last day is 28 February: the first of March less one.
  return new Date(Date.UTC(year + years, month - 1, day - 1)).toISOString().slice(0, 10);
}
