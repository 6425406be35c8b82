// The log viewer: reads the trace in chunks, shows the rows that are on the screen, folds sections, searches, follows.
import { Lines } from "./lines.js";
import { span } from "./ansi.js";
import { watch } from "./live.js";
import { duration } from "./time.js";

const ROW = 20;
// Browsers stop drawing beyond some 17 to 33 million pixels; a higher log scrolls in proportion.
const HIGHEST = 8000000;
const POLL = 10000;
const BATCH = 512 * 1024;
const SCRIPT = /^(step_|section_script|script)/;

export default function log(host) {
  new Viewer(host).start();
}

class Viewer {
  lines = new Lines();
  segments = []; // visible ranges {from, to, at}: lines [from, to) stand at rows at, at+1, ...
  rows = 0;
  offset = 0;
  done = false;
  following = true;
  times = false;
  needle = "";
  matches = [];
  match = -1;
  shown = new Map(); // line → element
  top = 0; // of the screen within all rows, in pixels
  wake = null;

  constructor(host) {
    this.host = host;
    this.text = (name) => host.dataset[`text${name[0].toUpperCase()}${name.slice(1)}`] ?? name;
    this.target = this.anchor();
    this.following = this.target === null;
  }

  anchor() {
    const match = /^#L(\d{1,9})$/.exec(location.hash);
    return match ? Number(match[1]) - 1 : null;
  }

  start() {
    this.build();
    watch(this.host.dataset.logTopic, () => this.wake?.());
    addEventListener("hashchange", () => {
      this.target = this.anchor();
      if (this.target !== null) this.goTo(this.target);
    });
    this.read();
  }

  // -- building --

