// The parts of the labeler that stay: made once, filled by `Labeler`.

import { element } from "./cards.js";

/**
 * @typedef {{label: string, key: string | null}} ClassKey
 * @typedef {{store: string, durable: boolean, where: string, prompt: string, classes: ClassKey[]}} Info
 */

/** JupyterLab leaves the keys of the focused element alone if it bears this. */
const SUPPRESS = "lmSuppressShortcuts";

/**
 * @param {string} className
 * @param {string} text
 * @param {string} key   printed on the button
 * @param {string} shortcut   for screen readers; empty for none
 */
export function toolButton(className, text, key, shortcut = "") {
  const button = element("button", `al-tool ${className}`);
  button.type = "button";
  button.dataset[SUPPRESS] = "true";
  button.append(element("span", "al-tool-text", text));
  if (key) button.append(element("kbd", "al-key", key));
  if (shortcut) button.setAttribute("aria-keyshortcuts", shortcut);
  return button;
}

/** @param {ClassKey} item */
function classButton({ label, key }) {
  const button = element("button", "al-class");
  button.type = "button";
  button.dataset.label = label;
  button.title = label;
  button.dataset[SUPPRESS] = "true";
  button.append(
    element("kbd", "al-key", key ? key.toUpperCase() : ""),
    element("span", "al-name", label),
    element("span", "al-count", "0"),
    element("span", "al-bar"),
  );
  if (key) button.setAttribute("aria-keyshortcuts", key);
  return button;
}

/**
 * How wide a class's button must be for its name, and how many columns make even rows.
 * @param {string[]} labels
 */
export function classGrid(labels) {
  const longest = Math.max(...labels.map((label) => label.length));
  const rows = labels.length <= 5 ? 1 : labels.length <= 12 ? 2 : labels.length;
  return {
    width: Math.min(260, Math.round(70 + 8.5 * longest)),
    columns: Math.ceil(labels.length / rows) + (rows > 2 ? 8 : 0),
  };
}

/**
 * @param {Info} info
 * @param {boolean} typeAhead
 */
export function buildFrame(info, typeAhead) {
  const shift = typeAhead ? "⇧" : "";
  const root = element("div", "al-labeler al-root");
  root.tabIndex = 0;
  root.dataset[SUPPRESS] = "true";
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", `Labeling: ${info.prompt}`);

  const head = element("div", "al-head");
  const prompt = element("span", "al-prompt", info.prompt);
  const place = element("span", "al-place");
  const learning = element("span", "al-learning");
  const help = toolButton("al-help-button", "?", "", "?");
  help.setAttribute("aria-label", "Help: the keys");
  head.append(prompt, place, learning, help);

  const notice = element("div", "al-notice");
  notice.hidden = true;
  const error = element("p", "al-error");
  error.setAttribute("role", "alert");
  error.hidden = true;

  const stage = element("div", "al-stage");
  const card = element("div", "al-card");
  const badge = element("span", "al-badge");
  badge.hidden = true;
  const hint = element("span", "al-hint", "click here, or press Tab, to use the keys");
  const suggestion = element("p", "al-suggestion");
  suggestion.hidden = true;
  stage.append(card, badge, suggestion, hint);
  const review = element("div", "al-review");
  review.setAttribute("role", "note");
  review.hidden = true;
  const reviewed = element("span", "al-reviewed");
  const keep = toolButton("al-keep", "Keep", "Enter", "Enter");
  review.append(reviewed, keep);
  const why = element("div", "al-why");
  const reason = element("p", "al-reason");
  why.append(reason);
  const strip = element("ol", "al-strip");
  strip.setAttribute("aria-label", "The items of this batch");

  const offer = element("div", "al-offer");
  offer.hidden = true;
  const accept = toolButton("al-accept", "Accept", "Enter", "Enter");
  const accepted = /** @type {HTMLElement} */ (accept.firstElementChild);
  const question = element("span", "al-question");
  offer.append(accept, question);

  const search = element("div", "al-search");
  const input = element("input", "al-search-input");
  input.type = "text";
  input.placeholder = "Type to find a class, Enter to choose it";
  input.setAttribute("aria-label", "Find a class");
  input.autocomplete = "off";
  input.spellcheck = false;
  input.dataset[SUPPRESS] = "true";
  search.append(input);
  search.hidden = !typeAhead;

  const classes = element("div", "al-classes");
  classes.setAttribute("role", "group");
  classes.setAttribute("aria-label", "Classes");
  const buttons = new Map(info.classes.map((item) => [item.label, classButton(item)]));
  classes.append(...buttons.values());
  const { width, columns } = classGrid(info.classes.map((item) => item.label));
  classes.style.setProperty("--al-class-width", `${width}px`);
  classes.style.setProperty("--al-class-columns", String(columns));

  const tools = element("div", "al-tools");
  const skip = toolButton("al-skip", "Skip", `${shift}S`, typeAhead ? "Shift+S" : "s");
  const undo = toolButton("al-undo", "Undo", "⌫", "Backspace Control+Z");
  const redo = toolButton("al-redo", "Redo", "Ctrl ⇧ Z", "Control+Shift+Z");
  const suggest = toolButton("al-suggest", "Model's guess", `${shift}M`, typeAhead ? "Shift+M" : "m");
  suggest.setAttribute("aria-pressed", "false");
  tools.append(skip, undo, redo, suggest);

  const status = element("div", "al-status");
  status.setAttribute("role", "status");
  status.setAttribute("aria-live", "polite");
  const said = element("span", "al-said");
  const saved = element("span", "al-saved");
  saved.setAttribute("aria-live", "off");
  const cost = element("span", "al-cost");
  status.append(said, cost, saved);

  const sheet = helpSheet(info, typeAhead);
  root.append(head, notice, error, stage, review, why, strip, offer, search, classes, tools, status, sheet);
  return {
    root, place, learning, help, notice, error, stage, card, badge, suggestion, review, reviewed, keep,
    reason, strip, offer, question, accept, accepted, search, input, classes, buttons, skip, undo, redo,
    suggest, said, cost, saved, sheet,
  };
}

