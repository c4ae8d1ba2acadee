// What is said when the kernel is not there.

/**
 * @param {object} how
 * @param {boolean} how.cut       the kernel was restarted, or ended
 * @param {boolean} how.silent    it has not answered for a while
 * @param {boolean} how.durable   whether labels outlive it
 * @param {number} how.kept       answers that it has not acknowledged
 * @returns {string}   empty if all is well
 */
export function alarmInWords({ cut, silent, durable, kept }) {
  const what = kept === 1 ? "1 answer is" : `${kept} answers are`;
  const rest = kept ? ` ${what} kept in this browser until then.` : "";
  if (cut && !durable) {
    return "The kernel is gone, and the labels with it: they were in memory only. "
      + "Make the learner with store=\"labels.sqlite\" to keep them.";
  }
  if (cut) return `The kernel was restarted or is gone. Run the cell again to go on.${rest}`;
  return silent ? `The kernel does not answer: it is busy, or gone.${rest}` : "";
}
