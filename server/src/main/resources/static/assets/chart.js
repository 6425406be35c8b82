// Charts over time. One draws the table behind it and follows when that changes, or reads the address in data-chart:
//   { "series": [{ "key": "new", "label": "4f2c9e1" }], "points": [[1787393701000, 12.4], ...], "marks": [{ "at", "label", "href" }] }
// null is a gap. After an event of data-topic the address is asked with since=TIME for points after that time.
// Several charts with the same address share one answer; each takes the series that its table's columns name.
import { duration } from "./time.js";

const language = document.documentElement.lang || "en";
const root = document.documentElement;
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const seconds = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(language, { month: "short", day: "numeric" });
const dayOfUtc = new Intl.DateTimeFormat(language, { month: "short", day: "numeric", timeZone: "UTC" });
const HOUR = 3600000;
const DAY = 24 * HOUR;

// Mirrors Words.java.
function digits(value) {
  const size = Math.abs(value);
  return value.toLocaleString("en", { maximumFractionDigits: size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2 });
}

function bytes(value) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) { value /= 1000; unit++; }
  return `${unit === 0 || value >= 99.95 ? value.toFixed(0) : value >= 9.995 ? value.toFixed(1) : value.toFixed(2)} ${units[unit]}`;
}

const write = {
  "count": digits,
  "per-second": (value) => `${digits(value)} /s`,
  "percent": (value) => `${digits(value)} %`,
  "milliseconds": (value) => (value < 1000 ? `${digits(value)} ms` : `${digits(value / 1000)} s`),
  "duration": (value) => duration(Math.round(value)),
  "bytes": bytes,
};

// Steps of an axis of durations: people count in 60s and 24s.
const SPANS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR,
  DAY, 2 * DAY, 5 * DAY, 10 * DAY, 30 * DAY, 60 * DAY, 180 * DAY, 360 * DAY];
const WHOLE = [1, 2, 5].flatMap((step) => [...Array(9).keys()].map((ten) => step * 10 ** ten)).sort((a, b) => a - b);

const colour = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();
const tones = {
  plain: { colour: "accent", dash: [] },
  new: { colour: "running", dash: [] },
  old: { colour: "quiet", dash: [4, 3] },
  bad: { colour: "failed", dash: [] },
};

let library;
function load() {
  library ??= new Promise((done, fail) => {
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = new URL("./uplot.css", import.meta.url).href;
    sheet.onload = () => import("./uplot.js").then((module) => done(module.default), fail);
    sheet.onerror = fail;
    document.head.append(sheet);
  });
  return library;
}

/** The answers of one address, for all charts that read it. */
class Source {
  static all = new Map();
  readers = new Set();
  points = new Map(); // time → values
  series = [];
  marks = [];

  static of(address, topic) {
    if (!Source.all.has(address)) Source.all.set(address, new Source(address, topic));
    return Source.all.get(address);
  }

  constructor(address, topic) {
    this.address = address;
    this.read();
    if (topic) import("./live.js").then(({ watch }) => watch(topic, () => this.told()));
    document.addEventListener("visibilitychange", () => { if (this.due && !document.hidden) this.soon(); });
  }

  /** What is counted when something happens is known a little later, and perhaps nothing happens any more. */
  told() {
    this.soon();
    clearTimeout(this.last);
    this.last = setTimeout(() => this.soon(), 5000);
  }

  /** At most one question a second, and none for a page nobody sees. */
  soon() {
    this.due = true;
    if (this.busy || document.hidden) return;
    this.busy = true;
    setTimeout(() => this.read(true).finally(() => { this.busy = false; if (this.due) this.soon(); }), 1000);
  }

