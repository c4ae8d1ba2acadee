"""What there is to write: the answers that stand, and the labels that were spread from them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from al_widgets.events import ACCEPTED, STREAM, SYNTHESIS, SYNTHETIC, Labeled, Skipped, Streamed
from al_widgets.exceptions import InvalidInput
from al_widgets.export._rows import COLUMNS, MADE_COLUMNS, SKIPPED, Origin, Row
from al_widgets.pool import CHUNK
from al_widgets.propagation import PROPAGATED
from al_widgets.streams import accepted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from al_widgets.events import Answer
    from al_widgets.pool import Pool
    from al_widgets.propagation import Propagation
    from al_widgets.state import State
    from al_widgets.store import LabelStore
    from al_widgets.syntheses import Synthetic

_NOBODYS = Origin()


class Task(NamedTuple):
    """An item and all that is said of it.

    Attributes
    ----------
    position : int
        Where the item stands in the pool.
    item : str
        Its id.
    label : str
        What it counts as; empty if that is not known.
    rows : list of Row
        A row for each annotator's word, in the log's order, skips among them; or a model's.
    """

    position: int
    item: str
    label: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Labels:
    """All that an export writes, made row by row: a pool may be large.

    Attributes
    ----------
    pool : Pool
    names : tuple of str
        The names of the classes.
    said : list of Row
        The last word of each annotator on each item, in the log's order, skips among them; then a
        row for each item that was made and inherits its label.
    labels : dict of str to str
        What the items of these rows count as.
    spread : Propagation or None
        Labels for the other items; only the answers are written when None.
    accepted : callable
        Gives a row for each item that a stream accepted and nobody answered, unless `spread` has
        one. Such items are not kept, so there is nothing more of them to write: `tasks` passes over
        them.
    origins : dict of str to Origin
        What the items were made from that were made; others are not in it.
    hidden : set of str
        Items that were made and are in no file: those that are held back, were rejected, or have
        lost their parents' label, and all of them where none is wanted.
    """

    pool: Pool
    names: tuple[str, ...]
    said: list[Row]
    labels: dict[str, str]
    spread: Propagation | None
    accepted: Callable[[], Iterator[Row]] = lambda: iter(())
    origins: Mapping[str, Origin] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a table: `MADE_COLUMNS` if an item that was made is in it."""
        return MADE_COLUMNS if self.origins else COLUMNS

    def origin(self, item: str) -> Origin:
        """Return what the item was made from: nothing, if nobody made it."""
        return self.origins.get(item, _NOBODYS)

    def rows(self) -> Iterator[Row]:
        """Yield the rows without skips: as they were answered, or all items in the pool's order.

        Those of items that a stream accepted come last.
        """
        if self.spread is None:
            yield from (row for row in self.said if row.source != SKIPPED)
        else:
            for task in self.tasks():
                for row in task.rows:
                    if row.source != SKIPPED:
                        yield row
        yield from self.accepted()

    def tasks(self) -> Iterator[Task]:
        """Yield the items with all that is said of each."""
        said: dict[str, list[Row]] = {}
        for row in self.said:
            said.setdefault(row.item, []).append(row)
        if self.spread is not None:
            yield from self._all_items(self.spread, said)
            return
        for item, rows in said.items():
            yield Task(self.pool.position(item), item, self.labels.get(item, ""), rows)

    def _all_items(self, spread: Propagation, said: dict[str, list[Row]]) -> Iterator[Task]:
        is_propagated, is_withheld = spread.is_propagated, spread.is_withheld
        names = (*self.names, "")
        n = len(spread.label)
        for start in range(0, n, CHUNK):
            stop = min(start + CHUNK, n)
            kind = np.where(is_withheld[start:stop], len(self.names), spread.label[start:stop])
            confidence = spread.confidence[start:stop].astype(np.float64).round(6)
            columns = (kind.tolist(), confidence.tolist(), is_propagated[start:stop].tolist())
            for i, (k, sure, is_spread) in enumerate(zip(*columns, strict=True), start):
                item = self.pool.ids[i]
                rows = said.get(item, [])
                if item in self.hidden:
                    continue
                if (label := self.labels.get(item)) is None:
                    label = names[k] if is_spread else ""  # its answer was taken back since
                    source, known = (PROPAGATED, sure) if is_spread else ("", None)
                    row = Row(item, label, "", None, None, source, "", None, known)
                    rows = [*rows, row]
                yield Task(i, item, label, rows)
        for i in range(n, len(self.pool)):  # they came since it was spread
            item = self.pool.ids[i]
            label, rows = self.labels.get(item, ""), said.get(item, [])
            if item not in self.hidden:
                yield Task(i, item, label, rows if label else [*rows, Row(item)])


