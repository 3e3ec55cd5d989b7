// Oxigraph for the whole of its WebAssembly, where a core was asked for more than it has.
import { initSync, literal, namedNode, quad, Store } from "oxigraph/web.js";

(globalThis.policykb ??= {}).oxigraph = { initSync, literal, namedNode, quad, Store };
