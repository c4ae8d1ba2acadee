// What panels of several parts have in common: titled parts, words that change in place, buttons that
// wait for their answer, and how all of it hangs on a model.

import { element } from "./cards.js";
import { passOn } from "./notebook.js";
import { tellPresence } from "./presence.js";

export const LOST = "The kernel is gone. Run the cell again to go on.";

/** @typedef {{said: HTMLElement, wrong: HTMLElement}} Answers */

/** Change a text only if it differs: what is selected or read aloud stays. @param {Element} node @param {string} text */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A text that is not there if it is empty. @param {HTMLElement} node @param {string} text */
export function say(node, text) {
  write(node, text);
  node.hidden = text === "";
}

/** What is only read aloud. @param {string} text */
export function aloud(text) {
  return element("span", "al-pane-unseen", text);
}

/**
 * JupyterLab leaves the keys of such an element alone.
 * @template {HTMLElement} T
 * @param {T} node
 */
export function quiet(node) {
  node.dataset.lmSuppressShortcuts = "true";
  return node;
}

/** A part with its title. @param {string} className @param {string} title */
export function part(className, title) {
  const node = element("section", `al-pane-part ${className}`);
  node.setAttribute("aria-label", title);
  node.append(element("h4", "al-pane-title", title));
  return node;
}

/** What was done, and what went wrong, with what was asked for here. @returns {Answers} */
export function answers() {
  const said = element("p", "al-pane-said");
  said.setAttribute("role", "status");
  said.setAttribute("aria-live", "polite");
  const wrong = element("p", "al-pane-wrong");
  wrong.setAttribute("role", "alert");
  wrong.hidden = true;
  return { said, wrong };
}

/** A field for how many. @param {string} name @param {number} value */
export function numberField(name, value) {
  const field = quiet(element("input", "al-pane-n"));
  Object.assign(field, { type: "number", min: "1", value: String(value), inputMode: "numeric" });
  field.setAttribute("aria-label", name);
  return field;
}

/** A table with a head and lines of texts. @param {HTMLElement} table @param {string[]} head @param {string[][]} lines */
export function fillTable(table, head, lines) {
  const line = (/** @type {"td" | "th"} */ tag, /** @type {string[]} */ texts) => {
    const node = element("tr", "");
    node.append(...texts.map((text) => element(tag, "", text)));
    return node;
  };
  table.replaceChildren(line("th", head), ...lines.map((texts) => line("td", texts)));
}

/** Keys are not the notebook's, but for its combinations. @param {KeyboardEvent} event */
export function keepKeys(event) {
  if (event.key === "Tab" || event.key === "Escape") return;
  const { target } = event;
  const typed = target instanceof HTMLInputElement && target.type === "number" && event.key.toLowerCase() !== "s";
  if ((event.ctrlKey || event.metaKey) && !typed) passOn(event);
  else event.stopPropagation();
}

/**
 * Acts of a person, by name: each waits for its answer before it is asked for again.
 * @typedef {{button: HTMLElement, part: Answers, more: () => object}} Act
 *   where it is asked for, where its answer is said, and what is sent with it
 * @param {Record<string, Act>} acts
 * @param {(message: object) => void} send
 * @param {AbortSignal} signal
 * @returns {(answer: {act: string, said: string, wrong: string}) => boolean}   takes an answer, if it is of an act
 */
export function listenToActs(acts, send, signal) {
  for (const [type, { button, part: { said, wrong }, more }] of Object.entries(acts)) {
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-busy") === "true") return;
      button.setAttribute("aria-busy", "true");
      say(wrong, "");
      write(said, "");
      send({ type, ...more() });
    }, { signal });
  }
  return ({ act, said, wrong }) => {
    if (!(act in acts)) return false;
    acts[act].button.removeAttribute("aria-busy");
    write(acts[act].part.said, said);
    say(acts[act].part.wrong, wrong);
    return true;
  };
}

/**
 * Draw what is known, and again what changes; tell the kernel whether anybody looks.
 * @param {{model: any, el: HTMLElement, signal: AbortSignal}} context
 * @param {HTMLElement} root
 * @param {Record<string, () => void>} shows   by trait, what draws it
 * @param {(message: any, buffers: DataView[]) => void} heard   takes messages
 */
export function attach({ model, el, signal }, root, shows, heard) {
  /** @type {[string, any][]} */
  const calls = Object.entries(shows).map(([name, call]) => [`change:${name}`, call]);
  calls.push(["msg:custom", heard]);
  for (const [name, call] of calls) model.on(name, call);
  signal.addEventListener("abort", () => {
    for (const [name, call] of calls) model.off(name, call);
  });
  root.addEventListener("keydown", keepKeys, { signal });
  el.append(root);
  for (const show of Object.values(shows)) show();
  root.dataset.ready = "true";
  tellPresence(model, root, signal);
}