def gather(
    state: State,
    store: LabelStore,
    pool: Pool,
    names: tuple[str, ...],
    spread: Propagation | None,
    *,
    synthetic: bool = True,
) -> Labels:
    """Return what there is to write, as the log stands now.

    Of the items that were made, those that a model learns from; none if not `synthetic`.

    Raises
    ------
    InvalidInput
        If the propagation is of other items or classes, or is none.
    """
    _check(spread, pool, names)
    said = [_row(recorded.event) for recorded in state.answers()]
    pool, labels, upto = pool.fixed(), dict(state.labels), state.position
    used = _used(state) if synthetic else {}
    hidden: frozenset[str] = frozenset()
    if state.synthetic:
        hidden = frozenset(each.item for each in state.synthetic if each.item not in used)
        said = [_of_made(row, used) for row in said if row.item not in hidden]
        said += [_inherited(each) for item, each in used.items() if not state.has_answer(item)]
        labels = {item: label for item, label in labels.items() if item not in hidden}
        labels |= {item: str(each.label) for item, each in used.items() if item not in labels}

    def passed() -> Iterator[Row]:
        events = [event for at, event in store.read_kind(Streamed) if at <= upto]
        for item, label, confidence, _, event in accepted(events):
            if item not in labels and (spread is None or item not in pool.ids):
                yield Row(
                    item=item,
                    label=label,
                    time=round(event.time, 6),
                    source=ACCEPTED,
                    strategy=STREAM,
                    confidence=round(confidence, 6),
                    event=event.id,
                )

    origins = {item: Origin(each.parents, each.recipe) for item, each in used.items()}
    return Labels(pool, names, said, labels, spread, passed, origins, hidden)


def _used(state: State) -> dict[str, Synthetic]:
    """Return the items that were made and that a model learns from."""
    if not state.synthetic:
        return {}
    labels = state.training_labels()
    return {each.item: each for each in state.synthetic if each.item in labels}


def _of_made(row: Row, used: Mapping[str, Synthetic]) -> Row:
    """Return a person's word on an item that was made as such; other rows as they are."""
    if row.item not in used or row.source == SKIPPED:
        return row
    return row._replace(source=SYNTHETIC)


def _inherited(made: Synthetic) -> Row:
    """Return a row for an item of which nobody said anything: its label is its parents'."""
    label = str(made.label)
    return Row(
        item=made.item,
        label=label,
        time=round(made.event.time, 6),
        source=SYNTHETIC,
        strategy=SYNTHESIS,
        confidence=None if made.shares is None else round(made.shares.get(label, 0.0), 6),
        event=made.event.id,
    )


def _row(event: Answer) -> Row:
    time, seconds = round(event.time, 6), event.seconds
    if seconds is not None and not 0 <= seconds < math.inf:  # code may have said anything
        seconds = None
    if isinstance(event, Skipped):
        return Row(
            item=event.item,
            annotator=event.annotator,
            time=time,
            seconds=seconds,
            source=SKIPPED,
            round=event.round,
            event=event.id,
        )
    assert isinstance(event, Labeled)  # noqa: S101 - an answer is one of the two
    return Row(
        item=event.item,
        label=event.label,
        annotator=event.annotator,
        time=time,
        seconds=seconds,
        source=event.source,
        strategy=event.strategy or "",
        round=event.round,
        confidence=1.0,
        event=event.id,
    )


def _check(spread: Propagation | None, pool: Pool, names: tuple[str, ...]) -> None:
    if spread is None:
        return
    if not hasattr(spread, "is_withheld"):
        raise InvalidInput(
            "propagation must be a Propagation",
            type(spread).__name__,
            "Pass propagation=learner.propagate()",
        )
    if spread.pool is not pool and spread.pool.identity != pool.identity:
        raise InvalidInput(
            "the propagation must be of the learner's pool",
            repr(spread.pool),
            "Pass propagation=learner.propagate()",
        )
    if tuple(str(value) for value in spread.classes) != names:
        raise InvalidInput(
            "the propagation must be of the learner's classes",
            repr(spread.classes),
            "Pass propagation=learner.propagate()",
        )
