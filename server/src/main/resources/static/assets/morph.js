// Changes an element into another one, touching only what differs: focus, selection, open details and islands stay.
function sameKind(a, b) {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.id || "") === (b.id || "");
}

function attributes(from, to) {
  for (const { name } of [...from.attributes]) {
    const own = name === "open" || name === "data-selected" || name === "data-started" || name === "data-traced" || name === "data-tracing";
    if (!own && !to.hasAttribute(name)) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (name !== "open" && from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
}

function children(from, to) {
  let current = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    let match = current;
    if (wanted.id) {
      match = [...from.children].find((child) => child.id === wanted.id) ?? null;
      if (match && match !== current) from.insertBefore(match, current);
    }
    if (match && sameKind(match, wanted)) {
      if (match === current) current = current.nextSibling;
      morph(match, wanted);
    } else {
      from.insertBefore(document.importNode(wanted, true), current);
    }
  }
  while (current) {
    const next = current.nextSibling;
    if (!current.hasAttribute?.("data-island")) current.remove();
    current = next;
  }
}

export function morph(from, to) {
  if (from.isEqualNode(to)) return;
  if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
    return;
  }
  // An island draws itself; a field in which somebody types is theirs.
  if (from.matches("[data-log], [data-island]") || (from === document.activeElement && from.matches("input, textarea, select"))) return;
  attributes(from, to);
  children(from, to);
}