  build() {
    const make = (tag, properties = {}, attributes = {}) => {
      const element = Object.assign(document.createElement(tag), properties);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      return element;
    };
    const button = (text, act, attributes = {}) => {
      const element = make("button", { type: "button", className: "button slight", textContent: text }, attributes);
      element.addEventListener("click", act);
      return element;
    };
    this.bar = make("div", { className: "log-bar" });
    this.input = make("input", { type: "search", placeholder: this.text("search") }, { "aria-label": this.text("search"), spellcheck: "false" });
    this.count = make("span", { className: "log-count" }, { role: "status" });
    this.followButton = button(this.text("follow"), () => this.follow(!this.following), { "aria-pressed": "true" });
    this.timesButton = button(this.text("times"), () => {
      this.times = !this.times;
      this.timesButton.setAttribute("aria-pressed", String(this.times));
      this.redraw();
    }, { "aria-pressed": "false" });
    const raw = make("a", { className: "button slight", href: this.host.dataset.raw, textContent: this.text("raw") });
    this.bar.append(this.input,
      button("↑", () => this.step(-1), { "aria-label": this.text("previous"), title: this.text("previous") }),
      button("↓", () => this.step(1), { "aria-label": this.text("next"), title: this.text("next") }),
      this.count,
      this.timesButton, this.followButton,
      button(this.text("top"), () => this.jump(0)), button(this.text("end"), () => this.jump(Infinity)), raw);
    this.screen = make("div", { className: "log-screen", tabIndex: 0 }, { role: "region", "aria-label": this.text("log") });
    this.space = make("div", { className: "log-space" });
    this.sheet = make("div", { className: "log-sheet" });
    this.space.append(this.sheet);
    this.screen.append(this.space);
    this.note = make("p", { className: "log-note", textContent: this.text("loading") }, { role: "status" });
    // The screen within is the region now; two of one name would be one too many.
    this.host.removeAttribute("aria-label");
    this.host.replaceChildren(this.bar, this.screen, this.note);
    this.screen.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.sheet.addEventListener("click", (event) => this.clicked(event));
    this.input.addEventListener("input", () => this.searchSoon());
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.step(event.shiftKey ? -1 : 1);
      else if (event.key === "Escape") { this.input.value = ""; this.searchSoon(); }
    });
    new ResizeObserver(() => this.draw()).observe(this.screen);
  }

  // -- reading --

  async read() {
    let pause = 500;
    while (!this.done) {
      try {
        const got = await this.chunk();
        pause = 500;
        if (this.done) break;
        if (!got) await this.sleep(POLL);
      } catch (error) {
        console.warn("log", error);
        this.say(this.text("lost"));
        await this.sleep(pause);
        pause = Math.min(pause * 2, 30000);
      }
    }
    this.host.dataset.logEnded = "";
    this.fold();
    this.update();
  }

  /** Until the topic says something, or that long. */
  sleep(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        this.wake = null;
        resolve();
      };
    });
  }

  /** Reads what is there from the offset on; gives whether it was anything. */
  async chunk() {
    const url = new URL(this.host.dataset.log, location.href);
    url.searchParams.set("offset", this.offset);
    const answer = await fetch(url, { cache: "no-store" });
    if (!answer.ok) throw new Error(`${url.pathname}: ${answer.status}`);
    const next = Number(answer.headers.get("X-Tandem-Next-Offset") ?? NaN);
    const ended = answer.headers.get("X-Tandem-Done") === "true";
    if (next < this.offset) this.again();
    const before = this.offset;
    await this.take(answer.body.getReader());
    if (!Number.isNaN(next)) this.offset = next;
    // A chunk may be limited in size: only an empty one of an ended job is the end.
    this.done = ended && (this.offset === before || answer.headers.get("X-Tandem-Next-Offset") === null);
    if (this.done) this.lines.add(new Uint8Array(0), true);
    this.update();
    return this.offset > before;
  }

  async take(reader) {
    let waiting = [];
    let size = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (value) {
        waiting.push(value);
        size += value.length;
      }
      if (size > 0 && (done || size >= BATCH)) {
        const all = new Uint8Array(size);
        let at = 0;
        for (const piece of waiting) {
          all.set(piece, at);
          at += piece.length;
        }
        this.offset += size;
        this.lines.add(all, false);
        waiting = [];
        size = 0;
        this.update();
        await new Promise((resume) => setTimeout(resume));
      }
      if (done) return;
    }
  }

  /** The trace is shorter than what was read: it was written anew. */
  again() {
    this.offset = 0;
    this.lines = new Lines();
    this.redraw();
  }

  say(text) {
    this.note.textContent = text;
    this.note.hidden = !text;
  }

  // -- folding --

  /** Decides for sections that nobody clicked. */
  fold() {
    const failed = "logFailed" in this.host.dataset;
    const culprit = this.done && failed ? this.culprit() : null;
    const open = new Set();
    for (let section = culprit; section; section = section.parent) open.add(section);
    for (const section of this.lines.sections) {
      section.auto = section.last >= 0 && !open.has(section) && (section.collapsed || !SCRIPT.test(section.name));
    }
  }

  /** The section in which the job failed: the last script, and within it the section that ended last. */
  culprit() {
    const scripts = this.lines.sections.filter((section) => SCRIPT.test(section.name));
    const script = scripts[scripts.length - 1] ?? null;
    if (!script) return this.lines.sections[this.lines.sections.length - 1] ?? null;
    const inner = this.lines.sections.filter((section) => section.parent === script);
    const last = inner[inner.length - 1];
    // Lines after the last inner section belong to the script itself.
    return last && last.last >= script.last - 3 ? last : script;
  }

  folded(section) {
    return section.folded ?? section.auto ?? section.collapsed;
  }

  /** Makes the visible ranges anew; cheap, since there are few sections even in long logs. */
  layout() {
    const length = this.lines.length;
    const hidden = this.lines.sections
      .filter((section) => section.first >= 0 && this.folded(section))
      .map((section) => [section.first, section.last < 0 ? length : section.last])
      .filter(([from, to]) => to > from)
      .sort(([a], [b]) => a - b);
    this.segments = [];
    let at = 0;
    let row = 0;
    const visible = (from, to) => {
      if (to <= from) return;
      this.segments.push({ from, to, at: row });
      row += to - from;
    };
    for (const [from, to] of hidden) {
      visible(at, from);
      at = Math.max(at, to);
    }
    visible(at, length);
    this.rows = row;
  }

  lineOf(row) {
    let a = 0;
    let b = this.segments.length;
    while (b - a > 1) {
      const middle = (a + b) >> 1;
      if (this.segments[middle].at <= row) a = middle;
      else b = middle;
    }
    return this.segments[a].from + row - this.segments[a].at;
  }

  rowOf(line) {
    const segment = this.segments.find(({ from, to }) => line >= from && line < to);
    return segment ? segment.at + line - segment.from : -1;
  }

  // -- drawing --

  update() {
    this.fold();
    this.layout();
    this.size();
    this.say(this.rows ? "" : this.text(this.done ? "empty" : "loading"));
    this.host.dataset.lines = String(this.lines.length);
    this.host.dataset.rows = String(this.rows);
    if (this.target !== null && this.target < this.lines.length && (this.target < this.lines.length - 1 || this.done)) {
      const line = this.target;
      this.target = null;
      this.goTo(line);
    } else if (this.following && !this.done) this.jump(Infinity, true);
    this.stale();
    this.draw();
  }

  /** The line that may still grow is drawn again each time. */
  stale() {
    const last = this.lines.length - 1;
    for (const line of [last, last - 1]) {
      this.shown.get(line)?.remove();
      this.shown.delete(line);
    }
    for (const [line, section] of this.lines.titles) {
      if (section.ended === section.drawn) continue;
      section.drawn = section.ended;
      this.shown.get(line)?.remove();
      this.shown.delete(line);
    }
  }

  redraw() {
    for (const element of this.shown.values()) element.remove();
    this.shown.clear();
    this.layout();
    this.size();
    this.draw();
  }

  /** As high as its rows, with room for the bar that scrolls sideways; the style sheet keeps it on the screen. */
  size() {
    const height = Math.min(this.rows * ROW, HIGHEST);
    this.space.style.height = `${height}px`;
    this.screen.style.setProperty("--log-height", `${height + ROW}px`);
  }

  draw() {
    if (!this.rows) {
      this.sheet.replaceChildren();
      this.shown.clear();
      return;
    }
    const height = this.screen.clientHeight;
    const highest = Math.max(0, this.rows * ROW - height);
    this.top = Math.min(Math.max(0, this.top), highest);
    const first = Math.max(0, Math.floor(this.top / ROW) - 10);
    const last = Math.min(this.rows, Math.ceil((this.top + height) / ROW) + 10);
    const wanted = [];
    for (let row = first; row < last; row++) wanted.push(this.lineOf(row));
    const keep = new Set(wanted);
    for (const [line, element] of this.shown) {
      if (keep.has(line)) continue;
      element.remove();
      this.shown.delete(line);
    }
    let before = this.sheet.firstChild;
    for (const line of wanted) {
      let element = this.shown.get(line);
      if (!element) {
        element = this.row(line);
        this.shown.set(line, element);
      }
      if (element === before) before = before.nextSibling;
      else this.sheet.insertBefore(element, before);
    }
    // With fewer pixels than rows the sheet stands where the screen is, not where its rows would be.
    const at = this.screen.scrollTop - (this.top - first * ROW);
    this.sheet.style.transform = `translateY(${Math.round(at)}px)`;
  }

  row(line) {
    const row = document.createElement("div");
    row.className = "log-row";
    const number = document.createElement("a");
    number.className = "log-number";
    number.href = `#L${line + 1}`;
    number.textContent = String(line + 1);
    number.tabIndex = -1;
    row.append(number);
    const { list, at, cut } = this.lines.pieces(line);
    if (this.times) row.append(this.time(at));
    const section = this.lines.titles.get(line);
    if (section) row.append(this.toggle(section));
    const text = document.createElement("span");
    text.className = "log-text";
    text.append(...this.marked(list));
    if (cut > 0) text.append(Object.assign(document.createElement("span"), { className: "muted", textContent: ` … +${cut} B` }));
    row.append(text);
    if (section) this.title(row, section);
    if (line === this.highlighted) row.dataset.target = "";
    if (this.match >= 0 && this.matches[this.match] === line) row.dataset.match = "";
    return row;
  }

  time(at) {
    const element = document.createElement("span");
    element.className = "log-time";
    if (at !== null) {
      element.textContent = duration(at - this.lines.firstTime);
      element.title = new Date(at).toISOString();
    }
    return element;
  }

  toggle(section) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "log-fold";
    button.dataset.section = this.lines.sections.indexOf(section);
    button.setAttribute("aria-expanded", String(!this.folded(section)));
    button.setAttribute("aria-label", section.name);
    return button;
  }

  title(row, section) {
    row.classList.add("log-title");
    if (section.hideDuration || section.ended === null) return;
    const badge = document.createElement("span");
    badge.className = "log-duration";
    badge.textContent = duration((section.ended - section.started) * 1000);
    row.append(badge);
  }

  /** Text nodes and spans, with what was searched for marked. */
  marked(list) {
    if (!this.needle) return list.map(({ text, style }) => wrap(text, style));
    const whole = list.map(({ text }) => text).join("").toLowerCase();
    const starts = [];
    for (let at = whole.indexOf(this.needle); at >= 0 && starts.length < 1000; at = whole.indexOf(this.needle, at + this.needle.length)) starts.push(at);
    const nodes = [];
    let offset = 0;
    for (const { text, style } of list) {
      let done = 0;
      for (const start of starts) {
        const from = Math.max(start - offset, done);
        const to = Math.min(start + this.needle.length - offset, text.length);
        if (to <= from) continue;
        if (from > done) nodes.push(wrap(text.slice(done, from), style));
        const mark = document.createElement("mark");
        mark.append(wrap(text.slice(from, to), style));
        nodes.push(mark);
        done = to;
      }
      if (done < text.length) nodes.push(wrap(text.slice(done), style));
      offset += text.length;
    }
    return nodes;
  }

  clicked(event) {
    const fold = event.target.closest(".log-fold, .log-title .log-text");
    if (fold) {
      const button = fold.closest(".log-row").querySelector(".log-fold");
      const section = this.lines.sections[Number(button.dataset.section)];
      section.folded = !this.folded(section);
      this.follow(false);
      this.redraw();
      this.shown.get(section.title)?.querySelector(".log-fold").focus({ preventScroll: true });
      return;
    }
    const number = event.target.closest(".log-number");
    if (number) {
      event.preventDefault();
      history.replaceState(null, "", number.hash);
      this.follow(false);
      this.highlight(Number(number.hash.slice(2)) - 1);
    }
  }

  highlight(line) {
    this.highlighted = line;
    for (const [shown, element] of this.shown) {
      if (shown === line) element.dataset.target = "";
      else delete element.dataset.target;
    }
  }

  // -- moving --

  scrolled() {
    const at = this.screen.scrollTop;
    if (at === this.setTo) {
      this.setTo = null;
      return;
    }
    this.setTo = null;
    const most = this.screen.scrollHeight - this.screen.clientHeight;
    const all = Math.max(0, this.rows * ROW - this.screen.clientHeight);
    const step = at - (this.lastAt ?? 0);
    const scaled = this.rows * ROW > HIGHEST;
    const small = Math.abs(step) < this.screen.clientHeight * 3;
    if (!scaled) this.top = at;
    else if (at <= 0) this.top = 0;
    else if (at >= most - 1) this.top = all;
    else this.top = small ? this.top + step : (at / most) * all;
    this.lastAt = at;
    if (step < 0) this.follow(false);
    else if (this.top >= all - ROW && !this.done) this.follow(true);
    if (scaled) {
      clearTimeout(this.settling);
      this.settling = setTimeout(() => this.place(), 200);
    }
    requestAnimationFrame(() => this.draw());
  }

  /** Puts the scrollbar where the screen is. */
  place() {
    const all = Math.max(1, this.rows * ROW - this.screen.clientHeight);
    const most = Math.max(0, this.screen.scrollHeight - this.screen.clientHeight);
    const wanted = this.rows * ROW > HIGHEST ? Math.round((this.top / all) * most) : this.top;
    if (Math.round(this.screen.scrollTop) !== Math.round(wanted)) {
      this.screen.scrollTop = wanted;
      this.setTo = this.screen.scrollTop;
    }
    this.lastAt = this.screen.scrollTop;
    this.draw();
  }

  jump(row, keepFollowing = false) {
    const all = Math.max(0, this.rows * ROW - this.screen.clientHeight);
    this.top = Math.min(all, Math.max(0, row * ROW));
    if (!keepFollowing) this.follow(row === Infinity && !this.done);
    this.place();
  }

  goTo(line) {
    if (line >= this.lines.length) return;
    for (const section of this.lines.sections) {
      if (section.first <= line && (section.last < 0 || line < section.last)) section.folded = false;
    }
    this.highlighted = line;
    this.redraw();
    this.follow(false);
    this.top = Math.max(0, this.rowOf(line) * ROW - this.screen.clientHeight / 3);
    this.place();
  }

  follow(on) {
    this.following = on;
    this.followButton.setAttribute("aria-pressed", String(on));
    if (on && !this.done) this.jump(Infinity, true);
  }

  // -- searching --

  searchSoon() {
    clearTimeout(this.searching);
    this.searching = setTimeout(() => this.search(), 200);
  }

  async search() {
    const needle = this.input.value.toLowerCase();
    this.needle = needle;
    this.matches = [];
    this.match = -1;
    if (needle) {
      const found = await this.lines.search(needle, () => this.needle !== needle);
      if (found === null) return;
      this.matches = found;
    }
    this.redraw();
    if (this.matches.length) this.step(1);
    else this.tell();
  }

  step(way) {
    if (this.input.value.toLowerCase() !== this.needle) return;
    if (this.matches.length) {
      const count = this.matches.length;
      this.match = (this.match + way + count) % count;
      if (this.match < 0) this.match = count - 1;
      this.goTo(this.matches[this.match]);
    }
    this.tell();
  }

  tell() {
    this.count.textContent = !this.needle ? ""
      : this.matches.length ? `${this.match + 1} / ${this.matches.length.toLocaleString()}` : this.text("none");
  }
}

function wrap(text, style) {
  const element = span(style);
  if (!element) return document.createTextNode(text);
  element.textContent = text;
  return element;
}
