// A folder whose page did not wait for all last commits: asks for the rest and puts it in place.
import { morph } from "./morph.js";
import { localTimes } from "./time.js";

export default async function entries(element) {
  const url = element.dataset.entries;
  if (!url) return;
  const answer = await fetch(url, { redirect: "error" });
  if (!answer.ok) return; // The names stand there already.
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(element.id);
  if (fresh) morph(element, fresh);
  localTimes();
}
