// Ask the published graph: one query in, one plain answer out. Used in the worker and, from a folder, in the page.
import { start, storeOf, unpackText } from "./engine.js";

let store = null;

export async function open(wasm, graph) {
  await start(wasm);
  store ??= storeOf(await unpackText(graph));
  return store.size;
}

/** The first keyword that tells the form of a query or update; prefixes, strings, IRIs and comments aside. */
function formOf(text) {
  const bare = text.replace(/<[^>]*>|"[^"\n]*"|#[^\n]*|[\w.-]*:/g, " ");
  return bare.match(/\b(SELECT|ASK|CONSTRUCT|DESCRIBE|INSERT|DELETE|WITH|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY)\b/i)?.[1].toUpperCase();
}

/** Whether a text would change the graph. */
export function isUpdate(text) {
  return !["SELECT", "ASK", "CONSTRUCT", "DESCRIBE", undefined].includes(formOf(text));
}

/** The answer to a query: rows of typed terms, a truth value, or triples. */
export function ask(text) {
  const form = formOf(text);
  if (form === "CONSTRUCT" || form === "DESCRIBE") {
    return { kind: "triples", text: store.query(text, { results_format: "ttl", use_default_graph_as_union: true }) };
  }
  const answer = JSON.parse(store.query(text, { results_format: "json", use_default_graph_as_union: true }));
  if ("boolean" in answer) return { kind: "truth", value: answer.boolean };
  return { kind: "rows", columns: answer.head.vars, rows: answer.results.bindings };
}
