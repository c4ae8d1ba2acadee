// A picture that the kernel draws for the size and the theme of the place where it is shown.

import { hearPointing, point } from "./link.js";
import { tellPresence } from "./presence.js";
import { pageTheme, watchTheme } from "./theme.js";

/** @typedef {{_picture: string, _alt: string, _title: string, _size: number[], _theme: string,
 *   _drawn_for: string, _axis: number[], _link: string}} Traits
 *   `_axis`: numbers of answers at the ends of the axis, and where these are in the picture, as
 *   shares of its width and height (from the left, twice, then from the top, twice); or empty
 */
/** @typedef {import("@anywidget/types").AnyModel<Traits>} Model */

const STEP = 8; // px: smaller changes of size are not worth a picture

/** @param {{width: number, height: number}} box @param {number[]} before */
export function worthDrawing({ width, height }, before) {
  if (width < STEP || height < STEP) return false;
  return Math.abs(width - before[0]) >= STEP || Math.abs(height - before[1]) >= STEP;
}

/**
 * Where a number of answers stands in the picture, as a share of its width; null: outside.
 * @param {number[]} axis @param {number} n
 */
export function placeOnAxis([first, last, left, right], n) {
  if (!(last > first) || n < first || n > last) return null;
  return left + ((right - left) * (n - first)) / (last - first);
}

/** Which number of answers stands there; null: beside the axis. @param {number[]} axis @param {number} x */
export function answersAt([first, last, left, right], x) {
  if (!(last > first) || x < left - 0.02 || x > right + 0.02) return null;
  const n = first + ((last - first) * (x - left)) / (right - left);
  return Math.round(Math.min(last, Math.max(first, n)));
}

/**
 * A line at the moment of the work that somebody looks at; a click chooses another one.
 * @param {HTMLElement} root @param {Model} model @param {AbortSignal} signal
 */
function showMoment(root, model, signal) {
  const line = document.createElement("div");
  line.className = "al-chart-moment";
  line.hidden = true;
  root.append(line);
  /** @type {number | null} */
  let spent = null;
  const show = () => {
    const axis = model.get("_axis");
    const x = spent === null || axis.length === 0 ? null : placeOnAxis(axis, spent);
    line.hidden = x === null;
    if (x === null) return;
    line.style.left = `${100 * x}%`;
    line.style.top = `${100 * axis[4]}%`;
    line.style.bottom = `${100 * (1 - axis[5])}%`;
    line.dataset.spent = String(spent);
  };
  root.addEventListener("click", (event) => {
    const box = root.getBoundingClientRect();
    const axis = model.get("_axis");
    const n = axis.length ? answersAt(axis, (event.clientX - box.left) / box.width) : null;
    if (n !== null) point(model.get("_link"), { spent: n }, root);
  }, { signal });
  hearPointing(model.get("_link"), (pointed) => {
    if (pointed.spent === undefined) return;
    spent = pointed.spent;
    show();
  }, root, signal);
  model.on("change:_axis", show);
  signal.addEventListener("abort", () => model.off("change:_axis", show));
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
  showMoment(root, model, signal);
  model.on("change:_picture", show);
  sizes.observe(root);
  watchTheme(() => {
    if (model.get("_theme") !== pageTheme()) tell({ _theme: pageTheme() });
  }, signal);
  signal.addEventListener("abort", () => {
    model.off("change:_picture", show);
    sizes.disconnect();
    if (url) URL.revokeObjectURL(url);
  });
  show();
  tellPresence(model, root, signal);
  if (model.get("_theme") !== pageTheme()) tell({ _theme: pageTheme() });
}

export default { render };
