// -- keys
const summaryOf = (article) => article.querySelector("summary");
let current = null;
list.addEventListener("focusin", (event) => { current = event.target.closest("article"); });
const step = (by) => {
  const here = list.contains(current) ? current : null;
  if (here === list.lastElementChild && by > 0 && to < matches.length) later();
  if (here === list.firstElementChild && by < 0 && from > 0) earlier();
  const next = here ? (by > 0 ? here.nextElementSibling : here.previousElementSibling) : list.firstElementChild;
  if (!next) return;
  summaryOf(next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
};
const openAll = () => {
  allOpen = !allOpen;
  for (const row of rows) if (row.node) row.node.firstElementChild.open = allOpen;
  at("expand").setAttribute("aria-pressed", String(allOpen));
  at("expand").textContent = allOpen ? "Close all" : "Expand all";
};
const toggle = () => {
  if (list.contains(current)) current.firstElementChild.open = !current.firstElementChild.open;
};
const KEYS = {
  "/": () => { at("q").focus(); at("q").select(); }, "?": () => at("keys").showModal(), e: openAll, o: toggle,
  j: () => step(1), k: () => step(-1),
};
document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || at("keys").open) return;
  const twig = target.closest?.("[role=treeitem]");
  let act = KEYS[key];
  if (key === "Escape") act = clear;
  else if (target === at("q")) act = { ArrowDown: () => step(1), Enter: () => step(1) }[key];
  else if (twig && TREE_KEYS.includes(key)) act = () => { const to = climb(key, twig); if (to) rove(to); };
  else if (list.contains(target)) act ??= { ArrowDown: KEYS.j, ArrowUp: KEYS.k }[key];
  if (!act) return;
  event.preventDefault();
  act();
});

// -- print what matches, all of it open
let before = null;
const print = (on) => {
  if (on === Boolean(before)) return;
  if (on) {
    before = { from, to, closed: [] };
    draw(0, PRINTED);
    before.closed = [...list.querySelectorAll("details:not([open])")];
    for (const each of before.closed) each.open = true;
    at("unprinted").hidden = to === matches.length;
    at("unprinted").textContent = `${numbered(matches.length - to)} more changes match and are not printed: filter for fewer.`;
  } else {
    for (const each of before.closed) each.open = false;
    at("unprinted").hidden = true;
    draw(before.from, before.to);
    before = null;
  }
};
addEventListener("beforeprint", () => print(true));
addEventListener("afterprint", () => print(false));
matchMedia("print").addEventListener("change", (event) => print(event.matches));

// -- begin
let waiting = 0;
at("q").addEventListener("input", () => {
  chosen.query = at("q").value;
  clearTimeout(waiting);
  waiting = setTimeout(refresh, rows.length > 2000 ? 120 : 0);
});
for (const input of inputs) {
  input.addEventListener("change", () => {
    const set = chosen.facets.get(input.name);
    if (input.checked) set.add(input.value); else set.delete(input.value);
    refresh();
  });
}
document.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());
at("clear").addEventListener("click", () => { clear(); at("q").focus(); });
at("reset").addEventListener("click", () => { clear(); at("q").focus(); });
at("ungroup").addEventListener("click", () => { select(null); refresh(); at("q").focus(); });
at("expand").addEventListener("click", openAll);
at("help").addEventListener("click", KEYS["?"]);
at("later").addEventListener("click", later);
at("earlier").addEventListener("click", earlier);
addEventListener("hashchange", follow);
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#c"]');
  if (link && link.hash === location.hash) follow();
});
new IntersectionObserver((seen) => {
  if (seen.some((each) => each.isIntersecting) && !before) later();
}, { rootMargin: "600px" }).observe(at("later"));
if (tree) plant();
if (allOpen) { allOpen = false; openAll(); }
to = list.children.length;
if (location.hash) {
  follow();
  addEventListener("load", follow); // the browser's own way to the anchor takes the focus away
}
frame();
