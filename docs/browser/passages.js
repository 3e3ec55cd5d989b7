// Beside what the theme's search ranks by words: a sentence pasted from the text, a sum, and what people ask in their own words.
import { unpackText } from "./engine.js";
import { load, make, pageAddress, pick, which } from "./loading.js";
import { hold, sumsOf } from "./sums.js";

const SHORTEST = [6, 18]; // letters from which a query is taken for a passage, by language
const MOST = 5;

/** A text without what differs between copies of it: case, width, spaces, marks. */
const bare = (text) => text.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

let known = null;
async function passages() {
  known ??= unpackText(await load("passages.data.js", "passages")).then((text) => JSON.parse(text));
  return known;
}

/** The places that a query means: the provisions it was copied from, or the answer to a common question. */
async function meant(query) {
  const asked = bare(query);
  if (asked.length < 2 && !/\d/.test(asked)) return [];
  const { provisions, questions, written } = await passages();
  const found = questions.filter((one) => one.words.some((word) => asked.includes(bare(word)))).map((one) => ({ ...one, text: null }));
  for (const one of provisions) {
    const text = one.text.find((each, language) => {
      const whole = bare(each);
      const long = Math.min(asked.length, whole.length) >= SHORTEST[/\p{Script=Han}/u.test(asked) ? 0 : Math.max(language, 1)];
      return long && (whole.includes(asked) || asked.includes(whole));
    });
    if (text) found.push({ ...one, text });
  }
  return [...found, ...naming(sumsOf(query, written), provisions)].slice(0, MOST);
}

/** The provisions that name all these sums, those first that pay them. */
function naming(sums, provisions) {
  if (!sums.length) return [];
  const all = (held) => sums.every((one) => hold(held, one));
  const found = provisions.filter((one) => all(one.sums)).sort((a, b) => all(b.pays) - all(a.pays));
  return found.map((one) => ({ ...one, text: one.text[which] ?? one.text[0] }));
}

const item = ({ title, place, text }) => make("li", { class: "md-search-result__item pkb-meant" },
  make("a", { class: "md-search-result__link", href: pageAddress(place) },
    make("article", { class: "md-search-result__article md-typeset" }, make("h2", {}, pick(title)),
      text && make("p", { lang: /\p{Script=Han}/u.test(text) ? "zh-Hans" : "en" }, text))));

/** Keep the places that are meant above what the theme finds, whenever it writes its list anew. */
export function leadSearch() {
  const input = document.querySelector(".md-search__input");
  const list = document.querySelector(".md-search-result__list");
  if (!input || !list) return;
  let last = null, places = [];
  const place = () => {
    if (list.firstElementChild?.matches(".pkb-meant") || !places.length) return;
    list.prepend(...places.map(item));
  };
  const ask = async () => {
    const query = input.value;
    if (query === last) return place();
    last = query;
    const found = await meant(query).catch(() => []);
    if (query !== input.value) return;
    places = found;
    for (const old of list.querySelectorAll(".pkb-meant")) old.remove();
    place();
    list.dataset.asked = query;
  };
  input.addEventListener("input", ask);
  new MutationObserver(() => { if (input.value !== last || !list.firstElementChild?.matches(".pkb-meant")) ask(); }).observe(list, { childList: true });
  if (input.value) ask();
}
