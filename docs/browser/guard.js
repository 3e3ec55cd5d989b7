// Tell questions from orders, and refuse what the engine cannot carry, by what the program publishes of its own guard.
let rules, token;

export function guardBy(published) {
  rules = published;
  token = new RegExp(rules.token, "gsu");
}

/** The tokens of a query; the groups `word`, `name` and `iri` say what one is. */
function tokens(text) {
  const plain = text.replace(/\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})/g, (_, short, long) => {
    const code = parseInt(short ?? long, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : "�";
  });
  return plain.matchAll(token);
}

function refuse(name) {
  throw Object.assign(new Error(name), { name, says: rules.says[name] });
}

/** How many characters, counted as the program counts them. */
function length(text) {
  return text.length > rules.most["query-too-long"] ? [...text].length : text.length;
}

/** How many steps a word is: trueOPTIONAL is one, as an engine reads it. */
function stepsOf(word) {
  const within = rules.steps.filter((step) => step.length > 4).map((step) => word.split(step).length - 1);
  return Math.max(rules.steps.includes(word) ? 1 : 0, within.reduce((sum, count) => sum + count, 0));
}

/** What kind of question a query is, or none that this engine is asked: the error has the name of what is wrong. */
export function formOf(text) {
  if (length(text) > rules.most["query-too-long"]) refuse("query-too-long");
  let form, deepest = 0, open = 0, signs = 0, steps = 0, between = 0, fetches = false, waiting = false;
  for (const { 0: sign, groups } of tokens(text)) {
    if (rules.unary.includes(sign)) signs += 1;
    else if (sign.trim()) signs = 0;
    if (rules.opening.includes(sign)) open += 1;
    if (rules.closing.includes(sign)) open = Math.max(open - 1, 0);
    deepest = Math.max(deepest, open + signs);
    const word = groups.word?.toUpperCase();
    if (word) steps += stepsOf(word);
    if (rules.signs.includes(sign)) between += 1;
    if (sign.trim() && !sign.startsWith("#")) {
      // Engines end a keyword where it ends: SERVICESILENT is one, and so is SERVICE:x { … }.
      if ((waiting && sign === "{") || word?.includes(rules.fetching)) fetches = true;
      waiting = groups.name?.split(":", 1)[0].toUpperCase().includes(rules.fetching) ?? false;
    }
    if (!form && (rules.forms.includes(word) || rules.updates.includes(word))) form = word;
  }
  if (deepest > rules.most["query-too-deep"]) refuse("query-too-deep");
  if (steps > rules.most["query-too-many-steps"]) refuse("query-too-many-steps");
  if (between > rules.most["query-too-many-signs"]) refuse("query-too-many-signs");
  if (rules.updates.includes(form)) refuse("ui-query-update");
  if (fetches && form) refuse("ui-query-service");
  return form;
}

/** Whether a query says itself which graphs it asks. */
export function namesGraphs(text) {
  return [...tokens(text)].some(({ groups }) => groups.word?.toUpperCase() === "FROM");
}

/** A table as a CSV file in which nothing steers a terminal or is run by a spreadsheet; `rules` say what would be. */
export function csvOf({ columns, rows }, rules) {
  const number = new RegExp(`^(?:${rules.number})$`, "u");
  const harmful = rules.harmless.map(([pattern, instead]) => [new RegExp(pattern, "gu"), instead]);
  const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const cell = (term) => {
    if (!term) return "";
    if (/(decimal|integer)$/.test(term.datatype ?? "") && number.test(term.value)) return term.value;
    return harmful.reduce((text, [pattern, instead]) => text.replace(pattern, instead), term.value);
  };
  const lines = [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))];
  return "\ufeff" + lines.map((line) => line.map(quoted).join(",")).join("\r\n") + "\r\n";
}
