// The playground's queries run here, so that one that never ends can be stopped.
import { ask, open } from "./query.js";

const base = new URL(".", self.location.href).href;

self.onmessage = async ({ data }) => {
  try {
    if (data.open) {
      importScripts(`${base}oxigraph.js`, `${base}graph.js`);
      postMessage({ id: data.id, size: await open(self.policykb.wasm, self.policykb.graph) });
    } else {
      postMessage({ id: data.id, answer: ask(data.query) });
    }
  } catch (fault) {
    postMessage({ id: data.id, fault: String(fault.message ?? fault) });
  }
};
