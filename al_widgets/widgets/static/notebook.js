// What a widget hands on to the notebook around it.

/**
 * Let the notebook have a combination that is not ours, such as Ctrl+S: JupyterLab passes over all
 * keys of an element that bears `data-lm-suppress-shortcuts`, so it is told from beside it.
 * @param {KeyboardEvent} event
 */
export function passOn(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  const beside = target.closest(".al-root")?.parentElement;
  if (!beside?.closest(".jp-Notebook")) return;
  event.stopPropagation();
  const { key, code, ctrlKey, metaKey, shiftKey, altKey } = event;
  const init = { key, code, ctrlKey, metaKey, shiftKey, altKey, keyCode: event.keyCode };
  const again = new KeyboardEvent("keydown", { ...init, bubbles: true, cancelable: true });
  if (!beside.dispatchEvent(again)) event.preventDefault();
}

/** Give the focus back to the cell. @param {HTMLElement} root */
export function leave(root) {
  root.blur();
  const cell = /** @type {HTMLElement | null} */ (root.closest(".jp-Notebook"));
  cell?.focus({ preventScroll: true });
}