  async read(more) {
    this.due = false;
    const address = new URL(this.address, location.href);
    const newest = Math.max(...this.points.keys());
    if (more && this.points.size) address.searchParams.set("since", newest);
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store", redirect: "error" });
      if (!answer.ok) return;
      this.take(await answer.json(), more);
    } catch {
      // The next event asks again.
    }
  }

  take({ series, points, marks }, more) {
    this.series = series;
    const span = this.points.size > 1 ? Math.max(...this.points.keys()) - Math.min(...this.points.keys()) : 0;
    for (const [at, ...values] of points) this.points.set(at, values);
    if (more && span) {
      const oldest = Math.max(...this.points.keys()) - span;
      for (const at of this.points.keys()) if (at < oldest) this.points.delete(at);
    }
    const known = new Map([...this.marks, ...(marks ?? [])].map((mark) => [`${mark.at} ${mark.label}`, mark]));
    this.marks = [...known.values()];
    this.readers.forEach((reader) => reader());
  }
}

function columns(figure) {
  return [...figure.querySelectorAll("thead th[data-key]")].map((head) => ({
    key: head.dataset.key, label: head.textContent, tone: tones[head.dataset.tone] ?? tones.plain,
  }));
}

function marksOf(figure) {
  return [...figure.querySelectorAll(".chart-marks [data-at]")].map((item) => ({
    at: Number(item.dataset.at), label: (item.querySelector("a, span") ?? item).textContent.trim(),
  }));
}

/** What is drawn: times, then values of each series, as uPlot takes them. */
function tableOf(figure) {
  const rows = [...figure.querySelectorAll("tbody tr")].map((row) => [
    Number(row.querySelector("[data-at]").dataset.at),
    ...[...row.querySelectorAll("td.num")].map((cell) => (cell.dataset.value === undefined ? null : Number(cell.dataset.value))),
  ]).sort((a, b) => a[0] - b[0]);
  return columns(figure).reduce((data, _, i) => [...data, rows.map((row) => row[i + 1])], [rows.map((row) => row[0])]);
}

function sourceOf(source, wanted) {
  const times = [...source.points.keys()].sort((a, b) => a - b);
  return wanted.reduce((data, { key }) => {
    const index = source.series.findIndex((one) => one.key === key);
    return [...data, times.map((at) => source.points.get(at)[index] ?? null)];
  }, [times]);
}

/** Points with a gap on both sides would be lines without length. */
function lonely(values) {
  const found = [];
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== null && (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null) found.push(i);
  }
  return found;
}

function timeOf(figure, at, span) {
  if (figure.dataset.grain === "day") return dayOfUtc.format(at);
  return span > 2 * DAY ? `${day.format(at)} ${clock.format(at)}` : span > 10 * 60000 ? clock.format(at) : seconds.format(at);
}

class Chart {
  constructor(figure, uPlot) {
    this.figure = figure;
    this.plot = figure.querySelector(".chart-plot");
    this.uPlot = uPlot;
    this.unit = write[figure.dataset.unit] ?? digits;
    if (figure.dataset.chart) {
      this.source = Source.of(figure.dataset.chart, figure.dataset.topic);
      this.source.readers.add(() => this.draw());
    }
    // Refreshed in place by refresh.js: the table says something new.
    let planned = 0;
    const changed = this.changed = new MutationObserver(() => {
      cancelAnimationFrame(planned);
      planned = requestAnimationFrame(() => this.draw());
    });
    const all = { subtree: true, childList: true, attributes: true, characterData: true };
    changed.observe(figure.querySelector(".chart-table"), all);
    changed.observe(figure.querySelector(".chart-now"), all);
    changed.observe(figure, { attributes: true, attributeFilter: ["data-empty"] });
    new ResizeObserver(() => this.fit()).observe(this.plot);
    const repaint = () => this.chart?.redraw(false, true);
    new MutationObserver(repaint).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
    this.keys();
    this.draw();
  }

  data() {
    this.marks = [...marksOf(this.figure), ...(this.source?.marks ?? [])];
    if (!this.source) return tableOf(this.figure);
    return this.source.points.size ? sourceOf(this.source, this.wanted) : tableOf(this.figure);
  }

