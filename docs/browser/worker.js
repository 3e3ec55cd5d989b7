// The playground's queries run here, so that one that never ends can be stopped.
import { ask, open, own } from "./query.js";

self.onmessage = async ({ data }) => {
  try {
    const answer = data.open ? await open(data.open) : data.own ? own(data.own) : ask(data.query);
    postMessage({ id: data.id, answer });
  } catch (fault) {
    postMessage({ id: data.id, fault: String(fault.message ?? fault), name: fault.name, says: fault.says });
  }
};
