// A log as lines, without making text of it: bytes stay as they came, each line is two numbers. Text is made only of the
// lines that are on the screen, so 50 MB are read in well under a second and cost little more than themselves.
//
// A runner may put 32 bytes before each line: "2026-08-22T10:15:30.123456Z 01O " and, when a line goes on, "+" in place of
// the last space. Sections are lines that start with section_start:SECONDS:NAME[options]\r ESC[0K TITLE.
import { Styles, follow, pieces } from "./ansi.js";

const NEWLINE = 10;
const ESCAPE = 27;
const HEADER = 32;
const LONGEST_TAIL = 1 << 20;
const decoder = new TextDecoder();
const MARKER = /^(?:\x1b\[[0-9;]*[A-Za-z]|[\r ])*section_(start|end):(\d{1,12}):([A-Za-z0-9_.-]{1,128})(\[[^\]\r\n]{0,200}\])?\r(?:\x1b\[0K)?/;

class Numbers {
  constructor(type) {
    this.array = new type(4096);
    this.length = 0;
  }

  push(value) {
    if (this.length === this.array.length) {
      const wider = new this.array.constructor(this.array.length * 2);
      wider.set(this.array);
      this.array = wider;
    }
    this.array[this.length++] = value;
  }
}

export class Lines {
  styles = new Styles();
  blocks = [];
  block = new Numbers(Uint32Array);
  start = new Numbers(Uint32Array);
  end = new Numbers(Uint32Array);
  style = new Numbers(Uint16Array);
  sections = []; // {name, title line, first, last (exclusive, -1 while open), started, ended, parent, options}
  titles = new Map(); // line → section whose title it is
  open = null;
  firstTime = null;
  carry = new Uint8Array(0);
  tail = 0; // 1 while the last line may still grow

  /** Complete lines and the one that may still grow. */
  get length() {
    return this.start.length;
  }

  /** Takes the next bytes; done means that no more will come. */
  add(bytes, done) {
    this.dropTail();
    const data = new Uint8Array(this.carry.length + bytes.length);
    data.set(this.carry);
    data.set(bytes, this.carry.length);
    const number = this.blocks.push(data) - 1;
    let at = 0;
    let last = -1;
    while (at < data.length) {
      const end = this.lineEnd(data, at);
      const open = end < 0 || end + 1 >= data.length || (!done && end + 1 + HEADER > data.length);
      if (open && !done && data.length - at <= LONGEST_TAIL) {
        last = at;
        break;
      }
      const stop = end < 0 ? data.length : end;
      this.line(data, number, at, stop);
      at = stop + 1;
    }
    this.carry = last < 0 ? new Uint8Array(0) : data.subarray(last);
    if (last >= 0) this.growing(data, number, last);
  }

  /** Where the line that starts at `from` ends, "+" lines included. */
  lineEnd(data, from) {
    let end = data.indexOf(NEWLINE, from);
    while (end >= 0 && header(data, end + 1) && data[end + 1 + 31] === 43) end = data.indexOf(NEWLINE, end + 1);
    return end;
  }

  /** Shows the unfinished line without keeping anything of it that the next bytes could contradict. */
  growing(data, number, from) {
    this.saved = { style: this.current ?? 0, sections: this.sections.length, open: this.open, ended: this.open?.ended, last: this.open?.last };
    const before = this.length;
    this.line(data, number, from, data.length);
    this.tail = this.length - before;
  }

  dropTail() {
    if (!this.saved) return;
    for (const numbers of [this.block, this.start, this.end, this.style]) numbers.length -= this.tail;
    for (const section of this.sections.splice(this.saved.sections)) this.titles.delete(section.title);
    this.open = this.saved.open;
    for (let section = this.open; section; section = section.parent) {
      section.last = -1;
      section.ended = null;
    }
    this.current = this.saved.style;
    this.saved = null;
    this.tail = 0;
  }

  line(data, number, from, to) {
    let text = from;
    const plainStart = header(data, from) ? from + HEADER : from;
    if (this.firstTime === null && plainStart > from) this.firstTime = time(data, from);
    const marked = this.markers(data, from, to, plainStart);
    if (marked === null) return;
    text = marked;
    this.block.push(number);
    this.start.push(text);
    this.end.push(to);
    this.style.push(this.current ?? 0);
    const escape = data.indexOf(ESCAPE, text);
    if (escape >= 0 && escape < to) {
      this.current = this.styles.number(follow(data, text, to, this.styles.list[this.current ?? 0], escape));
    }
  }

  /** Where the line's text starts behind its section markers; null when nothing is left to show. */
  markers(data, from, to, plainStart) {
    const first = data[plainStart];
    if (first !== 115 && first !== ESCAPE && first !== 13) return from;
    const head = joined(data, from, Math.min(to, from + 2048));
    let rest = head.text;
    let titled = null;
    let any = false;
    for (let match = MARKER.exec(rest); match; match = MARKER.exec(rest)) {
      any = true;
      if (match[1] === "start") titled = this.begin(match);
      else this.finish(match);
      rest = rest.slice(match[0].length);
    }
    if (!any) return from;
    // The text is made again from the line's start when it is shown; markers are cut off there too.
    if (titled) {
      titled.title = this.length;
      titled.first = this.length + 1;
      this.titles.set(this.length, titled);
      return from;
    }
    return rest.replace(/\x1b\[[0-9;]*[A-Za-z]|[\r\n]/g, "") === "" ? null : from;
  }

  begin([, , seconds, name, options]) {
    const section = {
      name, started: Number(seconds), ended: null, title: -1, first: -1, last: -1, parent: this.open,
      collapsed: /collapsed=true/.test(options ?? ""), hideDuration: /hide_duration=true/.test(options ?? ""),
      folded: null,
    };
    this.sections.push(section);
    this.open = section;
    return section;
  }

  finish([, , seconds, name]) {
    let section = this.open;
    while (section && section.name !== name) section = section.parent;
    if (!section) return;
    for (let inner = this.open; inner !== section.parent; inner = inner.parent) {
      inner.last = this.length;
      inner.ended = Number(seconds);
    }
    this.open = section.parent;
  }

  /** Text of a line with its escapes, without headers and section markers. */
  source(index, longest = 20000) {
    const data = this.blocks[this.block.array[index]];
    const from = this.start.array[index];
    const to = this.end.array[index];
    const cut = Math.min(to, from + longest);
    const { text, at } = joined(data, from, cut);
    let rest = text;
    for (let match = MARKER.exec(rest); match; match = MARKER.exec(rest)) rest = rest.slice(match[0].length);
    return { text: rest, at, cut: to - cut };
  }

  pieces(index) {
    const { text, at, cut } = this.source(index);
    const list = pieces(text, this.styles.list[this.style.array[index]]);
    return { list, at, cut };
  }

  /** Line numbers that contain the text, any case; looks at one block at a time and lets the page breathe between. */
  async search(needle, stopped) {
    const wanted = raw(new TextEncoder().encode(needle)).toLowerCase();
    const found = [];
    let line = 0;
    for (let number = 0; number < this.blocks.length && found.length < 100000; number++) {
      const haystack = raw(this.blocks[number]).toLowerCase();
      for (let at = haystack.indexOf(wanted); at >= 0; at = haystack.indexOf(wanted, at + 1)) {
        line = this.lineAt(number, at, line);
        if (line < 0) break;
        if (at < this.end.array[line] && found[found.length - 1] !== line) found.push(line);
        at = Math.max(at, this.end.array[line] - 1);
      }
      line = Math.max(line, 0);
      await new Promise((next) => setTimeout(next));
      if (stopped()) return null;
    }
    return found;
  }

  /** The last line of that block which starts at or before the byte, or the next one; by bisection from `low` on. */
  lineAt(number, offset, low) {
    let a = low;
    let b = this.length;
    while (a < b) {
      const middle = (a + b) >> 1;
      const before = this.block.array[middle] < number
        || (this.block.array[middle] === number && this.end.array[middle] <= offset);
      if (before) a = middle + 1;
      else b = middle;
    }
    return a < this.length && this.block.array[a] === number ? a : -1;
  }
}

const latin = new TextDecoder("windows-1252");
const raw = (bytes) => latin.decode(bytes);

function header(data, at) {
  return at + HEADER <= data.length
    && data[at + 4] === 45 && data[at + 7] === 45 && data[at + 10] === 84 && data[at + 13] === 58
    && data[at + 16] === 58 && data[at + 19] === 46 && data[at + 26] === 90 && data[at + 27] === 32;
}

function time(data, at) {
  const parsed = Date.parse(decoder.decode(data.subarray(at, at + 27)));
  return Number.isNaN(parsed) ? null : parsed;
}

/** Bytes as text, the headers of "+" lines and the line feeds before them left out. */
function joined(data, from, to) {
  if (!header(data, from)) return { text: decoder.decode(data.subarray(from, to)), at: null };
  const at = time(data, from);
  let text = "";
  let piece = from;
  while (piece < to) {
    const end = data.indexOf(NEWLINE, piece);
    const stop = end < 0 || end > to ? to : end;
    const start = header(data, piece) ? Math.min(piece + HEADER, stop) : piece;
    text += decoder.decode(data.subarray(start, stop));
    piece = stop + 1;
  }
  return { text, at };
}
