// The switch between light and dark. The choice lives in a cookie, so the server sends the right theme and nothing flashes.
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

const shown = () => root.dataset.theme || (dark.matches ? "dark" : "light");

for (const button of document.querySelectorAll("[data-theme-switch]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = shown() === "dark" ? "light" : "dark";
    // Choosing what the system says anyway means following the system again.
    const follows = next === (dark.matches ? "dark" : "light");
    if (follows) delete root.dataset.theme;
    else root.dataset.theme = next;
    document.cookie = `tandem_theme=${follows ? "" : next}; path=/; max-age=${follows ? 0 : 31536000}; samesite=lax`;
  });
}