  draw() {
    const wanted = columns(this.figure);
    const shape = JSON.stringify(wanted);
    if (shape !== this.shape) {
      this.chart?.destroy();
      this.chart = null;
      this.shape = shape;
      this.wanted = wanted;
    }
    const data = this.data();
    this.figure.toggleAttribute("data-empty", data.slice(1).every((values) => values.every((value) => value === null)));
    if (this.chart) this.chart.setData(data);
    else this.chart = new this.uPlot(this.options(), data, this.plot);
    this.tell(this.chart.cursor.idx ?? null);
  }

  size() {
    return { width: Math.max(120, this.plot.clientWidth), height: this.plot.clientHeight };
  }

  fit() {
    const { width, height } = this.size();
    if (this.chart && (this.chart.width !== width || this.chart.height !== height)) this.chart.setSize({ width, height });
  }

  /** Values at one point, or the newest ones. */
  tell(index) {
    if (!this.chart) return;
    const data = this.chart.data;
    const time = index === null ? "" : timeOf(this.figure, data[0][index], data[0].at(-1) - data[0][0]);
    this.wanted.forEach(({ key }, i) => {
      const values = data[i + 1];
      const value = index === null ? values.findLast((each) => each !== null) ?? null : values[index];
      const place = [...this.figure.querySelectorAll(".chart-series")].find((each) => each.dataset.key === key)?.querySelector("output");
      const text = value === null || value === undefined ? "–" : this.unit(value);
      if (place && place.textContent !== text) place.textContent = text;
    });
    this.note ??= this.figure.querySelector(".chart-now").appendChild(Object.assign(document.createElement("span"), { className: "chart-at muted" }));
    this.note.dataset.island = "";
    if (!this.note.isConnected) this.figure.querySelector(".chart-now").append(this.note);
    if (this.note.textContent !== time) this.note.textContent = time;
    this.changed.takeRecords(); // What was written here is no news.
  }

