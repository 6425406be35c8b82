// One stream of events for all tabs of a browser. A browser opens six connections to a host; if each tab kept one for
// itself, the seventh page would never load. So the tab that holds a lock keeps the stream and hands events to the
// others; when it closes, the lock passes on and the next one continues where it stopped.
//
// Ids are EPOCH-NUMBER, counted over all topics. Each page carries the id at which it was rendered (data-live-position),
// so nothing that happens between rendering and subscribing is lost.
const root = document.documentElement;
const tab = Math.random().toString(36).slice(2) + Date.now().toString(36);
const listeners = new Map(); // topic → set of functions
const seen = new Map(); // topic → number of the last event given out
const [startEpoch, startNumber] = parse(root.dataset.livePosition ?? "");
const shared = Boolean(navigator.locks && globalThis.BroadcastChannel);
// Another person who signs in gets another stream.
const name = `tandem-live:${root.dataset.viewer ?? ""}`;
const channel = shared ? new BroadcastChannel(name) : null;
let leading = null;

function parse(id) {
  const dash = id.lastIndexOf("-");
  return dash < 0 ? ["", 0] : [id.slice(0, dash), Number(id.slice(dash + 1))];
}

/** Calls listener({topic, event, data}) for each event of the topic; event "resync" means: read everything again. */
export function watch(topic, listener) {
  if (!listeners.has(topic)) listeners.set(topic, new Set());
  listeners.get(topic).add(listener);
  announce();
  return () => {
    const set = listeners.get(topic);
    set?.delete(listener);
    if (set && !set.size) listeners.delete(topic);
    announce();
  };
}

function give(id, message) {
  const [epoch, number] = parse(id);
  const topics = message.topic === "*" ? [...listeners.keys()] : [message.topic];
  for (const topic of topics) {
    const known = seen.get(topic) ?? (epoch === startEpoch ? startNumber : -1);
    if (message.event !== "resync" && number <= known) continue;
    seen.set(topic, number);
    for (const listener of listeners.get(topic) ?? []) listener({ ...message, topic });
  }
}

let announcing = 0;
function announce() {
  clearTimeout(announcing);
  announcing = setTimeout(() => {
    const want = { type: "want", tab, topics: [...listeners.keys()], since: root.dataset.livePosition ?? "" };
    if (leading) leading.want(want);
    else channel?.postMessage(want);
  }, 20);
}

/** The stream itself; lives in the leading tab. */
class Stream {
  wants = new Map();
  topics = new Set();
  source = null;
  last = "";
  opening = 0;

  want({ tab: from, topics, since }) {
    const fresh = !this.wants.has(from);
    this.wants.set(from, topics);
    const missing = topics.some((topic) => !this.topics.has(topic));
    const [epoch, number] = parse(since);
    const [lastEpoch, lastNumber] = parse(this.last);
    const behind = fresh && topics.length > 0 && (!this.last || epoch !== lastEpoch || number < lastNumber);
    if (missing || behind) this.open(since);
    else if (![...this.wants.values()].some((list) => list.length)) this.close();
  }

  forget(from) {
    this.wants.delete(from);
    if (![...this.wants.values()].some((list) => list.length)) this.close();
  }

  /** Several tabs that open at once make one new connection; it starts at the oldest of their pages. */
  open(since) {
    const [epoch, number] = parse(since);
    const [oldEpoch, oldNumber] = parse(this.from ?? this.last);
    this.from = !oldEpoch || epoch !== oldEpoch ? since : number < oldNumber ? since : this.from ?? this.last;
    clearTimeout(this.opening);
    this.opening = setTimeout(() => this.connect(), 30);
  }

  connect() {
    this.close();
    this.topics = new Set([...this.wants.values()].flat());
    if (!this.topics.size) return;
    const since = this.from ?? this.last;
    this.from = undefined;
    const query = new URLSearchParams({ topics: [...this.topics].join(",") });
    if (since) query.set("since", since);
    this.source = new EventSource(`/-/events?${query}`);
    this.source.onmessage = (event) => {
      this.last = event.lastEventId;
      const message = JSON.parse(event.data);
      channel?.postMessage({ type: "event", id: event.lastEventId, message });
      give(event.lastEventId, message);
    };
    this.source.onerror = () => {
      // The browser connects again by itself after a broken stream, but gives up after an answer that is none.
      if (this.source?.readyState !== EventSource.CLOSED) return;
      clearTimeout(this.opening);
      this.opening = setTimeout(() => this.connect(), 5000);
    };
  }

  close() {
    this.source?.close();
    this.source = null;
    this.topics = new Set();
  }

  /** Tabs hold a lock of their own while they live; a tab that died without a word is found by its missing lock. */
  async prune() {
    const { held } = await navigator.locks.query();
    const alive = new Set(held.map((lock) => lock.name));
    for (const from of this.wants.keys()) {
      if (from !== tab && !alive.has(`${name}:${from}`)) this.forget(from);
    }
  }
}

function lead() {
  leading = new Stream();
  root.dataset.live = shared ? "leader" : "alone";
  channel?.postMessage({ type: "who" });
  announce();
}

if (shared) {
  root.dataset.live = "follower";
  channel.onmessage = ({ data }) => {
    if (data.type === "event") give(data.id, data.message);
    else if (data.type === "who") announce();
    else if (data.type === "want") leading?.want(data);
    else if (data.type === "gone") leading?.forget(data.tab);
  };
  navigator.locks.request(`${name}:${tab}`, () => new Promise(() => {}));
  navigator.locks.request(name, () => {
    lead();
    setInterval(() => leading.prune(), 20000);
    return new Promise(() => {});
  });
  addEventListener("pagehide", () => channel.postMessage({ type: "gone", tab }));
  addEventListener("pageshow", announce);
} else {
  // Without locks (plain HTTP from another host) only the tab one looks at keeps a stream.
  lead();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) leading.close();
    else announce();
  });
}
