// Load the data scripts beside this one. Scripts also load from a folder, where fetch does not.
const self_ = document.currentScript;
export const base = new URL(".", self_.src).href;
export const language = document.documentElement.lang.startsWith("en") ? "en" : "zh";
const root = new URL(language === "en" ? "../../en/" : "../../", base).href;

/** Which of two wordings is in the language of this page. */
export const which = language === "zh" ? 0 : 1;

/** A wording in the language of this page, or in the other one. */
export const pick = (text) => text[which] || text[0] || text[1];

/** A wording with its placeholders filled in, in the language of this page or as the words given. */
export const fill = (text, values, words = pick(text)) => (words || pick(text)).replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);

/** A page of the site in the language of this page. */
export function pageAddress(path) {
  return new URL(path, root).href;
}

const loading = new Map();
/** A named value of a data script. */
export function load(file, name) {
  if (!loading.has(file)) {
    loading.set(file, new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = base + file;
      script.onload = () => resolve();
      script.onerror = () => reject(new Error(`${file} could not be loaded.`));
      document.head.append(script);
    }));
  }
  return loading.get(file).then(() => globalThis.policykb[name]);
}

/** An element with attributes and children; strings become text, never markup. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** Hand a text to the reader as a file. */
export function download(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
