// Lead from a name (IRI) of the project to the page that describes it: ?iri=… , or a path below /id/ on a missing page.
import { unpackText } from "./engine.js";
import { load, pageAddress } from "./loading.js";

const OWN = "https://w3id.org/policykb/";

async function lead() {
  const asked = new URLSearchParams(location.search).get("iri") ?? OWN + (/\/(id\/.+?)(\.html)?$/.exec(location.pathname)?.[1] ?? "");
  if (asked === OWN) return null;
  const names = JSON.parse(await unpackText(await load("names.data.js", "names")));
  const name = asked + location.hash;
  const found = Object.hasOwn(names, name) ? names[name] : Object.hasOwn(names, asked) ? names[asked] : null;
  if (found) return location.replace(pageAddress(found));
  const unknown = document.getElementById("pkb-unknown");
  if (!unknown) return null;
  unknown.querySelector("code").textContent = name;
  unknown.hidden = false;
}

lead();
