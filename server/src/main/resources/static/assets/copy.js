// Buttons with data-copy put that text on the clipboard.
async function toClipboard(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Plain HTTP has no clipboard object; the old way still works there.
  const area = Object.assign(document.createElement("textarea"), { value: text, className: "unseen" });
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  event.preventDefault();
  await toClipboard(button.dataset.copy);
  const label = button.getAttribute("aria-label");
  const use = button.querySelector("use");
  const symbol = use?.getAttribute("href");
  button.dataset.done = "";
  button.setAttribute("aria-label", button.dataset.doneLabel ?? label);
  use?.setAttribute("href", symbol.replace("#icon-copy", "#icon-check"));
  setTimeout(() => {
    delete button.dataset.done;
    button.setAttribute("aria-label", label);
    use?.setAttribute("href", symbol);
  }, 1500);
});
