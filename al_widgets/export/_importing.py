"""Import: all rows are checked before one is taken, and they are taken all or none."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from al_widgets.events import ACCEPTED, IMPORTED, SYNTHETIC, Labeled
from al_widgets.exceptions import ImportRefused, InvalidInput, Problem
from al_widgets.export._rows import UNREADABLE, NotARow, Row, as_row, iso
from al_widgets.propagation import PROPAGATED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from al_widgets.export._formats import Format
    from al_widgets.export._rows import Found
    from al_widgets.pool import Pool
    from al_widgets.state import State

UNKNOWN_ITEM, UNKNOWN_CLASS = "unknown item", "unknown class"
CONFLICT, REPEATED = "conflict", "repeated row"
_PLURALS = {UNKNOWN_CLASS: "unknown classes"}
_KINDS = (UNREADABLE, UNKNOWN_ITEM, UNKNOWN_CLASS, CONFLICT, REPEATED)
_SHOWN = 10
_NAMESPACE = uuid.UUID("3f0c9d1e-54a6-5f2b-9c39-5b8f6d1a7e42")


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import.

    Attributes
    ----------
    n_imported : int
        Labels that were recorded.
    n_known : int
        Rows that say what the log says already; passed over.
    n_propagated : int
        Labels of a model, which are no answers; passed over.
    n_empty : int
        Rows without a label, such as items that were skipped; passed over.
    n_synthetic : int
        Rows of items that were made, which another learner does not have, and the same one knows;
        passed over.
    """

    n_imported: int = 0
    n_known: int = 0
    n_propagated: int = 0
    n_empty: int = 0
    n_synthetic: int = 0

    def __repr__(self) -> str:
        passed = {
            "known already": self.n_known,
            "propagated": self.n_propagated,
            "synthetic": self.n_synthetic,
            "without a label": self.n_empty,
        }
        words = ", ".join(f"{n:,} {what}" for what, n in passed.items() if n)
        n = _count(self.n_imported, "label")
        return f"<Imported: {n}{f'; passed over: {words}' if words else ''}>"


class _Told(NamedTuple):
    where: str
    row: Row


