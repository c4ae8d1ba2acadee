// What goes to the kernel, and arrays as they come from it: views that may begin anywhere in a buffer.

/** The kernel, which may be gone: then a message is not sent, and somebody is told. */
export class Kernel {
  /** @param {{get: (name: any) => any, send: (...given: any[]) => void}} model @param {() => void} lost */
  constructor(model, lost) {
    this.model = model;
    this.lost = lost;
  }

  /** @param {string} name */
  get(name) {
    return this.model.get(name);
  }

  /** @param {object} message @param {ArrayBuffer[]} [buffers] */
  send(message, buffers = []) {
    try {
      this.model.send(message, {}, buffers);
    } catch {
      this.lost();
    }
  }
}

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
