// The palette: pages and acts of the page itself, and everything else that one may see, from /-/palette.
const opener = document.querySelector("[data-palette]");
const sprite = opener.querySelector("use").getAttribute("href").replace(/#.*/, "");
let dialog = null;

function local() {
  const project = document.querySelector("[data-project]")?.dataset.project ?? "";
  const links = [
    ...[...document.querySelectorAll(".rail a")].map((link) => [link, project]),
    ...[...document.querySelectorAll(".menu-body a")].map((link) => [link, "Tandem"]),
  ];
  const pages = links.map(([link, where]) => ({
    label: link.textContent.trim(), where, href: link.getAttribute("href"), icon: iconOf(link) ?? "chevron",
  }));
  return [...acts(), ...pages];
}

function iconOf(element) {
  return element.querySelector("use")?.getAttribute("href").replace(/.*#icon-/, "");
}

// What the buttons of this page do; those that ask first still ask.
function acts() {
  return [...document.querySelectorAll("main form.inline[method=post] button[type=submit]:not(:disabled)")].map((button) => ({
    label: button.textContent.trim(), where: opener.dataset.here, icon: iconOf(button) ?? "play",
    act: () => button.form.requestSubmit(button),
  }));
}

/** Letters in their order; a word's start counts more than its middle. Null when they are not all there. */
export function score(text, query) {
  const haystack = text.toLowerCase();
  const whole = haystack.indexOf(query);
  if (whole >= 0) return 1000 - whole + (whole === 0 || /[\s/_.-]/.test(haystack[whole - 1]) ? 500 : 0);
  let at = 0;
  let points = 0;
  for (const letter of query) {
    const next = haystack.indexOf(letter, at);
    if (next < 0) return null;
    points += next === at ? 5 : /[\s/_.-]/.test(haystack[next - 1] ?? " ") ? 3 : 0;
    at = next + 1;
  }
  return points;
}

// Words may stand in any order; all of them must be there.
function wordScore(text, query) {
  const whole = score(text, query);
  const words = query.split(/\s+/);
  if (whole !== null || words.length === 1) return whole;
  const points = words.map((word) => score(text, word));
  return points.includes(null) ? null : Math.min(...points);
}

function ranked(entries, query) {
  return entries
    .map((entry) => [wordScore(`${entry.label} ${entry.where}`, query), entry])
    .filter(([points]) => points !== null)
    .sort(([a], [b]) => b - a)
    .slice(0, 50)
    .map(([, entry]) => entry);
}

function item(entry, index) {
  const li = document.createElement("li");
  li.id = `palette-${index}`;
  li.setAttribute("role", "option");
  li.entry = entry;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#icon-${entry.icon}`);
  svg.append(use);
  const label = Object.assign(document.createElement("span"), { textContent: entry.label });
  const where = Object.assign(document.createElement("span"), { textContent: entry.where, className: "where" });
  li.append(svg, label, where);
  return li;
}

export function open() {
  if (dialog) return;
  dialog = Object.assign(document.createElement("dialog"), { className: "palette" });
  dialog.setAttribute("aria-label", opener.dataset.label);
  const input = document.createElement("input");
  for (const [name, value] of Object.entries({
    type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list", "aria-autocomplete": "list",
    autocomplete: "off", spellcheck: "false", placeholder: opener.dataset.label, "aria-label": opener.dataset.label,
  })) input.setAttribute(name, value);
  const list = document.createElement("ul");
  list.id = "palette-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", opener.dataset.label);
  const none = Object.assign(document.createElement("p"), { className: "none", textContent: opener.dataset.none, hidden: true });
  dialog.append(input, list, none);

  const here = local();
  let remote = [];
  let selected = 0;
  let asked = 0;

  const draw = () => {
    const entries = ranked([...here, ...remote], input.value.trim().toLowerCase());
    list.replaceChildren(...entries.map(item));
    none.hidden = entries.length > 0;
    list.hidden = entries.length === 0;
    select(0);
  };
  const select = (index) => {
    const items = list.children;
    items[selected]?.setAttribute("aria-selected", "false");
    selected = items.length ? (index + items.length) % items.length : 0;
    const item = items[selected];
    item?.setAttribute("aria-selected", "true");
    item?.scrollIntoView({ block: "nearest" });
    if (item) input.setAttribute("aria-activedescendant", item.id);
    else input.removeAttribute("aria-activedescendant");
  };
  const ask = async () => {
    const turn = ++asked;
    const query = new URLSearchParams({ q: input.value.trim() });
    const project = document.querySelector("[data-project]")?.dataset.project;
    if (project) query.set("project", project);
    try {
      const answer = await fetch(`/-/palette?${query}`, { headers: { Accept: "application/json" } });
      if (!answer.ok || turn !== asked) return;
      remote = await answer.json();
      draw();
    } catch {
      // What the page itself knows is still there.
    }
  };
  const go = (li, beside) => {
    if (!li) return;
    const { href, act } = li.entry;
    dialog.close();
    if (act) act();
    else if (beside) window.open(href, "_blank", "noopener");
    else location.href = href;
  };

  let waiting = 0;
  input.addEventListener("input", () => {
    draw();
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || (event.ctrlKey && event.key === "n")) select(selected + 1);
    else if (event.key === "ArrowUp" || (event.ctrlKey && event.key === "p")) select(selected - 1);
    else if (event.key === "Enter") go(list.children[selected], event.ctrlKey || event.metaKey);
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => go(event.target.closest("li"), event.ctrlKey || event.metaKey));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => {
    dialog.remove();
    dialog = null;
  });
  document.body.append(dialog);
  dialog.showModal();
  draw();
  ask();
}
