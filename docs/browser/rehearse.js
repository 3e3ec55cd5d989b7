// For the build: decide records with the engine instrumented, and print which of its functions were called.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { blankNode, defaultGraph, initSync, literal, namedNode, quad, Store } from "oxigraph/web.js";
import { Engine } from "./engine.js";

const stage = process.argv[2];
const published = (name) => gunzipSync(Buffer.from(/="([^"]+)"/.exec(readFileSync(`${stage}/${name}.js`, "utf8"))[1], "base64")).toString();
// Browsers have it; Node has it from 21 on.
Object.groupBy ??= (rows, key) => rows.reduce((found, row) => ((found[key(row)] ??= []).push(row), found), {});
// The engine draws the seeds of its tables: the same ones in every build.
let drawn = 0;
Object.defineProperty(globalThis.crypto, "getRandomValues", { value: (bytes) => bytes.fill((drawn += 1)) });

const parts = initSync({ module: new WebAssembly.Module(readFileSync(`${stage}/instrumented.wasm`)) });
const data = JSON.parse(published("data"));
const program = published("program");
const records = JSON.parse(readFileSync(`${stage}/records.json`, "utf8"));
const few = records.filter(({ type }, place) => records.findIndex((one) => one.type === type) === place);

for (const doubts of [false, true]) {
  const engine = new Engine(data, program, doubts);
  const decide = (some, day) => engine.order(engine.decide(some, day).flatMap(({ decisions }) => decisions));
  decide(records);
  decide([]);
  decide(few, "2020-06-30");
  for (const [name, { types }] of doubts ? [] : Object.entries(data.readings)) {
    engine.store.free();
    engine.use([name]);
    decide(few.filter(({ type }) => types.includes(type)).slice(0, 1));
  }
  const sums = [true, false].map((isCertain) => ({ status: isCertain ? "eligible" : "undetermined", isCertain, excludes: isCertain, low: "1", high: isCertain ? "2" : null, had: "1" }));
  for (const { combination } of Object.values(data.joints)) engine.combine({ combination, cap: { low: "1", high: "2" }, members: sums });
  engine.store.free();
}
// What the browser gives back by itself, at a time that nobody knows.
const term = namedNode("urn:policykb:term");
const other = quad(term, term, literal("0"));
for (const one of [other, term, literal("0", term), blankNode(), defaultGraph(), new Store([])]) one.free();

const called = [];
for (let place = 0; `called${place}` in parts; place += 1) if (parts[`called${place}`].value) called.push(place);
console.log(JSON.stringify(called));
