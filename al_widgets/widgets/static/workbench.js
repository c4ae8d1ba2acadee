// The parts side by side; each draws itself.

/** @typedef {{labeler: string, curve: string, budget: string}} Traits */

export default {
  /** @param {{model: import("@anywidget/types").AnyModel<Traits>, el: HTMLElement,
   *   signal: AbortSignal, host: any}} context */
  async render({ model, el, signal, host }) {
    const root = document.createElement("div");
    root.className = "al-workbench";
    const bench = document.createElement("div");
    bench.className = "al-bench";
    root.append(bench);
    el.append(root);
    const parts = /** @type {const} */ (["labeler", "curve", "budget"]);
    await Promise.all(parts.map(async (name) => {
      const place = document.createElement("div");
      place.className = `al-part al-part-${name}`;
      bench.append(place);
      const widget = await host.getWidget(model.get(name));
      await widget.render({ el: place, signal });
    }));
    root.dataset.ready = "true";
  },
};
