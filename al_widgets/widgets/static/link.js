// What a person points at, told to the other views of the same learner on the page, at once and
// without the kernel: the item in hand, a hole, a moment of the work.

const EVENT = "al-widgets";

/**
 * @typedef {{item?: string, hole?: string, spent?: number | null, go?: string}} Pointed
 *   `item`: shown by a labeler; `hole`: key of a variation, empty for none; `spent`: the moment when
 *   so many answers had been spent, null for now; `go`: an item that a labeler should show
 */

/**
 * @param {string} learner   whose views are meant
 * @param {Pointed} pointed
 * @param {object} from   who says it, and need not hear it
 */
export function point(learner, pointed, from) {
  window.dispatchEvent(new CustomEvent(EVENT, { detail: { learner, pointed, from } }));
}

/**
 * @param {string} learner
 * @param {(pointed: Pointed) => void} heard
 * @param {object} from   whose own words are not heard
 * @param {AbortSignal} signal
 */
export function hearPointing(learner, heard, from, signal) {
  window.addEventListener(EVENT, (event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    if (detail.learner === learner && detail.from !== from) heard(detail.pointed);
  }, { signal });
}
