// Islands: attribute of the element → module whose default export is called with it, once.
const modules = {
  "data-log": () => import("./log.js"),
  "data-graph": () => import("./graph.js"),
  "data-chart": () => import("./chart.js"),
  "data-source": () => import("./source.js"),
  "data-colours": () => import("./prose.js"),
  "data-passkey": () => import("./passkey.js"),
  "data-entries": () => import("./entries.js"),
};

export function islands(root) {
  for (const [attribute, load] of Object.entries(modules)) {
    for (const element of root.querySelectorAll(`[${attribute}]:not([data-started])`)) {
      element.dataset.started = "";
      load().then((module) => module.default(element));
    }
  }
}