  keys() {
    this.plot.tabIndex = 0;
    this.plot.setAttribute("role", "group");
    this.plot.setAttribute("aria-label", this.plot.dataset.label);
    this.plot.addEventListener("keydown", (event) => {
      const times = this.chart.data[0];
      const now = this.chart.cursor.idx ?? times.length;
      const next = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: times.length - 1 }[event.key];
      if (event.key === "Escape") this.leave();
      if (next === undefined || !times.length) return;
      event.preventDefault();
      const at = times[Math.max(0, Math.min(times.length - 1, next))];
      this.chart.setCursor({ left: this.chart.valToPos(at, "x"), top: 0 });
    });
    this.plot.addEventListener("blur", () => this.leave());
  }

  leave() {
    this.chart?.setCursor({ left: -10, top: -10 });
  }

  options() {
    const { figure } = this;
    const bars = figure.dataset.shape === "bars";
    const font = `12px ${getComputedStyle(document.body).fontFamily}`;
    const line = { show: true, stroke: () => colour("line"), width: 1 };
    const axis = { stroke: () => colour("muted"), font, grid: line, ticks: { ...line, size: 4 }, gap: 4 };
    const edge = (name, value) => (figure.dataset[name] ? Number(figure.dataset[name]) : value);
    const days = figure.dataset.grain === "day";
    return {
      ...this.size(),
      ms: 1,
      tzDate: days ? (at) => this.uPlot.tzDate(new Date(at), "UTC") : undefined,
      legend: { show: false },
      padding: [14, 28, 0, 0],
      cursor: {
        y: false,
        drag: { setScale: false, x: false, y: false },
        points: { size: 6 },
        sync: figure.dataset.group ? { key: figure.dataset.group } : undefined,
      },
      scales: {
        x: { time: true, range: (_, min, max) => this.width(edge("from", min), edge("to", max), bars) },
        y: { range: (_, min, max) => [0, max > 0 ? max * 1.1 : 1] },
      },
      axes: [
        { ...axis, grid: { show: false }, size: 24, space: days ? 56 : 72, values: (_, times) => this.ticks(times) },
        {
          ...axis, ticks: { show: false }, space: 26,
          incrs: { duration: SPANS, count: WHOLE }[figure.dataset.unit],
          size: (_, values) => 12 + 7 * Math.max(3, ...(values ?? []).map((value) => (value ?? "").length)),
          // 12h and 0 are enough on an axis where values say 12h 00m and 0ms.
          values: (_, values) => values.map((value) => (value === 0 ? "0" : this.unit(value).replace(/ 00[smh]$/, ""))),
        },
      ],
      series: [{}, ...this.wanted.map(({ label, tone }, i) => ({
        label,
        stroke: () => colour(tone.colour),
        fill: bars ? () => colour(tone.colour) : undefined,
        width: bars ? 0 : 2,
        dash: tone.dash,
        paths: bars ? this.uPlot.paths.bars({ size: [0.7, 28, 8], align: 0 }) : undefined,
        points: {
          show: (u) => !bars && u.data[0].length <= 60 && u.width / u.data[0].length > 20,
          filter: (u, _, show) => (show || bars ? null : lonely(u.data[i + 1])),
          size: 6, fill: () => colour("surface"), stroke: () => colour(tone.colour),
        },
      }))],
      hooks: {
        setCursor: [(u) => this.tell(u.cursor.idx ?? null)],
        draw: [(u) => this.lines(u)],
      },
    };
  }

  /** Room for the first and last bar; something to see when there is one point only. */
  width(min, max, bars) {
    if (min === null || min === undefined) return [Date.now() - HOUR, Date.now()];
    const days = this.figure.dataset.grain === "day";
    if (min === max) return [min - (days ? DAY : 30000), max + (days ? DAY : 30000)];
    const half = bars ? (max - min) / Math.max(1, this.chart ? this.chart.data[0].length - 1 : 12) / 2 : 0;
    return [min - half, max + half];
  }

  ticks(times) {
    const [from, to] = [this.chart?.scales.x.min, this.chart?.scales.x.max];
    const step = times.length > 1 ? times[1] - times[0] : (to - from) / 2 || DAY;
    const days = this.figure.dataset.grain === "day";
    return times.map((at) => {
      if (days) return at % DAY === 0 ? dayOfUtc.format(at) : "";
      return step >= DAY ? day.format(at) : step >= 60000 ? clock.format(at) : seconds.format(at);
    });
  }

  /** What changed, as vertical lines; a name is left out where it would lie over another one. */
  lines(u) {
    const { ctx } = u;
    const { left, top, width, height } = u.bbox;
    const ratio = u.pxRatio ?? devicePixelRatio;
    ctx.save();
    ctx.lineWidth = ratio;
    ctx.font = `${11 * ratio}px ${getComputedStyle(document.body).fontFamily}`;
    ctx.textBaseline = "top";
    ctx.textAlign = "left";
    let free = left;
    for (const { at, label } of [...this.marks].sort((a, b) => a.at - b.at)) {
      const x = Math.round(u.valToPos(at, "x", true)) + 0.5;
      if (x < left || x > left + width) continue;
      ctx.strokeStyle = colour("rolled-back");
      ctx.setLineDash([2 * ratio, 2 * ratio]);
      ctx.beginPath();
      ctx.moveTo(x, top - 14 * ratio);
      ctx.lineTo(x, top + height);
      ctx.stroke();
      const size = ctx.measureText(label).width;
      const right = x + 3 * ratio;
      const start = right + size > left + width ? x - 3 * ratio - size : right;
      if (start < free) continue;
      ctx.fillStyle = colour("muted");
      ctx.fillText(label, start, top - 14 * ratio);
      free = start + size + 8 * ratio;
    }
    ctx.restore();
  }
}

export default async function chart(figure) {
  new Chart(figure, await load());
}
