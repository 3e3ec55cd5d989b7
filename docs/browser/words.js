// What the self-check says: wordings, numbers with their units, and amounts, in the language of the page.
import { compare, isNumber, times } from "./engine.js";
import { fill, pick, which } from "./loading.js";

/** The published data, set once. */
export const app = { data: null };

export const say = (name, values = {}) => fill(app.data.texts[name] ?? [name, name], values);
export const colon = which ? ": " : "：";
/** What stands between two sentences. */
export const blank = which ? " " : "";
export const listed = (parts) => parts.join(say("comma"));
/** A list of what may itself have commas. */
export const apart = (parts) => parts.join(say("told-semicolon"));

export function forms(unit) {
  return app.data.forms[unit] ?? [];
}

export function grouped(text) {
  const [, sign, whole, fraction] = /^(-?)(\d+)(\.\d+)?$/.exec(text) ?? [null, "", text, ""];
  return sign + whole.replace(/\B(?=(\d{3})+$)/g, ",") + (fraction ?? "").replace(/\.?0+$/, "");
}

/** A number with its unit, in the form that the document itself would use. */
export function number(value, unit) {
  const known = app.data.units[unit];
  const name = !known ? "" : which && known.plural && grouped(value) !== "1" ? known.plural : pick(known.label);
  if (which === 0) {
    for (const [form, factor] of [...forms(unit)].reverse()) {
      const zeros = factor.length - 1;
      if (!/^10*$/.test(factor) || !isNumber(value) || compare(value.replace("-", ""), factor) < 0) continue;
      const scaled = times(value, "0." + "0".repeat(Math.max(zeros - 1, 0)) + "1");
      const shown = zeros === 0 ? value : scaled;
      if ((shown.split(".")[1] ?? "").length <= 2) return (zeros ? shown : grouped(shown)) + form;
    }
  }
  if (which && known?.written[1]) return fill(known.written, { value: grouped(value) });
  return grouped(value) + (which === 0 ? "" : " ") + name;
}

/** How a written unit reads in the language of the page: 万元, or 10,000 yuan. */
export function unitName(unit, form, factor) {
  if (which === 0) return form;
  const name = pick(app.data.units[unit].label);
  return factor === "1" ? name : `${grouped(factor)} ${name}`;
}

export function label(fact) {
  return pick(app.data.facts[fact]?.label ?? app.data.columns[fact] ?? [fact, fact]);
}

export function valueText(fact, stated) {
  const known = app.data.facts[fact];
  if (stated === undefined || stated === null) return say("ui-not-stated");
  if (typeof stated === "boolean") return say(stated ? "yes" : "no");
  if (Array.isArray(stated)) return listed(stated.map((one) => valueText(fact, one)));
  if (known && ["decimal", "integer"].includes(known.datatype) && isNumber(stated)) return number(String(stated), known.unit);
  return app.data.codes[stated] ? pick(app.data.codes[stated]) : String(stated);
}

export function amountText(amount) {
  if (!amount) return "";
  const { min, max, currency } = amount;
  if (max === null) return say("no-upper-end", { low: number(min, currency) });
  if (compare(min, max) === 0) return number(max, currency);
  if (compare(min, "0") === 0) return say("up-to", { high: number(max, currency) });
  return say("range", { low: number(min, currency), high: number(max, currency) });
}

/** What a decision waits for: the body with the verb of its act. */
export function awaited(fact) {
  const known = app.data.facts[fact];
  const act = known.act ? pick(known.act) : say("told-act", { fact: label(fact) });
  return known.unnamed ? say("waits-unnamed", { act }) : say("waits", { body: pick(known.body), act });
}
