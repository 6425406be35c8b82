// Colours for the code in a text.
import { colour, knows } from "./colours.js";

export default async function prose(element) {
  for (const code of element.querySelectorAll("pre > code[class^=language-]")) {
    const language = code.className.slice("language-".length).toLowerCase();
    if (code.textContent.length > 100000 || !(await knows(language))) continue;
    const lines = await colour(code.textContent, language);
    if (lines) code.replaceChildren(...lines.flatMap((line, index) => (index ? ["\n", line] : [line])));
  }
}
