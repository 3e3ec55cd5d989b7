// On every page, before the theme's own script: the index of the search is fetched when the search is first used.
const isServed = location.protocol !== "file:";
const wanted = new Promise((resolve) => {
  if (new URLSearchParams(location.search).has("q") || /^#__search/.test(location.hash)) resolve();
  addEventListener("focusin", ({ target }) => target.matches?.('[data-md-component="search-query"]') && resolve());
  addEventListener("keydown", ({ key }) => ["f", "s", "/"].includes(key) && resolve());
});

if (isServed) {
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