/** @typedef {ReturnType<typeof buildFrame>} Frame */

/**
 * @param {Info} info
 * @param {boolean} typeAhead
 */
function helpSheet(info, typeAhead) {
  const sheet = element("div", "al-sheet");
  sheet.hidden = true;
  sheet.setAttribute("role", "dialog");
  sheet.setAttribute("aria-label", "Keys");
  const keyed = info.classes.filter((item) => item.key);
  const first = keyed[0]?.key ?? "1";
  const last = keyed.at(-1)?.key ?? "0";
  const shift = typeAhead ? "Shift " : "";
  const lines = [
    [`${first.toUpperCase()} … ${last.toUpperCase()}`, "label with the class that bears the key"],
    ...(typeAhead ? [["letters", "find a class by its name, Enter chooses the first"]] : []),
    ["← →", "move in the batch; an answer there can be changed"],
    [`${shift}S`, "skip: no label, nothing spent; reject an item that was made"],
    ["⌫  Ctrl Z", "undo, as far back as you like"],
    ["Ctrl ⇧ Z", "redo"],
    [`${shift}M`, "show or hide the model's guess; Enter accepts it"],
    ["Enter", "accept an item that was made, with its parents' label; keep an answer under review"],
    ["Tab", "leave the widget; Esc goes back to the cell"],
  ];
  const list = element("dl", "al-keys");
  for (const [key, what] of lines) {
    list.append(element("dt", "", key), element("dd", "", what));
  }
  const close = toolButton("al-close", "Close", "?", "?");
  sheet.append(element("h3", "al-sheet-title", "Keys"), list, close);
  return sheet;
}

/**
 * The offer to keep labels that only live in memory.
 * @param {(where: string) => void} save
 * @param {AbortSignal} signal
 */
export function saveOffer(save, signal) {
  const form = element("form", "al-save");
  const input = element("input", "al-save-where");
  input.value = "labels.sqlite";
  input.setAttribute("aria-label", "File to save the labels to");
  input.dataset[SUPPRESS] = "true";
  const button = toolButton("al-save-button", "Save", "");
  button.type = "submit";
  form.append(
    element("span", "", "In memory only, gone with the kernel. Keep them in"),
    input, button,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(input.value);
  }, { signal });
  return form;
}
