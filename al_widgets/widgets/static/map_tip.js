// The card of the item under the pointer: asked for when the pointer rests, and kept.

import { CardShelf, element } from "./cards.js";

/** @typedef {import("./map_stage.js").Stage} Stage */
/** @typedef {import("./state.js").Card} Card */

const STAY = 70; // ms that the pointer rests on a point before its card is asked for
const MOST_CARDS = 300;
const BESIDE = 16; // px from the point

export class Tip {
  /** @param {HTMLElement} node @param {Stage} stage @param {(position: number) => void} ask */
  constructor(node, stage, ask) {
    this.node = node;
    this.stage = stage;
    this.ask = ask;
    this.timer = 0;
    /** @type {Map<number, {card: Card, facts: string, parents: number[]}>} */
    this.cards = new Map();
    this.shelf = new CardShelf();
  }

  /** @param {number} position   -1: no item */
  hover(position) {
    if (position === this.stage.hovered) return;
    this.stage.hovered = position;
    this.stage.parents = [];
    this.stage.draw("over");
    clearTimeout(this.timer);
    this.node.hidden = true;
    if (this.cards.has(position)) this.show(position);
    else if (position >= 0) this.timer = window.setTimeout(() => this.ask(position), STAY);
  }

  /** @param {number} position @param {Card} card @param {string} facts @param {number[]} parents */
  hear(position, card, facts, parents) {
    if (this.cards.size >= MOST_CARDS) this.cards.clear();
    this.cards.set(position, { card, facts, parents });
    if (this.stage.hovered === position) this.show(position);
  }

  /** What is known of the items may have changed. */
  forget() {
    this.cards.clear();
  }

  /** @param {number} position */
  show(position) {
    const held = this.cards.get(position);
    if (!held) return;
    const { node, stage, shelf } = this;
    stage.parents = held.parents;
    stage.draw("over");
    shelf.hold([], null); // the card of this item may be another one now
    shelf.hold([held.card], null);
    node.replaceChildren(shelf.node(held.card.id), element("p", "al-map-facts", held.facts));
    node.dataset.item = held.card.id;
    node.hidden = false;
    const [x, y] = stage.pixelOf(position);
    const onLeft = x > stage.width / 2;
    node.style.left = onLeft ? "" : `${x + BESIDE}px`;
    node.style.right = onLeft ? `${stage.width - x + BESIDE}px` : "";
    node.style.top = `${Math.max(4, Math.min(stage.height - node.offsetHeight - 4, y - 20))}px`;
  }

  close() {
    clearTimeout(this.timer);
    this.shelf.clear();
  }
}
