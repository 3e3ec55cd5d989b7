// The playground's queries run here, so that one that never ends can be stopped.
import { ask, open } from "./query.js";

self.onmessage = async ({ data }) => {
  try {
    postMessage(data.open ? { id: data.id, size: await open(data.open) } : { id: data.id, answer: ask(data.query) });
  } catch (fault) {
    postMessage({ id: data.id, fault: String(fault.message ?? fault), name: fault.name, says: fault.says });
  }
};
