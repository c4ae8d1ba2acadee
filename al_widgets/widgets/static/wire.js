// Arrays as they come from the kernel: a view that may begin anywhere in a buffer.

/** @param {DataView} view */
export function bytes(view) {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** @param {DataView} view */
export function numbers16(view) {
  const { buffer, byteOffset, byteLength } = view;
  if (byteOffset % 2 === 0) return new Uint16Array(buffer, byteOffset, byteLength / 2);
  return new Uint16Array(buffer.slice(byteOffset, byteOffset + byteLength));
}

/** @param {DataView} view */
export function numbers32(view) {
  return Uint32Array.from({ length: view.byteLength / 4 }, (_, k) => view.getUint32(4 * k, true));
}
