// -- the tree: flat rows of which the folded are left out
const twigs = tree ? [...tree.children, ...parsed(kept("twigs", "<li").join(""))].map((node) => (
  { node, level: Number(node.dataset.level), last: Number(node.dataset.last),
    name: node.querySelector(".name").textContent, above: -1, folded: false })) : [];
const unfold = at("unfold");
const grow = () => {
  const shown = [];
  for (let number = 0; number < twigs.length; number++) {
    const twig = twigs[number];
    shown.push(twig.node);
    if (twig.last > number) twig.node.setAttribute("aria-expanded", String(!twig.folded));
    if (twig.folded) number = twig.last;
  }
  tree.replaceChildren(...shown);
  if (!tree.querySelector('[tabindex="0"]')) shown[0].tabIndex = 0;
  const folds = twigs.some((twig) => twig.folded);
  unfold.hidden = twigs.length <= AT_MOST && !folds;
  unfold.textContent = folds ? "Unfold all" : "Fold";
};
const foldFrom = (level) => {
  twigs.forEach((twig, number) => { twig.folded = twig.level >= level && twig.last > number; });
  grow();
};
const fitting = () => {
  const deepest = twigs.reduce((most, twig) => Math.max(most, twig.level), 0);
  let level = 2;
  while (level < deepest && twigs.filter((twig) => twig.level <= level + 1).length <= AT_MOST) level++;
  return twigs.length <= AT_MOST ? deepest + 1 : level;
};
const select = (number) => {
  if (chosen.group !== null) twigs[chosen.group].node.setAttribute("aria-selected", "false");
  chosen.group = number;
  if (number === null) return;
  twigs[number].node.setAttribute("aria-selected", "true");
  let unfolds = false;
  for (let above = twigs[number].above; above >= 0; above = twigs[above].above) {
    unfolds ||= twigs[above].folded;
    twigs[above].folded = false;
  }
  if (unfolds) grow();
};
const rove = (node) => {
  for (const each of tree.querySelectorAll('[tabindex="0"]')) each.tabIndex = -1;
  node.tabIndex = 0;
  node.focus();
};
const fold = (number, folded) => {
  if (twigs[number].last === number) return;
  twigs[number].folded = folded;
  grow();
  rove(twigs[number].node);
};
const pick = (number) => {
  select(chosen.group === number ? null : number);
  refresh();
  rove(twigs[number].node);
};
const climb = (key, node) => {
  const number = Number(node.id.slice(1)), twig = twigs[number], hasMore = twig.last > number;
  switch (key) {
    case "ArrowDown": return node.nextElementSibling;
    case "ArrowUp": return node.previousElementSibling;
    case "Home": return tree.firstElementChild;
    case "End": return tree.lastElementChild;
    case "ArrowRight": return hasMore && twig.folded ? fold(number, false) : hasMore && node.nextElementSibling;
    case "ArrowLeft": return hasMore && !twig.folded ? fold(number, true) : twigs[twig.above]?.node;
    case "Enter": case " ": return pick(number);
    default: return undefined;
  }
};
const TREE_KEYS = ["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Home", "End", "Enter", " "];
const plant = () => {
  const open = [], sizes = new Map();
  twigs.forEach((twig, number) => {
    open.length = twig.level - 1;
    twig.above = open.at(-1) ?? -1;
    open.push(number);
    twig.place = (sizes.get(twig.above) ?? 0) + 1;
    sizes.set(twig.above, twig.place);
  });
  for (const { node, level, above, place } of twigs) {
    node.tabIndex = -1;
    node.querySelector("a")?.removeAttribute("href");
    const said = { role: "treeitem", "aria-level": level, "aria-setsize": sizes.get(above), "aria-posinset": place, "aria-selected": "false" };
    for (const [name, value] of Object.entries(said)) node.setAttribute(name, value);
  }
  tree.setAttribute("role", "tree");
  tree.setAttribute("aria-labelledby", "tree-title");
  foldFrom(fitting());
  tree.addEventListener("click", (event) => {
    const node = event.target.closest(".twig");
    if (!node) return;
    const number = Number(node.id.slice(1));
    if (event.target.closest(".twist") && twigs[number].last > number) fold(number, !twigs[number].folded);
    else pick(number);
  });
  unfold.addEventListener("click", () => foldFrom(twigs.some((twig) => twig.folded) ? 1e9 : 2));
};
