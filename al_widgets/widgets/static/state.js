// What the person sees: what the kernel said last, and on top of it what it has not heard yet.
//
// Every function here is pure. The kernel's state is never changed; `project` makes a copy with the
// pending operations applied, by the same rules by which the kernel will apply them.

/**
 * A label, or null for "skipped". An item without an answer has no entry at all.
 * @typedef {string | null} Answer
 */

/**
 * Something that undo takes back: an answer, or one label for a selection of items.
 * @typedef {{id: string, item: string, before?: Answer, selected?: boolean, imported?: boolean,
 *   reviewed?: boolean, after: Answer}} Single
 *   `selected`: what was said before came with a selection; `imported`: from a file; `reviewed`: it
 *   answered a review
 * @typedef {{id: string, items: string[], n: number, after: string}} Many
 *   `items`: those of its `n` items that are in the browser
 * @typedef {Single | Many} Action
 */

/**
 * What the kernel says.
 * @typedef {object} State
 * @property {string[]} order           names of the open queries' pages, as they are answered
 * @property {Record<string, Answer>} answers    of the items that are in the browser
 * @property {string[]} selected        those of them whose label came with a selection, or from a
 *   file in somebody else's name: nobody spent an answer on it, and to say the same by hand says
 *   something new
 * @property {string[]} imported        those whose label came from a file in this person's name: nobody
 *   spent an answer on it, but to say the same says nothing new
 * @property {string[]} free            those that were made and cost nothing to label
 * @property {string[]} reviewing       those that are under review: they have an answer, and are open
 *   until it is kept, by saying it again, or changed
 * @property {Record<string, number>} counts     items a label
 * @property {number} spent
 * @property {number} total
 * @property {Action[]} undo            newest first
 * @property {(Action & {action: string})[]} redo    newest first; `id` names the retraction
 * @property {boolean} training
 * @property {number} fits
 * @property {string} failure           why the last training failed
 * @property {string} ended             why nothing more is asked
 */

/**
 * Something the person did that the kernel has not acknowledged.
 * @typedef {object} Operation
 * @property {string} id
 * @property {"label" | "skip" | "undo" | "redo"} type
 * @property {string} [item]
 * @property {string} [label]
 * @property {string} [target]
 * @property {number} [seconds]
 */

/**
 * @typedef {{id: string, kind: string, alt: string, reason?: string, text?: string, mime?: string,
 *   bytes?: DataView, width?: number, height?: number, cells?: [string, string][],
 *   made?: import("./made.js").Made}} Card
 * @typedef {{name: string, kind: "batch" | "picked" | "audit" | "review" | "synthesis", round: number,
 *   cards: Card[]} | null} Page
 */

export const SEPARATOR = " · "; // between the parts of a reason

/**
 * The state after the pending operations.
 * @param {State} state
 * @param {Operation[]} pending   oldest first
 * @returns {State}
 */
export function project(state, pending) {
  if (pending.length === 0) return state;
  const view = structuredClone(state);
  for (const operation of pending) apply(view, operation);
  return view;
}

/**
 * @param {State} view   is changed
 * @param {Operation} operation
 */
function apply(view, operation) {
  const { id, type, item = "", target = "" } = operation;
  if (type === "label" || type === "skip") {
    const after = type === "label" ? operation.label ?? null : null;
    if (!isNews(view, item, after)) return;
    const before = view.answers[item];
    const [selected, imported] = [view.selected.includes(item), view.imported.includes(item)];
    const reviewed = view.reviewing.includes(item);
    answer(view, item, after);
    if (reviewed) review(view, item, false);
    view.undo.unshift({ id, item, before, selected, imported, reviewed, after });
    view.redo = [];
  } else if (type === "undo") {
    const index = view.undo.findIndex((action) => action.id === target);
    if (index < 0) return;
    const [action] = view.undo.splice(index, 1);
    if ("items" in action) select(view, action, false);
    else answer(view, action.item, action.before, action);
    if ("item" in action && action.reviewed) review(view, action.item, true);
    view.redo.unshift({ ...action, id, action: action.id });
  } else {
    const index = view.redo.findIndex((undone) => undone.id === target);
    if (index < 0) return;
    const [{ action, ...undone }] = view.redo.splice(index, 1);
    if ("items" in undone) select(view, undone, true);
    else answer(view, undone.item, undone.after);
    if ("item" in undone && undone.reviewed) review(view, undone.item, false);
    view.undo.unshift({ ...undone, id: action });
  }
}

