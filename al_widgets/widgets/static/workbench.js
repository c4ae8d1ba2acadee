// The parts side by side; each draws itself. The stream, the map, the charts, the coverage, what is
// synthesized and the rest share a place, by tabs. Where there is room for three columns the map has one of its own, and
// no tab; or the stream, where the pool began empty and there is no map.

/**
 * @typedef {"labeler" | "curve" | "budget" | "coverage" | "map" | "rest" | "stream" | "synthesis"} Part
 * @typedef {Record<Part, string> & {_tab: string, _streams: boolean, _synthesizes: boolean, _given: boolean}} Traits
 * @typedef {{streams: boolean, given: boolean, synthesizes?: boolean}} Learner
 *   whether items come from a stream, whether the pool had some from the beginning, and whether some
 *   are made
 * @typedef {import("@anywidget/types").AnyModel<Traits>} Model
 */

const TABS = {
  stream: "Stream", synthesis: "Synthesis", map: "Map", progress: "Curve & budget", coverage: "Coverage", rest: "The rest",
};
/** @type {Record<string, Part[]>} */
const PARTS = {
  stream: ["stream"], synthesis: ["synthesis"], map: ["map"], progress: ["curve", "budget"], coverage: ["coverage"], rest: ["rest"],
};
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
 * The tabs that can be chosen, the chosen one, and what has a column of its own; empty if nothing.
 * @param {string} tab   chosen last
 * @param {boolean} wide   whether there is room for three columns
 * @param {Learner} learner
 */
export function tabsFor(tab, wide, { streams, given, synthesizes = false }) {
  /** @type {Record<string, boolean>} */
  const known = { stream: streams, synthesis: synthesizes, progress: true };
  const there = Object.keys(TABS).filter((name) => known[name] ?? given);
  const first = given ? "map" : "stream";
  const column = wide && there.includes(first) ? first : "";
  const names = there.filter((name) => name !== column);
  return { names, chosen: names.includes(tab) ? tab : names[0], column };
}

/** @param {Model} model @param {boolean} wide */
function choice(model, wide) {
  const learner = { streams: model.get("_streams"), given: model.get("_given"), synthesizes: model.get("_synthesizes") };
  return tabsFor(model.get("_tab"), wide, learner);
}

/** @param {ReturnType<typeof buildFrame>} frame @param {ReturnType<typeof tabsFor>} choice */
function showTab({ bench, tabs, panels }, { names, chosen, column }) {
  bench.classList.toggle("al-wide", column !== "");
  bench.dataset.column = column;
  bench.classList.toggle("al-streams", column === "stream" || names.includes("stream"));
  Object.keys(TABS).forEach((name, index) => {
    const button = /** @type {HTMLElement} */ (tabs.children[index]);
    button.hidden = !names.includes(name);
    button.setAttribute("aria-selected", String(name === chosen));
    button.tabIndex = name === chosen ? 0 : -1;
    panels[index].hidden = name !== chosen && name !== column;
  });
}

/** @param {ReturnType<typeof buildFrame>} frame @param {Model} model @param {AbortSignal} signal */
function listen(frame, model, signal) {
  let wide = false;
  const show = () => showTab(frame, choice(model, wide));
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
    const { names, chosen } = choice(model, wide);
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
  const changes = /** @type {const} */ (["change:_tab", "change:_streams", "change:_synthesizes"]);
  for (const change of changes) model.on(change, show);
  signal.addEventListener("abort", () => {
    sizes.disconnect();
    for (const change of changes) model.off(change, show);
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
