// A picture that the kernel draws for the size and the theme of the place where it is shown.

import { tellPresence } from "./presence.js";

/** @typedef {{_picture: string, _alt: string, _title: string, _size: number[], _theme: string,
 *   _drawn_for: string}} Traits */
/** @typedef {import("@anywidget/types").AnyModel<Traits>} Model */

const STEP = 8; // px: smaller changes of size are not worth a picture

/** @returns {"light" | "dark"} */
export function pageTheme() {
  const said = document.body.dataset.jpThemeLight;
  if (said !== undefined) return said === "false" ? "dark" : "light";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** @param {{width: number, height: number}} box @param {number[]} before */
export function worthDrawing({ width, height }, before) {
  if (width < STEP || height < STEP) return false;
  return Math.abs(width - before[0]) >= STEP || Math.abs(height - before[1]) >= STEP;
}

/** @param {{model: Model, el: HTMLElement, signal: AbortSignal}} context */
function render({ model, el, signal }) {
  const root = document.createElement("div");
  root.className = "al-chart";
  const image = document.createElement("img");
  image.className = "al-chart-picture";
  root.append(image);
  el.append(root);
  let url = "";
  const show = () => {
    image.alt = model.get("_alt") || model.get("_title");
    const picture = model.get("_picture");
    if (!picture || model.get("_drawn_for") !== pageTheme()) return;
    const old = url;
    url = URL.createObjectURL(new Blob([picture], { type: "image/svg+xml" }));
    image.src = url;
    root.dataset.theme = model.get("_drawn_for");
    root.dataset.ready = "true";
    if (old) URL.revokeObjectURL(old);
  };
  const tell = (/** @type {Partial<Traits>} */ news) => {
    for (const [name, value] of Object.entries(news)) {
      model.set(/** @type {keyof Traits} */ (name), /** @type {any} */ (value));
    }
    model.save_changes();
  };
  const sizes = new ResizeObserver(() => {
    const box = { width: root.clientWidth, height: root.clientHeight };
    if (worthDrawing(box, model.get("_size"))) tell({ _size: [box.width, box.height] });
  });
  const themes = new MutationObserver(() => {
    if (model.get("_theme") !== pageTheme()) tell({ _theme: pageTheme() });
  });
  model.on("change:_picture", show);
  sizes.observe(root);
  themes.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
  signal.addEventListener("abort", () => {
    model.off("change:_picture", show);
    sizes.disconnect();
    themes.disconnect();
    if (url) URL.revokeObjectURL(url);
  });
  show();
  tellPresence(model, root, signal);
  if (model.get("_theme") !== pageTheme()) tell({ _theme: pageTheme() });
}

export default { render };
