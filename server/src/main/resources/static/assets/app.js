// Starts what every page has and fetches an island only where a page holds one.
import "./theme.js";
import "./time.js";
import "./copy.js";
import "./confirm.js";
import "./refresh.js";
import "./keys.js";
import { islands } from "./islands.js";

islands(document);
document.documentElement.dataset.ready = "";
