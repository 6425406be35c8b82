// Elements with data-live="topic ..." and data-live-refresh are fetched again when something happens to their topic.
// An empty data-live-refresh means this page; the element is found in the answer by its id.
import { morph } from "./morph.js";
import { localTimes } from "./time.js";
import { islands } from "./islands.js";

const due = new Map(); // address → elements
const watched = new Map(); // element → functions that end watching
let timer = 0;
let busy = false;

function address(element) {
  return new URL(element.dataset.liveRefresh || location.href, location.href).href.replace(/#.*/, "");
}

function plan(element) {
  const url = address(element);
  if (!due.has(url)) due.set(url, new Set());
  due.get(url).add(element);
  if (busy || timer) return;
  timer = setTimeout(run, document.hidden ? 2000 : 120);
}

async function run() {
  timer = 0;
  busy = true;
  const work = [...due];
  due.clear();
  try {
    for (const [url, elements] of work) await refresh(url, elements);
  } finally {
    busy = false;
    if (due.size) timer = setTimeout(run, document.hidden ? 2000 : 250);
  }
}

async function refresh(url, elements) {
  let answer;
  try {
    answer = await fetch(url, { headers: { "X-Tandem-Refresh": "1" }, cache: "no-store", redirect: "error" });
  } catch {
    return; // The stream tells again when the server is back.
  }
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const whole = page.querySelector("main") !== null;
  for (const element of elements) {
    const fresh = (element.id && page.getElementById(element.id)) || (whole ? null : page.body.firstElementChild);
    if (fresh) morph(element, fresh);
  }
  if (whole) head(page);
  localTimes();
  islands(document);
  scan();
}

function head(page) {
  if (document.title !== page.title) document.title = page.title;
  const icon = document.querySelector("link[rel=icon]");
  const fresh = page.querySelector("link[rel=icon]");
  if (icon && fresh && icon.getAttribute("href") !== fresh.getAttribute("href")) {
    icon.setAttribute("href", fresh.getAttribute("href"));
  }
}

async function scan() {
  for (const [element, ends] of watched) {
    if (!element.isConnected) {
      ends.forEach((end) => end());
      watched.delete(element);
    }
  }
  const elements = [...document.querySelectorAll("[data-live][data-live-refresh]")].filter((each) => !watched.has(each));
  if (!elements.length) return;
  const { watch } = await import("./live.js");
  for (const element of elements) {
    if (watched.has(element)) continue;
    const topics = element.dataset.live.split(/\s+/).filter(Boolean);
    watched.set(element, topics.map((topic) => watch(topic, () => plan(element))));
  }
}

scan();
