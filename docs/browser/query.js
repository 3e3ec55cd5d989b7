// Ask the published graph: one query in, one plain answer out. Used in the worker.
import { namedNode } from "oxigraph/web.js";
import { start, storeOf, unpackText } from "./engine.js";
import { formOf, guardBy, namesGraphs } from "./guard.js";

let store = null;

export async function open({ wasm, graph, guard }) {
  await start(wasm);
  guardBy(guard);
  store ??= storeOf(await unpackText(graph));
  const named = (text) => ask(text).rows.map((row) => row.term.value);
  return {
    size: store.size,
    properties: named("SELECT DISTINCT ?term { ?s ?term ?o } ORDER BY ?term"),
    classes: named("SELECT DISTINCT ?term { ?s a ?term } ORDER BY ?term"),
  };
}

const OWN = "urn:policykb:own";

/** Put records of the reader's own beside the graph, in place of those before; how many triples they are. */
export function own({ text, format }) {
  store.update(`DROP SILENT GRAPH <${OWN}>`);
  if (text) store.load(text, { format, base_iri: "urn:policykb:record:", to_graph_name: namedNode(OWN) });
  return store.match(null, null, null, namedNode(OWN)).length;
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
