// Colours for source text. The library writes markup for a whole text; here it becomes one fragment per line, since a
// comment or a string may go over many.
const NAMES = {
  dockerfile: "dockerfile", containerfile: "dockerfile", makefile: "makefile", gnumakefile: "makefile", jenkinsfile: "groovy",
  procfile: "yaml", "go.mod": "go", gemfile: "ruby", rakefile: "ruby", vagrantfile: "ruby", ".gitignore": "bash",
  ".bashrc": "bash", ".profile": "bash", "nginx.conf": "nginx", codeowners: "bash",
};
const ENDINGS = {
  gradle: "groovy", conf: "ini", cfg: "ini", env: "bash", jte: "xml", vue: "xml", svelte: "xml", txt: "", log: "", lock: "",
  tf: "ini", bat: "powershell", cmd: "powershell", htm: "xml", jsonc: "json", json5: "json", jsonl: "json", proto: "protobuf",
};
const LONGEST = 400000;

/** Name or alias of a language by a file's name; empty when there are no colours for it. */
export function languageOf(name) {
  const lower = (name ?? "").toLowerCase();
  if (NAMES[lower]) return NAMES[lower];
  if (lower.startsWith("dockerfile.")) return "dockerfile";
  const dot = lower.lastIndexOf(".");
  if (dot < 0) return "";
  const ending = lower.slice(dot + 1);
  return ENDINGS[ending] ?? ending;
}

const library = () => import("./hljs.js").then((module) => module.default);

export async function knows(language) {
  return Boolean((await library()).getLanguage(language));
}

/** One fragment per line; null when there are no colours for the language, or the text is too long for them. */
export async function colour(text, language) {
  if (!text || text.length > LONGEST) return null;
  const hljs = await library();
  if (!hljs.getLanguage(language)) return null;
  const painted = document.createElement("template");
  painted.innerHTML = hljs.highlight(text, { language, ignoreIllegals: true }).value;
  const lines = [document.createDocumentFragment()];
  split(painted.content, [], lines);
  return lines;
}

/** Copies nodes to the line that is open, and opens the same elements anew on each next line. */
function split(node, open, lines) {
  for (const child of node.childNodes) {
    if (child.nodeType === Node.ELEMENT_NODE) {
      split(child, [...open, child], lines);
      continue;
    }
    child.data.split("\n").forEach((piece, index) => {
      if (index) lines.push(document.createDocumentFragment());
      if (piece) place(lines[lines.length - 1], open, piece);
    });
  }
}

function place(line, open, text) {
  let at = line;
  for (const element of open) {
    const last = at.lastChild;
    if (last?.original === element) {
      at = last;
      continue;
    }
    const copy = document.createElement("span");
    copy.className = element.className;
    copy.original = element;
    at.append(copy);
    at = copy;
  }
  at.append(text);
}
