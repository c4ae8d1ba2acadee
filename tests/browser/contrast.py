"""Whether text stands out from its ground, as WCAG 2 measures it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

_SCRIPT = """([root, passedOver]) => {
  const rgba = color => { const [r, g, b, a] = color.match(/[\\d.]+/g).map(Number);
    return color.startsWith("color(") ? [255 * r, 255 * g, 255 * b, a] : [r, g, b, a]; };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = node => { const [r, g, b, a = 1] = rgba(getComputedStyle(node).backgroundColor);
    if (a === 1) return [r, g, b];
    const below = ground(node.parentElement);
    return [r, g, b].map((v, i) => a * v + (1 - a) * below[i]); };
  const own = node => [...node.childNodes].some(n => n.nodeType === 3 && n.data.trim());
  return [...document.querySelectorAll(`${root} *`)]
    .filter(node => node.checkVisibility() && own(node) && !node.closest(passedOver))
    .map(node => { const back = ground(node instanceof SVGElement ? node.closest("div") : node);
      const ink = getComputedStyle(node)[node instanceof SVGElement ? "fill" : "color"];
      const [r, g, b, a = 1] = rgba(ink);
      const [x, y] = [light([r, g, b].map((v, i) => a * v + (1 - a) * back[i])), light(back)];
      return [String(node.className.baseVal ?? node.className),
              (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)]; }); }"""


def contrasts(page: Page, root: str, *, passed_over: str = ":disabled") -> list[tuple[str, float]]:
    """Return the class and the contrast of every visible text below `root`, from 1 to 21."""
    return [(name, ratio) for name, ratio in page.evaluate(_SCRIPT, [root, passed_over])]
