// On every page: show the note of a marked number on hover, focus and tap; lead the search; open what is pointed to.
import { leadSearch } from "./passages.js";

leadSearch();
const panel = document.createElement("div");
panel.className = "pkb-popover";
panel.hidden = true;
panel.setAttribute("role", "tooltip");
document.body.append(panel);
let shown = null;

function show(mark) {
  const notes = mark.getAttribute("aria-describedby").split(" ").map((id) => document.getElementById(id)).filter(Boolean);
  panel.replaceChildren(...notes.map((note) => {
    const line = document.createElement("p");
    line.append(...[...note.childNodes].map((node) => node.cloneNode(true)));
    return line;
  }));
  panel.hidden = false;
  shown = mark;
  for (const note of notes) note.closest("li")?.classList.add("pkb-lit");
  const box = mark.getClientRects()[0];
  const left = Math.max(8, Math.min(box.left, document.documentElement.clientWidth - panel.offsetWidth - 8));
  panel.style.left = `${left + scrollX}px`;
  panel.style.top = `${box.bottom + scrollY + 6}px`;
}

function hide() {
  panel.hidden = true;
  shown = null;
  for (const lit of document.querySelectorAll(".pkb-lit")) lit.classList.remove("pkb-lit");
}

for (const mark of document.querySelectorAll(".pkb-mark")) {
  mark.addEventListener("mouseenter", () => { hide(); show(mark); });
  mark.addEventListener("focus", () => { hide(); show(mark); });
  mark.addEventListener("blur", hide);
  mark.addEventListener("click", (event) => {
    event.preventDefault();
    if (shown !== mark) { hide(); show(mark); }
  });
}
document.addEventListener("mouseover", (event) => {
  if (shown && !event.target.closest(".pkb-mark, .pkb-popover") && document.activeElement !== shown) hide();
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });

// The other language opens at the same place of the page.
for (const link of document.querySelectorAll(".md-select__link[hreflang]")) link.addEventListener("click", () => { link.hash = location.hash; });

/** What an address points to is shown, however many folds it lies in. */
function unfold() {
  let place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (place?.nextElementSibling?.matches("details.pkb-folded")) place.nextElementSibling.open = true;
  for (; place; place = place.parentElement) if (place.matches("details.pkb-folded")) place.open = true;
  if (location.hash.length > 1) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}
addEventListener("hashchange", unfold);
addEventListener("beforeprint", () => { for (const fold of document.querySelectorAll(".pkb-clause details.pkb-folded, .pkb-about")) fold.open = true; });
if (location.hash.length > 1) unfold();
