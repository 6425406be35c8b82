// Colours of terminals (SGR sequences) as text nodes and classes; nothing of a log ever becomes markup.
const ESCAPE = 27;
const PLAIN = { fg: null, bg: null, bold: false, faint: false, italic: false, underline: false, inverse: false };

/** Every state that occurs gets a number, so that each line remembers where it starts in two bytes. */
export class Styles {
  list = [PLAIN];
  byKey = new Map([[key(PLAIN), 0]]);

  number(style) {
    const name = key(style);
    let found = this.byKey.get(name);
    if (found === undefined) {
      // A log that invents more than 65,000 of them is painting noise.
      if (this.list.length >= 65000) return 0;
      found = this.list.length;
      this.list.push(style);
      this.byKey.set(name, found);
    }
    return found;
  }
}

function key(style) {
  return [style.fg, style.bg, style.bold, style.faint, style.italic, style.underline, style.inverse].join();
}

function palette(n) {
  if (n < 16) return n;
  if (n >= 232) return rgb(8 + (n - 232) * 10, 8 + (n - 232) * 10, 8 + (n - 232) * 10);
  const level = (v) => (v === 0 ? 0 : 55 + v * 40);
  return rgb(level(Math.floor((n - 16) / 36)), level(Math.floor(((n - 16) % 36) / 6)), level((n - 16) % 6));
}

const byte = (n) => Math.min(255, Math.max(0, n | 0));
const rgb = (r, g, b) => `rgb(${byte(r)} ${byte(g)} ${byte(b)})`;

/** The style after an SGR sequence with these parameters ("1;32"). */
export function sgr(style, parameters) {
  const codes = parameters.split(/[;:]/).map((code) => (code === "" ? 0 : Number(code)));
  let next = { ...style };
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i];
    if (code === 0) next = { ...PLAIN };
    else if (code === 1) next.bold = true;
    else if (code === 2) next.faint = true;
    else if (code === 3) next.italic = true;
    else if (code === 4) next.underline = true;
    else if (code === 7) next.inverse = true;
    else if (code === 22) next.bold = next.faint = false;
    else if (code === 23) next.italic = false;
    else if (code === 24) next.underline = false;
    else if (code === 27) next.inverse = false;
    else if (code >= 30 && code <= 37) next.fg = code - 30;
    else if (code === 39) next.fg = null;
    else if (code >= 40 && code <= 47) next.bg = code - 40;
    else if (code === 49) next.bg = null;
    else if (code >= 90 && code <= 97) next.fg = code - 82;
    else if (code >= 100 && code <= 107) next.bg = code - 92;
    else if (code === 38 || code === 48) {
      const part = code === 38 ? "fg" : "bg";
      if (codes[i + 1] === 5) {
        next[part] = palette(byte(codes[i + 2]));
        i += 2;
      } else if (codes[i + 1] === 2) {
        next[part] = rgb(codes[i + 2], codes[i + 3], codes[i + 4]);
        i += 4;
      }
    }
  }
  return next;
}

/** Follows the SGR sequences in bytes[from, to) without making text of them. */
export function follow(bytes, from, to, style, firstEscape) {
  let current = style;
  for (let at = firstEscape; at >= 0 && at < to; at = bytes.indexOf(ESCAPE, at + 1)) {
    if (at < from || bytes[at + 1] !== 91) continue;
    let end = at + 2;
    while (end < to && ((bytes[end] >= 48 && bytes[end] <= 59))) end++;
    if (bytes[end] === 109 && end - at < 64) {
      current = sgr(current, String.fromCharCode(...bytes.subarray(at + 2, end)));
    }
  }
  return current;
}

const SEQUENCE = /\x1b(?:\[([0-9;:?]*)[ -/]*([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_]|[()][0-9A-Za-z])/g;

/** Pieces {text, style} of a line as a terminal would leave it: colours applied, a carriage return starts over. */
export function pieces(line, style) {
  const out = [];
  let current = style;
  let last = 0;
  const text = (piece) => {
    const start = piece.lastIndexOf("\r");
    if (start >= 0) out.length = 0;
    const clean = piece.slice(start + 1).replace(/[\x00-\x08\x0b-\x1f\x7f]/g, "");
    if (clean) out.push({ text: clean, style: current });
  };
  const source = line.replace(/\r+$/, "");
  for (const match of source.matchAll(SEQUENCE)) {
    text(source.slice(last, match.index));
    last = match.index + match[0].length;
    if (match[2] === "m") current = sgr(current, match[1]);
  }
  text(source.slice(last));
  return out;
}

/** A span for a style; null when it is the plain one. */
export function span(style) {
  const { bold, faint, italic, underline } = style;
  const fg = style.inverse ? style.bg ?? "inverse" : style.fg;
  const bg = style.inverse ? style.fg ?? "inverse" : style.bg;
  const names = [];
  const element = document.createElement("span");
  if (bold) names.push("ansi-bold");
  if (faint) names.push("ansi-faint");
  if (italic) names.push("ansi-italic");
  if (underline) names.push("ansi-underline");
  colour(element, names, "fg", fg);
  colour(element, names, "bg", bg);
  if (!names.length && !element.style.length) return null;
  element.className = names.join(" ");
  return element;
}

function colour(element, names, part, value) {
  if (value === null) return;
  if (typeof value === "number") names.push(`ansi-${part}-${value % 8}`);
  else if (value === "inverse") names.push(`ansi-${part}-inverse`);
  else element.style[part === "fg" ? "color" : "backgroundColor"] = value;
}
