// Keeps times true: relative ones grow, exact ones are told in the viewer's zone. Mirrors Words.java.
const language = document.documentElement.lang || "en";
const relative = new Intl.RelativeTimeFormat(language, { numeric: "always" });
const exact = new Intl.DateTimeFormat(language, {
  year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
  hourCycle: "h23", timeZoneName: "short",
});
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(language, { year: "numeric", month: "short", day: "numeric", weekday: "short" });
const units = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

export function ago(then, now = Date.now()) {
  const seconds = Math.trunc((now - then) / 1000);
  if (Math.abs(seconds) < 5) return language.startsWith("zh") ? "刚刚" : "now";
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size);
  return relative.format(-Math.trunc(seconds / size), unit);
}

export function duration(milliseconds) {
  const ms = Math.max(0, milliseconds);
  const s = Math.floor(ms / 1000);
  const two = (n) => String(n).padStart(2, "0");
  if (s < 1) return `${Math.floor(ms)}ms`;
  if (s < 10) return `${s}.${Math.floor((ms % 1000) / 100)}s`;
  if (s < 60) return `${s}s`;
  if (s < 3600) return `${Math.floor(s / 60)}m ${two(s % 60)}s`;
  if (s < 86400) return `${Math.floor(s / 3600)}h ${two(Math.floor((s % 3600) / 60))}m`;
  return `${Math.floor(s / 86400)}d ${two(Math.floor((s % 86400) / 3600))}h`;
}

function left(milliseconds) {
  const s = Math.max(0, Math.ceil(milliseconds / 1000));
  return s < 60 ? `${s}s` : duration(s * 1000);
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function refreshTimes(root = document) {
  for (const element of root.querySelectorAll("time[data-since]")) {
    write(element, duration(Date.now() - Date.parse(element.dataset.since)));
  }
  for (const element of root.querySelectorAll("time[data-until]")) {
    write(element, left(Date.parse(element.dataset.until) - Date.now()));
  }
  for (const element of root.querySelectorAll("time[datetime*='T']")) {
    const then = Date.parse(element.dateTime);
    const local = exact.format(then);
    if (element.title !== local) element.title = local;
    if ("exact" in element.dataset) write(element, local);
    else if ("clock" in element.dataset) write(element, clock.format(then));
    else write(element, ago(then));
  }
}

/** The server separates days in UTC; here they become the viewer's. */
function refreshDays(root) {
  for (const timeline of root.querySelectorAll(".timeline")) {
    const separators = [...timeline.querySelectorAll(".timeline-day")];
    let last = "";
    for (const moment of timeline.querySelectorAll(".moment")) {
      const today = day.format(Date.parse(moment.querySelector("time").dateTime));
      if (today === last) continue;
      const separator = separators.shift() ?? Object.assign(document.createElement("div"), { className: "timeline-day" });
      separator.setAttribute("role", "listitem");
      write(separator, today);
      moment.before(separator);
      last = today;
    }
    separators.forEach((unused) => unused.remove());
  }
}

export function localTimes(root = document) {
  refreshTimes(root);
  refreshDays(root);
}

// Copied text has the exact time, since "5 minutes ago" means nothing in a ticket.
document.addEventListener("copy", (event) => {
  const selection = getSelection();
  if (!selection.rangeCount || !event.clipboardData) return;
  const piece = selection.getRangeAt(0).cloneContents();
  const times = piece.querySelectorAll("time[title]:not([data-exact])");
  if (!times.length) return;
  times.forEach((element) => { element.textContent = element.title; });
  const holder = document.createElement("div");
  holder.className = "unseen";
  holder.append(piece);
  document.body.append(holder);
  event.clipboardData.setData("text/plain", holder.innerText);
  holder.remove();
  event.preventDefault();
});

localTimes();
setInterval(() => { if (!document.hidden) refreshTimes(); }, 1000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refreshTimes(); });
