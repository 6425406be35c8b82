// Lines of a pipeline graph: while a job is hovered or focused, what it needs and what needs it, over any distance.
const svg = "http://www.w3.org/2000/svg";

export default function graph(element) {
  const stages = element.querySelector(".graph-stages");
  const lines = document.createElementNS(svg, "svg");
  lines.setAttribute("class", "graph-lines");
  lines.setAttribute("aria-hidden", "true");
  lines.dataset.island = "";
  stages.append(lines);
  let traced = null;

  const nodes = () => new Map([...stages.querySelectorAll("[data-job]")].map((node) => [node.dataset.job, node]));
  const needs = (node) => (node.dataset.needs ?? "").split(/\s+/).filter(Boolean);
  // A group of parallel jobs stands for its members while it is folded, and for what needs any of them.
  const ids = (node) => [node.dataset.job, ...[...node.querySelectorAll("[data-job]")].map((each) => each.dataset.job)];
  const shown = (node) => node.parentElement.closest("details:not([open])")?.closest("[data-job]") ?? node;

  function related(node, all) {
    const found = new Set([node]);
    const edges = [];
    const up = [node];
    for (let next = up.pop(); next; next = up.pop()) {
      for (const id of needs(next)) {
        const source = all.get(id);
        if (!source) continue;
        edges.push([source, next]);
        if (!found.has(source)) up.push(source);
        found.add(source);
      }
    }
    const down = [node];
    const below = new Set([node]);
    for (let next = down.pop(); next; next = down.pop()) {
      const wanted = ids(next);
      for (const candidate of all.values()) {
        if (!needs(candidate).some((id) => wanted.includes(id))) continue;
        edges.push([next, candidate]);
        if (!below.has(candidate)) down.push(candidate);
        below.add(candidate);
        found.add(candidate);
      }
    }
    return { found, edges };
  }

  function path([start, end]) {
    const from = shown(start);
    const to = shown(end);
    const origin = stages.getBoundingClientRect();
    const a = from.getBoundingClientRect();
    const b = to.getBoundingClientRect();
    const y1 = a.top + a.height / 2 - origin.top;
    const y2 = b.top + b.height / 2 - origin.top;
    const line = document.createElementNS(svg, "path");
    if (b.left >= a.right) {
      const x1 = a.right - origin.left;
      const x2 = b.left - origin.left;
      const bend = Math.max(12, Math.min(40, (x2 - x1) / 2));
      line.setAttribute("d", `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`);
    } else {
      // Both in one stage: around the left edge.
      const x = a.left - origin.left;
      line.setAttribute("d", `M${x} ${y1}C${x - 20} ${y1} ${x - 20} ${y2} ${x} ${y2}`);
    }
    return line;
  }

  function show(node) {
    if (node === traced) return;
    traced = node;
    stages.querySelectorAll("[data-traced]").forEach((each) => delete each.dataset.traced);
    lines.replaceChildren();
    const connection = node ? related(node, nodes()) : null;
    if (!connection || !connection.edges.length) {
      delete element.dataset.tracing;
      return;
    }
    element.dataset.tracing = "";
    connection.found.forEach((each) => { shown(each).dataset.traced = ""; });
    lines.append(...connection.edges.map(path));
  }

  const nodeOf = (target) => target?.closest?.("[data-job]") ?? null;
  element.addEventListener("pointerover", (event) => show(nodeOf(event.target)));
  element.addEventListener("pointerleave", () => show(nodeOf(document.activeElement)));
  element.addEventListener("focusin", (event) => show(nodeOf(event.target)));
  element.addEventListener("focusout", (event) => { if (!element.contains(event.relatedTarget)) show(null); });
}
