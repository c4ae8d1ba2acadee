// Whether the page is light or dark, and colors of its style sheet as numbers.

/** @returns {"light" | "dark"} */
export function pageTheme() {
  const said = document.body.dataset.jpThemeLight;
  if (said !== undefined) return said === "false" ? "dark" : "light";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Call when the page turns light or dark. @param {() => void} changed @param {AbortSignal} signal */
export function watchTheme(changed, signal) {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
  signal.addEventListener("abort", () => observer.disconnect());
}

/**
 * A color of the style sheet as "#rrggbb", as it looks on a ground.
 * @param {Element} node @param {string} name   of a variable
 * @param {string} [ground]   the variable of what shines through
 */
export function styled(node, name, ground = name) {
  const pen = document.createElement("canvas").getContext("2d");
  if (!pen) return "#888888";
  const style = getComputedStyle(node);
  for (const variable of [ground, name]) {
    pen.fillStyle = style.getPropertyValue(variable).trim();
    pen.fillRect(0, 0, 1, 1);
  }
  const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
  return `#${((red << 16) | (green << 8) | blue).toString(16).padStart(6, "0")}`;
}

/** Whether things should jump rather than glide. */
export function isCalm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
