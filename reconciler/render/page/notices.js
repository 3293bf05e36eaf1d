// Long lists of notices stand in <noscript>, which is text to a browser that runs this; they grow on request.
for (const notice of document.querySelectorAll(".notice")) {
  const more = [...notice.querySelectorAll("noscript")];
  if (!more.length) continue;
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Show more" });
  button.addEventListener("click", () => {
    const box = document.createElement("template");
    box.innerHTML = more.shift().textContent;
    const block = box.content.firstElementChild;
    button.before(block);
    block.tabIndex = -1;
    block.focus();
    if (!more.length) button.remove();
  });
  notice.append(button);
}
