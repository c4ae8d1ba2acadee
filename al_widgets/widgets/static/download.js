// A file that the kernel sent, kept as the browser keeps files.

/**
 * @param {{name: string, mime: string}} file
 * @param {DataView} view
 */
export function keepFile({ name, mime }, view) {
  const { buffer, byteOffset, byteLength } = view;
  const bytes = new Uint8Array(/** @type {ArrayBuffer} */ (buffer), byteOffset, byteLength);
  const url = URL.createObjectURL(new Blob([bytes], { type: mime }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.hidden = true;
  document.body.append(link); // some browsers follow no link that is not in the page
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // it may be read after the click
}
