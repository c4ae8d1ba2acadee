// The parts side by side; each draws itself. The map, the charts, the coverage and the rest share a
// place, by tabs. Where there is room for three columns the map has one of its own, and no tab.

/**
 * @typedef {"labeler" | "curve" | "budget" | "coverage" | "map" | "rest"} Part
 * @typedef {Record<Part, string> & {_tab: string}} Traits
 * @typedef {import("@anywidget/types").AnyModel<Traits>} Model
 */

const TABS = { map: "Map", progress: "Curve & budget", coverage: "Coverage", rest: "The rest" };
/** @type {Record<string, Part[]>} */
const PARTS = { map: ["map"], progress: ["curve", "budget"], coverage: ["coverage"], rest: ["rest"] };
const WIDE = 1300; // px that three columns need

let made = 0; // ids must differ between the workbenches of a page

/** @param {string} className */
function division(className) {
  const node = document.createElement("div");
  node.className = className;
  return node;
}

/** @param {string} name @param {string} text @param {string} id */
function tab(name, text, id) {
  const node = document.createElement("button");
  node.type = "button";
  node.className = "al-tab";
  node.textContent = text;
  node.dataset.tab = name;
  node.dataset.lmSuppressShortcuts = "true";
  node.id = `${id}-tab-${name}`;
  node.setAttribute("role", "tab");
  node.setAttribute("aria-controls", `${id}-panel-${name}`);
  return node;
}

function buildFrame() {
  made += 1;
  const id = `al-workbench-${made}`;
  const root = division("al-workbench");
  const bench = division("al-bench");
  const labeler = division("al-part al-part-labeler");
  const side = division("al-side");
  const tabs = division("al-tabs");
  tabs.setAttribute("role", "tablist");
  tabs.setAttribute("aria-label", "Beside the labeler");
  const panels = Object.keys(TABS).map((name) => {
    const panel = division(`al-panel al-panel-${name}`);
    panel.id = `${id}-panel-${name}`;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", `${id}-tab-${name}`);
    return panel;
  });
  tabs.append(...Object.entries(TABS).map(([name, text]) => tab(name, text, id)));
  side.append(tabs, ...panels);
  bench.append(labeler, side);
  root.append(bench);
  return { root, bench, labeler, tabs, panels };
}

/**
 * The tabs that can be chosen, and the chosen one.
 * @param {string} tab   chosen last
 * @param {boolean} wide   the map has a column of its own
 */
export function tabsFor(tab, wide) {
  const names = Object.keys(TABS).filter((name) => !wide || name !== "map");
  return { names, chosen: names.includes(tab) ? tab : names[0] };
}

/** @param {ReturnType<typeof buildFrame>} frame @param {string} tab @param {boolean} wide */
function showTab({ bench, tabs, panels }, tab, wide) {
  const { names, chosen } = tabsFor(tab, wide);
  bench.classList.toggle("al-wide", wide);
  Object.keys(TABS).forEach((name, index) => {
    const button = /** @type {HTMLElement} */ (tabs.children[index]);
    button.hidden = !names.includes(name);
    button.setAttribute("aria-selected", String(name === chosen));
    button.tabIndex = name === chosen ? 0 : -1;
    panels[index].hidden = name !== chosen && names.includes(name);
  });
}

/** @param {ReturnType<typeof buildFrame>} frame @param {Model} model @param {AbortSignal} signal */
function listen(frame, model, signal) {
  let wide = false;
  const show = () => showTab(frame, model.get("_tab"), wide);
  const choose = (/** @type {string} */ name) => {
    model.set("_tab", name);
    model.save_changes();
  };
  frame.tabs.addEventListener("click", (event) => {
    const { tab: name } = /** @type {HTMLElement} */ (event.target).dataset;
    if (name) choose(name);
  }, { signal });
  frame.tabs.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") event.stopPropagation(); // it clicks the tab
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    event.stopPropagation();
    const { names, chosen } = tabsFor(model.get("_tab"), wide);
    const step = event.key === "ArrowRight" ? 1 : names.length - 1;
    choose(names[(names.indexOf(chosen) + step) % names.length]);
    /** @type {HTMLElement | null} */ (frame.tabs.querySelector("[aria-selected=true]"))?.focus();
  }, { signal });
  const sizes = new ResizeObserver(() => {
    if (wide === (frame.root.clientWidth >= WIDE)) return;
    wide = !wide;
    show();
  });
  sizes.observe(frame.root);
  model.on("change:_tab", show);
  signal.addEventListener("abort", () => {
    sizes.disconnect();
    model.off("change:_tab", show);
  });
  show();
}

export default {
  /** @param {{model: Model, el: HTMLElement, signal: AbortSignal, host: any}} context */
  async render({ model, el, signal, host }) {
    const frame = buildFrame();
    el.append(frame.root);
    listen(frame, model, signal);
    const add = async (/** @type {Part} */ name, /** @type {HTMLElement} */ place) => {
      const widget = await host.getWidget(model.get(name));
      await widget.render({ el: place, signal });
    };
    const parts = Object.keys(TABS).flatMap((name, index) => PARTS[name].map((part) => {
      const place = division(`al-part al-part-${part}`);
      frame.panels[index].append(place);
      return add(part, place);
    }));
    await Promise.all([add("labeler", frame.labeler), ...parts]);
    frame.root.dataset.ready = "true";
  },
};
