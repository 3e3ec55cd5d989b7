// An amount written out as it was worked out: the expression as the site publishes it, and what each node came to.
import { compare } from "./engine.js";

/**
 * @param node   the expression: a fact, or an operator over others
 * @param values what each node came to, by its IRI
 * @param write  writes a fact, a number in a unit, and one of two languages
 */
export function told(node, values, write) {
  const came = (part) => values[part.iri]?.value;
  if (node.fact) return write.fact(node.fact, came(node));
  if (node.fixed) return write.pick(node.fixed);
  const [one, other] = node.of;
  // A part that comes to nothing is not shown, and what is above the end of a band by its value alone.
  if (node.op === "sum") {
    const terms = node.of.filter((part) => came(part) && compare(came(part), "0") > 0).map((part) => told(part, values, write));
    return [...terms, ...(node.by ? [write.pick(node.by)] : [])].join(" + ") || "0";
  }
  if (node.op === "excess" && !one.fact && !one.fixed) return write.number(came(node), node.unit);
  const first = within(one, values, write);
  if (!node.by && came(other) === undefined) return first;
  const second = node.by ? write.pick(node.by) : within(other, values, write);
  if (!node.form) return `${first} ${node.op === "quotient" ? "÷" : "×"} ${second}`;
  const filled = { first, second, value: came(node) };
  return write.pick(node.form).replace(/\{(\w+)\}/g, (whole, key) => filled[key] ?? whole);
}

function within(node, values, write) {
  const text = told(node, values, write);
  return node.op === "sum" && text.includes(" + ") ? `(${text})` : text;
}
