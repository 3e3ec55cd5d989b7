// Check files with the project's own Python in a worker: Pyodide runs it, Oxigraph decides. Nothing leaves the browser.
import { Store } from "oxigraph/web.js";
import { start } from "./engine.js";

const NQUADS = "application/n-quads";
/** What docs/browser/pyoxigraph.py asks of the engine. */
const engine = {
  load: (text, format, base_iri) => {
    const store = new Store();
    store.load(text, { format, base_iri: base_iri ?? undefined });
    return store;
  },
  extend: (store, text) => store.load(text, { format: NQUADS }),
  dump: (store) => store.dump({ format: NQUADS }),
  update: (store, text) => store.update(text),
  query: (store, text, results_format) => store.query(text, { results_format }),
};

let desk, keep;

async function open({ base, wasm }) {
  const [{ loadPyodide }] = await Promise.all([import(`${base}pyodide.mjs`), start(wasm)]);
  const got = async (name) => {
    const answer = await fetch(base + name);
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    return answer.arrayBuffer();
  };
  const [pyodide, code, knowledge] = await Promise.all([loadPyodide({ indexURL: base }), got("policykb.zip"), got("knowledge.bin")]);
  pyodide.registerJsModule("oxigraph", { engine });
  pyodide.unpackArchive(code, "zip", { extractDir: "/python" });
  pyodide.FS.writeFile("/python/knowledge.bin", new Uint8Array(knowledge));
  const opened = pyodide.runPython("import sys\nsys.path.insert(0, '/python')\nfrom policykb.site.desk import opened\nopened");
  desk = opened("/python/knowledge.bin", (doing, done, total) => postMessage({ doing, done, total }));
  keep = (name, bytes) => pyodide.FS.writeFile(desk.take(name), new Uint8Array(bytes));
}

const steps = {
  open,
  /** Take files in, each with its name and bytes. */
  check: ({ files, lang, type }) => {
    for (const { name, bytes } of files) keep(name, bytes);
    return JSON.parse(desk.check(lang, type || undefined));
  },
  subjects: ({ start: first, count }) => JSON.parse(desk.subjects(first, count)),
  file: ({ form }) => {
    const proxy = desk.file(form);
    const bytes = proxy.toJs();
    proxy.destroy();
    return bytes;
  },
};

self.onmessage = async ({ data }) => {
  try {
    postMessage({ id: data.id, answer: await steps[data.step](data) });
  } catch (fault) {
    postMessage({ id: data.id, fault: String(fault.message ?? fault) });
  }
};