class Import:
    """A file that is read and checked, and waits for the log.

    Parameters
    ----------
    path : Path
        What to read.
    known : Format
        How.
    pool : Pool
        The items.
    names : tuple of str
        The names of the classes.

    Attributes
    ----------
    result : Imported
        What came of it; of use once it was decided.

    Raises
    ------
    InvalidInput
        If there is no such file.
    ImportRefused
        If the file cannot be read at all.
    """

    def __init__(self, path: Path, known: Format, pool: Pool, names: tuple[str, ...]) -> None:
        if not path.exists():
            raise InvalidInput("there must be something to import", f"{path}, which is not there",
                               "Check the path")  # fmt: skip
        if path.is_dir() is not known.is_folder:
            kind = "folder" if known.is_folder else "file"
            raise InvalidInput(f"the format {known.name!r} is a {kind}", str(path),
                               "Pass another path, or another format=")  # fmt: skip
        self.result = Imported()
        self._name, self._pool, self._classes = path.name, pool, frozenset(names)
        self._began = time.time()
        self._problems: list[Problem] = []
        self._n_propagated = self._n_empty = self._n_synthetic = 0
        self._told = list(self._checked(known.read(path, pool, names)))
        ids = Counter(told.row.event for told in self._told)
        self._several = {event for event, n in ids.items() if n > 1}  # of a selection

    def _checked(self, found: Iterator[Found]) -> Iterator[_Told]:
        """Yield the answers of the file, each once; keep what is wrong with the others."""
        first: dict[tuple[str, str], _Told] = {}
        for one in found:
            row = self._row(one)
            if row is None:
                continue
            told = _Told(one.where, row)
            before = first.setdefault((row.item, row.annotator), told)
            if before is told:
                yield told
            elif before.row.label == row.label:
                words = f"{row.item!r} by {row.annotator!r} stands in {before.where} too"
                self._problems.append(Problem(REPEATED, one.where, words))
            else:
                words = (
                    f"{row.item!r} by {row.annotator!r} is {row.label!r}, but {before.row.label!r} "
                    f"in {before.where}"
                )
                self._problems.append(Problem(CONFLICT, one.where, words))

    def _row(self, found: Found) -> Row | None:
        """Return the row if it is an answer of a known item and class."""
        try:
            if found.problem:
                raise NotARow(found.problem)  # noqa: TRY301 - what cannot be read is told once
            row = as_row(found.fields)
        except NotARow as error:
            self._problems.append(Problem(UNREADABLE, found.where, str(error)))
            return None
        if row.source in {PROPAGATED, ACCEPTED}:
            self._n_propagated += 1
            return None
        if row.source == SYNTHETIC:
            self._n_synthetic += 1
            return None
        if not row.label:
            self._n_empty += 1
            return None
        is_known = True
        if row.item not in self._pool.ids:
            self._problems.append(Problem(UNKNOWN_ITEM, found.where, repr(row.item)))
            is_known = False
        if row.label not in self._classes:
            self._problems.append(Problem(UNKNOWN_CLASS, found.where, repr(row.label)))
            is_known = False
        return row._replace(annotator=row.annotator or IMPORTED) if is_known else None

    def decide(self, state: State) -> tuple[Labeled, ...]:
        """Return what is to be recorded, given what the log says.

        Raises
        ------
        ImportRefused
            If anything is wrong with the file, with all that is wrong with it.
        """
        problems, events, n_known = list(self._problems), [], 0
        for where, row in self._told:
            before = state.answer(row.item, row.annotator)
            if isinstance(before, Labeled) and before.label != row.label:
                words = (
                    f"{row.item!r} by {row.annotator!r} is {row.label!r}, but {before.label!r} "
                    "in the log"
                )
                problems.append(Problem(CONFLICT, where, words))
            elif isinstance(before, Labeled) or _has_come(row, id_ := _id_of(row), state):
                n_known += 1
            else:
                events.append(self._event(row, id_, state))
        if problems:
            raise self._refusal(problems)
        passed = self._n_propagated, self._n_empty, self._n_synthetic
        self.result = Imported(len(events), n_known, *passed)
        return tuple(events)

    def _event(self, row: Row, id_: str, state: State) -> Labeled:
        is_free = row.event and row.event not in self._several and not state.knows(row.event)
        return Labeled(
            id=row.event if is_free else id_,
            annotator=row.annotator,
            time=self._began if row.time is None else row.time,
            item=row.item,
            label=row.label,
            seconds=row.seconds,
            source=IMPORTED,
            # an item that was made measures nothing, whatever a file says
            strategy=None if row.item in state.synthetic else row.strategy or None,
            round=row.round,
        )

    def _refusal(self, problems: list[Problem]) -> ImportRefused:
        said = []
        for kind in _KINDS:
            mine = [problem for problem in problems if problem.kind == kind]
            if mine:
                some = "; ".join(f"{p.where}: {p.words}" for p in islice(mine, _SHOWN))
                more = f"; and {len(mine) - _SHOWN:,} more" if len(mine) > _SHOWN else ""
                said.append(f"{_count(len(mine), kind)} ({some}{more})")
        return ImportRefused(
            "labels are imported all or none; nothing was imported",
            f"{_count(len(problems), 'problem')} in {self._name}: {', '.join(said)}",
            "Mend the file and import it again; the error's .problems holds all of them",
            problems,
        )


def _has_come(row: Row, id_: str, state: State) -> bool:
    """Whether the row was imported before; what a person said of it since stays."""
    step = state.step(row.event)
    has = isinstance(step, Labeled) and step.is_imported and step.item == row.item
    return has or state.knows(id_)


def _count(n: int, what: str) -> str:
    return f"{n:,} {what if n == 1 else _PLURALS.get(what, f'{what}s')}"


def _id_of(row: Row) -> str:
    """Return the id of the event that a row becomes: the same one whenever it is imported."""
    time_ = "" if row.time is None else iso(row.time)
    return uuid.uuid5(_NAMESPACE, repr((row.item, row.annotator, row.label, time_))).hex
