// Ask the published graph: one query in, one plain answer out. Used in the worker and, from a folder, in the page.
import { start, storeOf, unpackText } from "./engine.js";

let store = null;

export async function open(wasm, graph) {
  await start(wasm);
  store ??= storeOf(await unpackText(graph));
  return store.size;
}

/** A text without prefixes, strings, IRIs and comments. */
function bareOf(text) {
  return text.replace(/<[^>]*>|"[^"\n]*"|'[^'\n]*'|#[^\n]*|[\w.-]*:/g, " ");
}

/** The first keyword that tells the form of a query or update. */
function formOf(text) {
  return bareOf(text).match(/\b(SELECT|ASK|CONSTRUCT|DESCRIBE|INSERT|DELETE|WITH|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY)\b/i)?.[1].toUpperCase();
}

/** Whether a text would change the graph. */
export function isUpdate(text) {
  return !["SELECT", "ASK", "CONSTRUCT", "DESCRIBE", undefined].includes(formOf(text));
}

/** The answer to a query: rows of typed terms, a truth value, or triples. */
export function ask(text) {
  const form = formOf(text);
  // Asked for the union of all graphs, the engine would pass over FROM.
  const use_default_graph_as_union = !/\bFROM\b/i.test(bareOf(text));
  if (form === "CONSTRUCT" || form === "DESCRIBE") {
    return { kind: "triples", text: store.query(text, { results_format: "ttl", use_default_graph_as_union }) };
  }
  const answer = JSON.parse(store.query(text, { results_format: "json", use_default_graph_as_union }));
  if ("boolean" in answer) return { kind: "truth", value: answer.boolean };
  return { kind: "rows", columns: answer.head.vars, rows: answer.results.bindings };
}
