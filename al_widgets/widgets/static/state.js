// What the person sees: what the kernel said last, and on top of it what it has not heard yet.
//
// Every function here is pure. The kernel's state is never changed; `project` makes a copy with the
// pending operations applied, by the same rules by which the kernel will apply them.

/**
 * A label, or null for "skipped". An item without an answer has no entry at all.
 * @typedef {string | null} Answer
 */

/**
 * Something that undo takes back.
 * @typedef {{id: string, item: string, before?: Answer, after: Answer}} Action
 */

/**
 * What the kernel says.
 * @typedef {object} State
 * @property {number | null} round      number of the open query
 * @property {Record<string, Answer>} answers    of the items that are in the browser
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
 *   bytes?: DataView, width?: number, height?: number, cells?: [string, string][]}} Card
 * @typedef {{round: number, cards: Card[]} | null} Page
 */

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
    const before = view.answers[item];
    if (before === after) return;
    answer(view, item, after);
    view.undo.unshift({ id, item, before, after });
    view.redo = [];
  } else if (type === "undo") {
    const index = view.undo.findIndex((action) => action.id === target);
    if (index < 0) return;
    const [action] = view.undo.splice(index, 1);
    answer(view, action.item, action.before);
    view.redo.unshift({ ...action, id, action: action.id });
  } else {
    const index = view.redo.findIndex((undone) => undone.id === target);
    if (index < 0) return;
    const [{ action, ...undone }] = view.redo.splice(index, 1);
    answer(view, undone.item, undone.after);
    view.undo.unshift({ ...undone, id: action });
  }
}

/**
 * @param {State} view   is changed
 * @param {string} item
 * @param {Answer | undefined} after   undefined takes the answer away
 */
function answer(view, item, after) {
  const before = view.answers[item];
  if (typeof before === "string") {
    view.counts[before] = (view.counts[before] ?? 0) - 1;
    view.spent -= 1;
  }
  if (typeof after === "string") {
    view.counts[after] = (view.counts[after] ?? 0) + 1;
    view.spent += 1;
  }
  if (after === undefined) delete view.answers[item];
  else view.answers[item] = after;
}

/**
 * The pages in the order of their rounds.
 * @param {Page[]} pages
 * @returns {NonNullable<Page>[]}
 */
export function inOrder(pages) {
  return pages.filter((page) => page !== null).sort((a, b) => a.round - b.round);
}

/**
 * The item to go to after `current`: the next unanswered one of its page, the first unanswered one
 * of any page, or null. Null too when the budget is spent.
 * @param {NonNullable<Page>[]} pages   in order
 * @param {State} view
 * @param {string | null} current
 * @returns {string | null}
 */
export function nextItem(pages, view, current) {
  if (view.spent >= view.total) return null;
  const ids = pages.flatMap((page) => page.cards.map((card) => card.id));
  const page = pages.find((candidate) => candidate.cards.some((card) => card.id === current));
  const own = page ? page.cards.map((card) => card.id) : [];
  const after = own.slice(own.indexOf(current ?? "") + 1);
  return [...after, ...own, ...ids].find((id) => !(id in view.answers)) ?? null;
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
