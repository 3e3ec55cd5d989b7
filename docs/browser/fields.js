// The parameters of a library query as fields, and a query with what was entered bound in it.
import { make, pick } from "./loading.js";

const FORMS = { integer: /^[+-]?\d{1,18}$/, decimal: /^[+-]?\d{1,18}(\.\d{1,18})?$/, date: /^\d{4}-\d\d-\d\d$/, boolean: /^(true|false)$/ };

/** A field for each parameter; `change` is called when one is left. */
export function fieldsOf(parameters, change) {
  return parameters.map((one) => make("label", { class: "pkb-field" }, make("span", {}, pick(one.meaning)),
    make("input", { type: "text", "data-parameter": one.name, required: one.required, placeholder: `?${one.name}`, autocomplete: "off", onchange: change })));
}

/** The term that an entered value stands for in a query; null where it is not of the type. */
export function termOf(type, value, { prefixes, names }) {
  if (type in FORMS) {
    if (!FORMS[type].test(value)) return null;
    return type === "date" ? `"${value}"^^<http://www.w3.org/2001/XMLSchema#date>` : value;
  }
  if (type !== "iri") return JSON.stringify(value);
  const [prefix, rest] = value.split(/:(.*)/s);
  if (Object.hasOwn(prefixes, prefix)) return `<${prefixes[prefix]}${rest}>`;
  const known = Object.hasOwn(names, value) ? value : Object.keys(names).find((iri) => iri.split(/[#/]/).pop() === value);
  if (known) return `<${known}>`;
  return /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i.test(value) ? `<${value}>` : null;
}

/** The text of a query with the parameters that are filled in bound; the first that is wrong in `wrong`. */
export function bound(query, text, fields, known) {
  let wrong = null;
  for (const field of fields) {
    const one = query.parameters.find(({ name }) => name === field.dataset.parameter);
    const value = field.value.trim();
    const term = value ? termOf(one.type, value, known) : null;
    const isWrong = value ? term === null : one.required;
    field.toggleAttribute("aria-invalid", isWrong);
    if (isWrong) wrong ??= one;
    else if (term !== null) {
      const place = new RegExp(`^([ \\t]*)(?:# )?VALUES \\?${one.name}\\b(?: \\{[^}\\n]*\\})?[ \\t]*$`, "gm");
      text = text.replace(place, (_, indent) => `${indent}VALUES ?${one.name} { ${term} }`);
    }
  }
  return { text, wrong };
}
