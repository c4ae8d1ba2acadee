// Whether anybody looks: the kernel draws nothing that is out of sight, or behind another tab.

import { Kernel } from "./wire.js";

/**
 * Tell the kernel "shown" when an element comes into sight, and "hidden" when it goes.
 * @param {{get: (name: any) => any, send: (...given: any[]) => void}} model
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 */
export function tellPresence(model, root, signal) {
  let seen = false;
  const tell = (/** @type {boolean} */ now) => {
    if (now === seen) return;
    seen = now;
    new Kernel(model, () => {}).send({ type: now ? "shown" : "hidden" }); // one that is gone draws nothing
  };
  const observer = new IntersectionObserver((entries) => tell(entries.at(-1)?.isIntersecting ?? false));
  observer.observe(root);
  signal.addEventListener("abort", () => {
    observer.disconnect();
    tell(false);
  });
}
