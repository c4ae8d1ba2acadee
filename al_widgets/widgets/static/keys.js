// Which key does what. Pure functions of the event, for any keyboard layout.

/**
 * @typedef {{key: string, code: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean,
 *   shiftKey: boolean, repeat: boolean, isComposing: boolean}} KeyPress
 * @typedef {"undo" | "redo" | "skip" | "suggest" | "accept" | "help" | "previous" | "next" |
 *   "leave" | "search"} Command
 */

/** @type {Map<string, Command>} */
const COMMANDS = new Map([
  ["backspace", "undo"], ["escape", "leave"], ["enter", "accept"], ["?", "help"],
  ["arrowleft", "previous"], ["arrowup", "previous"],
  ["arrowright", "next"], ["arrowdown", "next"],
]);

/**
 * The character that a key stands for: what is printed on it in the person's layout, or, where that
 * is no Latin letter or digit, what is there on a keyboard of the United States.
 * @param {KeyPress} event
 * @returns {string}
 */
export function character(event) {
  const key = event.key.toLowerCase();
  if (/^[a-z0-9?]$/.test(key) || key.length > 1 || event.shiftKey) return key;
  return event.code.replace(/^(Digit|Numpad|Key)(?=.$)/, "").toLowerCase();
}

/**
 * What a key press means while a labeler has the focus; null: nothing, let it through.
 * @param {KeyPress} event
 * @param {Record<string, string>} classKeys   key → label
 * @param {boolean} typeAhead   whether letters search for a class
 * @returns {{command: Command} | {label: string} | null}
 */
export function meaning(event, classKeys, typeAhead) {
  if (event.isComposing || event.altKey) return null;
  const typed = character(event);
  if (event.ctrlKey || event.metaKey) {
    if (typed === "z") return { command: event.shiftKey ? "redo" : "undo" };
    if (typed === "y" && !event.shiftKey) return { command: "redo" };
    return null;
  }
  const plain = !event.shiftKey || /^[0-9]$/.test(event.key); // some layouts shift their digits
  if (plain && Object.hasOwn(classKeys, typed)) return { label: classKeys[typed] };
  const command = COMMANDS.get(typed);
  if (command) return { command };
  if (typeAhead && !event.shiftKey) return /^[\p{L}\p{N}/]$/u.test(event.key) ? { command: "search" } : null;
  if (typed === "s") return { command: "skip" };
  if (typed === "m") return { command: "suggest" };
  return null;
}

/**
 * The classes that a person may mean by what was typed: those that begin with it, then those in
 * which a word begins with it, then those that hold it; each group in the given order.
 * @param {string[]} labels
 * @param {string} typed
 * @returns {string[]}
 */
export function matches(labels, typed) {
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return [];
  const rank = (/** @type {string} */ label) => {
    const name = label.toLowerCase();
    if (name.startsWith(wanted)) return 0;
    if (name.split(/[\s_\-/.]+/).some((word) => word.startsWith(wanted))) return 1;
    return name.includes(wanted) ? 2 : 3;
  };
  return labels.filter((label) => rank(label) < 3).sort((a, b) => rank(a) - rank(b));
}
