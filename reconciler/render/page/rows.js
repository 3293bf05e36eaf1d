// Rows that stand in <noscript> are text to a browser that runs this: they become elements only when seen.
const AT_ONCE = 200, PRINTED = 5000, AT_MOST = 60;
const at = (id) => document.getElementById(id);
const list = at("list"), tree = at("tree");
const parsed = (html) => { // the page's own markup, in which all data is escaped
  const box = document.createElement("template");
  box.innerHTML = html;
  return [...box.content.children];
};
const kept = (kind, start) =>
  [...document.querySelectorAll(`noscript.${kind}`)].flatMap((each) =>
    each.textContent.split("\n").filter((line) => line.startsWith(start)));
const numbered = (count) => count.toLocaleString("en");

// -- rows
const facets = [...document.querySelectorAll("[data-facet]")].map((each) => each.dataset.facet);
const rows = [];
const attributes = /data-(\w+)="([^"]*)"/g;
const enter = (html, node) => {
  const row = { html, node, group: -1, words: {}, text: null };
  for (const [, name, value] of html.slice(0, html.indexOf(">")).matchAll(attributes)) {
    if (name === "group") row.group = value === "" ? -1 : Number(value);
    else row.words[name] = value;
  }
  rows.push(row);
};
for (const node of list.children) enter(node.outerHTML, node);
for (const html of kept("rows", "<article")) enter(html, null);
const ENTITIES = { amp: "&", lt: "<", gt: ">", "#34": '"', "#39": "'", quot: '"' };
const textOf = (row) => (row.text ??= `${row.html
  .replace(/<small[^>]*>[^<]*<\/small>/g, "").replace("</span><bdi>", "").replace(/<[^>]*>/g, "\n")
  .replace(/&(amp|lt|gt|#34|#39|quot);/g, (_, name) => ENTITIES[name])
}\n${row.words.origin} ${row.words.status}`.toLowerCase());
const nodesOf = (some) => {
  const missing = some.filter((row) => !row.node);
  parsed(missing.map((row) => row.html).join("")).forEach((node, index) => { missing[index].node = node; });
  for (const row of missing) row.node.firstElementChild.open = allOpen;
  return some.map((row) => row.node);
};

// -- what is chosen, what matches, and the part of it that is drawn
const chosen = { facets: new Map(facets.map((name) => [name, new Set()])), query: "", group: null };
let matches = rows, from = 0, to = 0, allOpen = list.dataset.open === "yes";
const isFree = () => !chosen.query && chosen.group === null && ![...chosen.facets.values()].some((set) => set.size);
const passes = (row, name) => {
  const set = chosen.facets.get(name);
  return !set.size || row.words[name].split(" ").some((word) => set.has(word));
};
const match = () => {
  const words = chosen.query.toLowerCase().split(/\s+/).filter(Boolean);
  const last = chosen.group === null ? 0 : twigs[chosen.group].last;
  const counts = new Map(facets.map((name) => [name, new Map()]));
  matches = rows.filter((row) => {
    if (chosen.group !== null && (row.group < chosen.group || row.group > last)) return false;
    const failed = facets.filter((name) => !passes(row, name));
    if (failed.length > 1 || !words.every((word) => textOf(row).includes(word))) return false;
    for (const name of failed.length ? failed : facets) {
      for (const word of row.words[name].split(" ")) {
        counts.get(name).set(word, (counts.get(name).get(word) ?? 0) + 1);
      }
    }
    return !failed.length;
  });
  for (const input of inputs) {
    input.parentElement.querySelector(".fits").textContent = numbered(counts.get(input.name).get(input.value) ?? 0);
  }
};
const draw = (start, end) => {
  [from, to] = [Math.max(0, start), Math.min(end, matches.length)];
  list.replaceChildren(...nodesOf(matches.slice(from, to)));
  frame();
};
const frame = () => {
  const all = matches.length === rows.length, left = matches.length - to;
  const total = `${numbered(rows.length)} change${rows.length === 1 ? "" : "s"}`;
  at("shown").textContent = all ? total : `${numbered(matches.length)} of ${total}`;
  at("empty").hidden = matches.length > 0;
  at("earlier").hidden = from === 0;
  at("later").hidden = to === matches.length;
  at("later").textContent = `Show more: ${numbered(left)} ${left === 1 ? "is" : "are"} left`;
  at("clear").hidden = isFree();
  at("ungroup").hidden = chosen.group === null;
  if (chosen.group !== null) at("ungroup").textContent = `In ${twigs[chosen.group].name} and below ×`;
  mark();
};
const later = () => {
  const more = matches.slice(to, to + AT_ONCE);
  list.append(...nodesOf(more));
  to += more.length;
  frame();
};
const earlier = () => {
  const more = matches.slice(Math.max(0, from - AT_ONCE), from);
  list.prepend(...nodesOf(more));
  from -= more.length;
  frame();
};
const mark = () => {
  if (!window.Highlight) return;
  const words = chosen.query.toLowerCase().split(/\s+/).filter(Boolean), ranges = [];
  const walker = document.createTreeWalker(list, NodeFilter.SHOW_TEXT);
  while (words.length && walker.nextNode()) {
    const node = walker.currentNode, text = node.data.toLowerCase();
    if (node.parentElement.tagName === "SMALL" || text.length !== node.data.length) continue;
    for (const word of words) {
      for (let found = text.indexOf(word); found >= 0; found = text.indexOf(word, found + word.length)) {
        ranges.push(new StaticRange({ startContainer: node, startOffset: found, endContainer: node, endOffset: found + word.length }));
      }
    }
  }
  CSS.highlights.set("found", new Highlight(...ranges));
};

// -- the address bar keeps what is chosen
const remember = () => {
  const said = new URLSearchParams();
  for (const [name, set] of chosen.facets) if (set.size) said.set(name, [...set].join(","));
  if (chosen.query) said.set("q", chosen.query);
  if (chosen.group !== null) said.set("group", chosen.group);
  const hash = String(said).replaceAll("%2C", ",");
  try { history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search); } catch { /* not allowed in a frame */ }
};
const refresh = () => { match(); draw(0, AT_ONCE); remember(); };
const clear = () => { choose(new URLSearchParams()); refresh(); };
const inputs = [...document.querySelectorAll(".chip input")];
const choose = (said) => {
  for (const set of chosen.facets.values()) set.clear();
  for (const input of inputs) {
    input.checked = (said.get(input.name) ?? "").split(",").includes(input.value);
    if (input.checked) chosen.facets.get(input.name).add(input.value);
  }
  at("q").value = chosen.query = said.get("q") ?? "";
  const group = said.get("group") ?? "";
  select(/^\d+$/.test(group) && twigs[group] ? Number(group) : null);
};
const follow = () => {
  const hash = location.hash.slice(1);
  if (/^c\d+$/.test(hash)) reach(Number(hash.slice(1)) - 1);
  else if (hash !== "changes") { choose(new URLSearchParams(hash)); match(); draw(0, AT_ONCE); }
};
const reach = (number) => {
  const row = rows[number];
  if (!row) return;
  if (!matches.includes(row)) { choose(new URLSearchParams()); match(); from = to = 0; }
  const index = matches.indexOf(row);
  if (index < from || index >= to) draw(index - 20, index - 20 + AT_ONCE);
  row.node.firstElementChild.open = true;
  row.node.scrollIntoView();
  summaryOf(row.node).focus();
};
