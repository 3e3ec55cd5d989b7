// On every page, before the theme's own script: what the page will need sets out at once, and the index of the search is
// fetched when the search is first used.
const { src, dataset } = document.currentScript;
const isServed = location.protocol !== "file:";
const wanted = new Promise((resolve) => {
  if (new URLSearchParams(location.search).has("q") || /^#__search/.test(location.hash)) resolve();
  addEventListener("focusin", ({ target }) => target.matches?.('[data-md-component="search-query"]') && resolve());
  addEventListener("keydown", ({ key }) => ["f", "s", "/"].includes(key) && resolve());
});

if (isServed) {
  if (dataset.soon) (self.policykb ??= {}).soon = { [dataset.soon]: fetch(new URL(dataset.soon, src)) };
  const { open, send } = XMLHttpRequest.prototype;
  const held = new WeakSet();
  XMLHttpRequest.prototype.open = function (method, address, ...rest) {
    if (String(address).endsWith("search/search_index.json")) held.add(this);
    return open.call(this, method, address, ...rest);
  };
  XMLHttpRequest.prototype.send = function (...body) {
    if (held.has(this)) wanted.then(() => send.apply(this, body));
    else send.apply(this, body);
  };
}