/**
 * @param {State} view   is changed
 * @param {string} item
 * @param {Answer | undefined} after   undefined takes the answer away
 * @param {{selected?: boolean, imported?: boolean}} [came]   whether with a selection, or from a file
 */
function answer(view, item, after, { selected = false, imported = false } = {}) {
  const [before, isFree] = [view.answers[item], view.free.includes(item)];
  if (typeof before === "string") {
    count(view, before, -1);
    if (!isFree && !isUnspent(view, item)) view.spent -= 1;
  }
  if (typeof after === "string") {
    count(view, after, 1);
    if (!isFree && !selected && !imported) view.spent += 1;
  }
  if (after === undefined) delete view.answers[item];
  else view.answers[item] = after;
  view.selected = view.selected.filter((other) => other !== item);
  view.imported = view.imported.filter((other) => other !== item);
  if (selected) view.selected.push(item);
  if (imported) view.imported.push(item);
}

/**
 * Give a selection its label, or take it away. It is spent once, however many items it has.
 * @param {State} view   is changed
 * @param {Many} action
 * @param {boolean} given
 */
function select(view, { items, n, after }, given) {
  const concerned = items.filter((item) =>
    (given ? !(item in view.answers) : view.selected.includes(item)));
  for (const item of concerned) answer(view, item, given ? after : undefined, { selected: given });
  count(view, after, (given ? 1 : -1) * (n - concerned.length)); // those that are not here
  view.spent += given ? 1 : -1;
}

/** @param {State} view   is changed @param {string} item @param {boolean} open */
function review(view, item, open) {
  view.reviewing = view.reviewing.filter((other) => other !== item);
  if (open) view.reviewing.push(item);
}

/** @param {State} view   is changed @param {string} label @param {number} more */
function count(view, label, more) {
  view.counts[label] = (view.counts[label] ?? 0) + more;
}

/**
 * Whether an item awaits an answer: it has none, or that is under review.
 * @param {State} view
 * @param {string} item
 */
export function isOpen(view, item) {
  return !(item in view.answers) || view.reviewing.includes(item);
}

/**
 * Whether an answer says something new: another one, that a hand agrees with a selection, or that
 * an answer under review is kept.
 * @param {State} view
 * @param {string} item
 * @param {Answer} after
 */
export function isNews(view, item, after) {
  return view.answers[item] !== after || view.selected.includes(item)
    || view.reviewing.includes(item);
}

/**
 * Whether a label of the item would spend an answer: no hand has labeled it, and it is not free.
 * @param {State} view
 * @param {string} item
 */
export function isUnspent(view, item) {
  if (view.free.includes(item)) return false;
  return typeof view.answers[item] !== "string" || view.selected.includes(item)
    || view.imported.includes(item);
}

/**
 * What is said when an item was answered.
 * @param {State} before
 * @param {State} view   after it
 * @param {string} item
 * @param {Answer} after
 */
export function answerInWords(before, view, item, after) {
  if (before.reviewing.includes(item)) {
    if (before.answers[item] === after) return `kept: ${after ?? "skipped"}`;
    if (after !== null) return `changed to ${after}`;
  }
  return after === null ? "skipped" : `labeled ${view.spent} of ${view.total}: ${after}`;
}

/**
 * What is asked about an item that is under review: the first parts of its reason say who said what.
 * @param {string} reason
 */
export function reviewInWords(reason) {
  const said = reason.split(SEPARATOR).slice(0, 2).filter((part) => part !== "");
  return [...said, "keep it, or choose another"]
    .map((part) => `${part[0].toUpperCase()}${part.slice(1)}.`).join(" ");
}

/**
 * What is said when a step was taken back or done again.
 * @param {"undo" | "redo"} type
 * @param {Action} action
 */
export function inWords(type, action) {
  if (!("items" in action)) return type === "undo" ? "undone: answer it again" : "done again";
  const items = action.n === 1 ? "1 item" : `${action.n} items`;
  return `${type === "undo" ? "undone" : "done again"}: ${items} labeled ${action.after}`;
}

