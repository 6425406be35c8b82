// The keyboard: Ctrl/Cmd-K palette, "g" and a letter to go, j and k in lists, Enter to open, "?" to see them all.
const mac = /Mac|iP(hone|ad)/.test(navigator.platform);
let goUntil = 0;

for (const key of document.querySelectorAll(".search-tool kbd")) key.textContent = mac ? "⌘K" : "Ctrl K";

async function palette() {
  const { open } = await import("./palette.js");
  open();
}

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-palette]") || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  palette();
});

function rows() {
  return [...document.querySelectorAll("main tbody tr, main .list > li")].filter((row) => row.querySelector("a[href]"));
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => "selected" in row.dataset);
  const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step))];
  if (at >= 0) delete all[at].dataset.selected;
  next.dataset.selected = "";
  next.scrollIntoView({ block: "nearest" });
  next.querySelector("a[href]").focus({ preventScroll: true });
}

function help() {
  const template = document.getElementById("keys");
  if (!template || document.querySelector("dialog[open]")) return;
  const dialog = document.createElement("dialog");
  dialog.append(template.content.cloneNode(true));
  dialog.setAttribute("aria-labelledby", "keys-title");
  const list = dialog.querySelector("dl");
  for (const link of document.querySelectorAll(".rail [data-go]")) {
    const term = document.createElement("dt");
    term.append(Object.assign(document.createElement("kbd"), { textContent: "g" }), " ",
      Object.assign(document.createElement("kbd"), { textContent: link.dataset.go }));
    list.append(term, Object.assign(document.createElement("dd"), { textContent: link.textContent.trim() }));
  }
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    palette();
    return;
  }
  const typing = event.target.closest?.("input, textarea, select, [contenteditable], dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const going = Date.now() < goUntil;
  goUntil = 0;
  if (going) {
    const link = document.querySelector(`.rail [data-go="${CSS.escape(event.key)}"]`);
    if (link) {
      event.preventDefault();
      link.click();
    }
  } else if (event.key === "g") goUntil = Date.now() + 1500;
  else if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "?") help();
  else if (event.key === "/") {
    event.preventDefault();
    const search = document.querySelector("main input[type=search]");
    if (search) search.focus();
    else palette();
  }
});
