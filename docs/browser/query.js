// Ask the published graph: one query in, one plain answer out. Used in the worker.
import { start, storeOf, unpackText } from "./engine.js";
import { formOf, guardBy, namesGraphs } from "./guard.js";

let store = null;

export async function open({ wasm, graph, guard }) {
  await start(wasm);
  guardBy(guard);
  store ??= storeOf(await unpackText(graph));
  return store.size;
}

/** The answer to a query: rows of typed terms, a truth value, or triples. */
export function ask(text) {
  const form = formOf(text);
  // Asked for the union of all graphs, the engine would pass over FROM.
  const use_default_graph_as_union = !namesGraphs(text);
  if (form === "CONSTRUCT" || form === "DESCRIBE") {
    return { kind: "triples", text: store.query(text, { results_format: "ttl", use_default_graph_as_union }) };
  }
  const answer = JSON.parse(store.query(text, { results_format: "json", use_default_graph_as_union }));
  if ("boolean" in answer) return { kind: "truth", value: answer.boolean };
  return { kind: "rows", columns: answer.head.vars, rows: answer.results.bindings };
}
