// A file's lines: colours, and links to a line or a range (#L10, #L10-20). Without JavaScript the lines are plain, and a
// link to one line works.
import { colour, languageOf } from "./colours.js";

const RANGE = /^#L(\d{1,7})(?:-L?(\d{1,7}))?$/;

export default function source(element) {
  const rows = element.querySelectorAll("tr[id]");
  links(element, rows);
  show(rows, true);
  addEventListener("hashchange", () => show(rows, false));
  const cells = [...element.querySelectorAll("td.text")];
  const language = languageOf(element.dataset.source);
  if (language) paint(cells, language);
}

function links(element, rows) {
  let from = 0;
  element.addEventListener("click", (event) => {
    const link = event.target.closest("td.line a");
    if (!link) return;
    const line = Number(link.textContent);
    event.preventDefault();
    const range = event.shiftKey && from ? [Math.min(from, line), Math.max(from, line)] : [line, line];
    if (!event.shiftKey) from = line;
    history.replaceState(history.state, "", `#L${range[0]}${range[1] > range[0] ? `-${range[1]}` : ""}`);
    show(rows, false);
  });
  const now = RANGE.exec(location.hash);
  if (now) from = Number(now[1]);
}

function show(rows, scroll) {
  const range = RANGE.exec(location.hash);
  const first = range ? Number(range[1]) : 0;
  const last = range ? Number(range[2] ?? range[1]) : -1;
  rows.forEach((row, index) => row.classList.toggle("picked", index + 1 >= first && index + 1 <= last));
  if (scroll && range && range[2]) rows[first - 1]?.scrollIntoView({ block: "center" });
}

async function paint(cells, language) {
  const lines = await colour(cells.map((cell) => cell.textContent).join("\n"), language);
  if (!lines || lines.length !== cells.length) return;
  cells.forEach((cell, index) => cell.replaceChildren(lines[index]));
}