/**
 * The pages as they are answered: the open ones as the kernel says, then those that are answered
 * or not yet open, by their rounds.
 * @param {Page[]} pages
 * @param {string[]} order
 * @returns {NonNullable<Page>[]}
 */
export function inOrder(pages, order) {
  const place = (/** @type {NonNullable<Page>} */ { name }) =>
    (order.includes(name) ? order.indexOf(name) : order.length);
  return pages.filter((page) => page !== null)
    .sort((a, b) => place(a) - place(b) || a.round - b.round);
}

/**
 * The page that an item is on.
 * @param {NonNullable<Page>[]} pages
 * @param {string | null} item
 * @returns {NonNullable<Page> | undefined}
 */
export function pageOf(pages, item) {
  return pages.find((page) => page.cards.some((card) => card.id === item));
}

/**
 * Why an item is asked about, as the first page says that has it; empty if none does.
 * @param {NonNullable<Page>[]} pages   in order
 * @param {string | null} item
 */
export function reasonOf(pages, item) {
  return pageOf(pages, item)?.cards.find((card) => card.id === item)?.reason ?? "";
}

/**
 * The item to go to after `current`: the first unanswered one of a page that comes before its own,
 * the next one of its page, the first one of it, the first one of any page, or null. When the budget
 * is spent only a review of own answers is left.
 * @param {NonNullable<Page>[]} pages   in order
 * @param {State} view
 * @param {string | null} current
 * @returns {string | null}
 */
export function nextItem(pages, view, current) {
  const isLeft = (/** @type {string} */ id) =>
    isOpen(view, id) && (view.spent < view.total || !isUnspent(view, id));
  const ids = pages.map((page) => page.cards.map((card) => card.id));
  const at = ids.findIndex((page) => page.includes(current ?? ""));
  const own = ids[at] ?? [];
  const before = ids.slice(0, Math.max(0, at)).flat();
  const after = own.slice(own.indexOf(current ?? "") + 1);
  return [...before, ...after, ...ids.flat()].find(isLeft) ?? null;
}

/**
 * The item to go to at once because a person asked for it: the first unanswered one of the page
 * that comes first, if that was no batch and is not the page that `current` is on; else null.
 * @param {NonNullable<Page>[]} pages   in order
 * @param {State} view
 * @param {string | null} current
 * @returns {string | null}
 */
export function askedFor(pages, view, current) {
  const [first] = pages;
  if (!first || first.kind === "batch" || first === pageOf(pages, current)) return null;
  return nextItem([first], view, null);
}

/**
 * The item to go to when a step was taken back or done again: the one that may be answered again,
 * or the one after it. A selection has no single item; who is at one without an answer stays there.
 * @param {NonNullable<Page>[]} pages   in order
 * @param {State} view   after the step
 * @param {string | null} current
 * @param {"undo" | "redo"} type
 * @param {Action} action
 * @returns {string | null}
 */
export function afterStep(pages, view, current, type, action) {
  if (!("items" in action)) return type === "undo" ? action.item : nextItem(pages, view, action.item);
  return isOpen(view, current ?? "") ? current : nextItem(pages, view, current);
}

/**
 * Whether the item got its answer with a selection, or from a file, since it was looked at.
 * @param {State} before
 * @param {State} view
 * @param {string} item
 */
export function isTaken(before, view, item) {
  return !(item in before.answers)
    && (view.selected.includes(item) || view.imported.includes(item));
}

/**
 * Whether an item was answered in code or in another view, and its page is gone.
 * @param {NonNullable<Page>[]} pages
 * @param {State} view
 * @param {string} item
 */
export function isDoneElsewhere(pages, view, item) {
  return !isOpen(view, item) && pageOf(pages, item) === undefined;
}

/**
 * The neighbour of `current` in its page, answered or not.
 * @param {NonNullable<Page>[]} pages   in order
 * @param {string | null} current
 * @param {number} step   -1 or 1
 * @returns {string | null}
 */
export function neighbour(pages, current, step) {
  const ids = pages.flatMap((page) => page.cards.map((card) => card.id));
  const index = ids.indexOf(current ?? "");
  return ids[index + step] ?? current;
}
