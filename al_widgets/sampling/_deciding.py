"""What becomes of items that came in a row: asked about, accepted, or passed over.

Coins are tossed by the number that an item has in its stream, so that they fall alike in whatever
pieces the stream is taken, also after a restart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from al_widgets.arrivals import arrived
from al_widgets.context import predict_at, predict_proba
from al_widgets.events import Streamed
from al_widgets.sampling._window import choose
from al_widgets.streams import Numbered, pack_confidences, pack_labels
from al_widgets.thresholds import Stretch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from al_widgets.context import Context
    from al_widgets.events import Arrived, Event
    from al_widgets.sampling._source import Taken
    from al_widgets.strategies import Strategy
    from al_widgets.thresholds import Drift, Threshold

_AUDIT, _THRESHOLD = 1, 2  # what coins are tossed for
_AT_ONCE = 4  # coins that the generator makes with one step of its counter


@dataclass(frozen=True, slots=True)
class Situation:
    """What must be known beside the items to decide about them.

    Attributes
    ----------
    context : Context
        The pool, the classes and the model; its `seed` begins with the learner's random state.
    annotator : str
        In whose name it is recorded.
    stream, prefix : str
        The stream, and what the ids of items begin with that it gives none.
    left : int
        Answers that may still be asked for.
    most : int
        Items to be asked about after which it ends, at least 1.
    probability : float
        With which each item is drawn at random.
    is_warm : bool
        Whether there were answers enough for the threshold to decide.
    unavailable : set of str
        Ids of items that were answered, or are asked about already.
    window : int
        Items that are decided about together; 1 if each is by itself.
    strategy : Strategy
        Chooses in a window.
    """

    context: Context
    annotator: str
    stream: str
    prefix: str
    left: int
    most: int
    probability: float
    is_warm: bool
    unavailable: AbstractSet[str]
    window: int
    strategy: Strategy


class Decision(NamedTuple):
    """What was decided, to be recorded together.

    Attributes
    ----------
    arrived : Arrived or None
        Items that are kept, if there are any.
    streamed : Streamed
        What became of each item.
    """

    arrived: Arrived | None
    streamed: Streamed

    @property
    def events(self) -> tuple[Event, ...]:
        """The events, in their order."""
        return (self.streamed,) if self.arrived is None else (self.arrived, self.streamed)


def decide(taken: Taken, threshold: Threshold, drift: Drift | None, about: Situation) -> Decision:
    """Decide about items up to the last one that there is room to ask about.

    Parameters
    ----------
    taken : Taken
        The items, at least one.
    threshold : Threshold
        Decides, and changes by it.
    drift : Drift or None
        Watches, and has more asked about where something moved.
    about : Situation
        All else.
    """
    if drift is not None:
        about = replace(about, probability=drift.share(about.probability))
    ids: Sequence[str] = taken.ids or Numbered(about.prefix, taken.start, len(taken))
    is_passed = _passed(taken, ids, about)
    label, confidence = _said(taken, ids, is_passed, about)
    has_model = about.context.model is not None
    judge = _judge if about.window == 1 else _judge_window
    careful = confidence if drift is None else drift.lowered(confidence)
    judged = judge(taken, careful, is_passed, threshold, about)
    n = judged.n
    if drift is not None and about.is_warm and has_model:
        drift.see(confidence[:n][~is_passed[:n]], taken.start)
    names, label = _named(label[:n], about.context) if has_model else (("",), label[:n])
    streamed = Streamed(
        annotator=about.annotator,
        stream=about.stream,
        start=taken.start,
        n=n,
        ids=tuple(ids[:n]) if taken.ids else (),
        prefix=about.prefix,
        names=names,
        labels=pack_labels(label, len(names)),
        confidences=pack_confidences(confidence[:n]),
        asked=tuple(judged.asked.tolist()),
        drawn=tuple(judged.drawn.tolist()),
        probabilities=(float(judged.probability),) * len(judged.drawn),
        would_accept=tuple(judged.would_accept.tolist()),
        passed=tuple(judged.passed.tolist()),
        threshold=float(threshold.value),
        memory={"threshold": threshold.state, "drift": drift.state if drift else {}},
    )
    return Decision(_kept(taken, ids, judged.asked.tolist(), about), streamed)


class _Judged(NamedTuple):
    """What becomes of the first `n` items; the rest are offsets, ascending."""

    n: int
    asked: np.ndarray
    drawn: np.ndarray
    would_accept: np.ndarray
    passed: np.ndarray
    probability: float


def _judge(
    taken: Taken,
    confidence: np.ndarray,
    is_passed: np.ndarray,
    threshold: Threshold,
    about: Situation,
) -> _Judged:
    """Ask about each item of which the model is not sure enough, while there is room."""
    probability = about.probability if about.is_warm else 1.0
    is_drawn = _drawn(taken, probability, about)
    is_sent = is_drawn if about.is_warm else ~is_passed  # asked about whatever happens
    rest = np.flatnonzero(~is_passed)
    stretch = _stretch(taken, confidence, is_sent, rest, about)
    is_unsure = threshold.judge(stretch)
    looked = rest[: len(is_unsure)]
    n = len(taken) if len(looked) == len(rest) else int(looked[-1]) + 1
    is_asked = is_unsure | is_sent[looked]
    passed = np.flatnonzero(is_passed[:n])
    if about.context.model is None:  # nobody can say what they are
        passed = np.union1d(passed, looked[~is_asked])
    return _Judged(
        n=n,
        asked=looked[is_asked],
        drawn=looked[is_asked & is_drawn[looked]],
        would_accept=looked[is_drawn[looked] & ~is_unsure],
        passed=passed,
        probability=probability,
    )


def _judge_window(
    taken: Taken,
    confidence: np.ndarray,
    is_passed: np.ndarray,
    threshold: Threshold,
    about: Situation,
) -> _Judged:
    """Ask about those that stand for most others, of all of which the model is not sure enough."""
    is_drawn = _drawn(taken, about.probability, about) & ~is_passed
    rest = np.flatnonzero(~is_passed)
    stretch = _stretch(taken, confidence, is_drawn, rest, about)
    is_unsure = threshold.judge(replace(stretch, most=len(taken) + 1))
    if not about.is_warm or about.context.model is None:
        is_unsure = np.ones(len(rest), dtype=bool)
    drawn, unsure = np.flatnonzero(is_drawn), rest[is_unsure & ~is_drawn[rest]]
    chosen, room = unsure, max(0, about.most - len(drawn))
    if len(unsure) > room:
        chosen = unsure[:0]
        if room:
            chosen = choose(taken.features, unsure, room, about.strategy, about.context)
    return _Judged(
        n=len(taken),
        asked=np.union1d(drawn, chosen),
        drawn=drawn,
        would_accept=rest[is_drawn[rest] & ~is_unsure],
        passed=np.union1d(np.flatnonzero(is_passed), np.setdiff1d(unsure, chosen)),
        probability=about.probability,
    )


def _drawn(taken: Taken, probability: float, about: Situation) -> np.ndarray:
    """Return which items are drawn at random; none before there is a model to be measured."""
    if about.context.model is None:
        return np.zeros(len(taken), dtype=bool)
    return coins(about.context.seed[0], _AUDIT, taken.start, len(taken)) < probability


def _stretch(
    taken: Taken, confidence: np.ndarray, is_sent: np.ndarray, rest: np.ndarray, about: Situation
) -> Stretch:
    """Return what the threshold is told of the items that are to be decided about."""
    return Stretch(
        confidence=confidence[rest],
        drawn=is_sent[rest],
        coins=coins(about.context.seed[0], _THRESHOLD, taken.start, len(taken))[rest],
        start=taken.start,
        left=about.left,
        most=about.most,
    )


def _kept(taken: Taken, ids: Sequence[str], asked: list[int], about: Situation) -> Arrived | None:
    """Return the event that keeps those of the items that are not in the pool."""
    new = [i for i in asked if ids[i] not in about.context.pool.ids]
    if not new:
        return None
    contents = [taken.contents[i] for i in new]
    return arrived(about.annotator, [ids[i] for i in new], taken.features[new], contents)


def coins(seed: int, what_for: int, start: int, n: int) -> np.ndarray:
    """Return a random number for each of `n` items from number `start` on.

    Parameters
    ----------
    seed : int
        The learner's random state.
    what_for : int
        Coins that are tossed for different things know nothing of each other.

    Returns
    -------
    ndarray of shape (n,), float
        From 0 up to 1; the same for an item whatever `start` and `n` are.

    Examples
    --------
    >>> bool((coins(0, 1, 0, 10)[7:] == coins(0, 1, 7, 3)).all())
    True
    """
    before = start % _AT_ONCE
    bits = np.random.Philox(key=[seed, what_for])
    bits.advance(start // _AT_ONCE)
    return np.random.Generator(bits).random(before + n)[before:]


def _passed(taken: Taken, ids: Sequence[str], about: Situation) -> np.ndarray:
    """Return which items are passed over: no item at all, known already, or twice in a row."""
    is_passed = np.zeros(len(taken), dtype=bool)
    is_passed[list(taken.invalid)] = True
    if taken.ids:
        seen: set[str] = set()
        if len(set(ids)) < len(ids) or not about.unavailable.isdisjoint(ids):
            for i, item in enumerate(ids):
                is_passed[i] |= item in seen or item in about.unavailable
                seen.add(item)
    return is_passed


def _said(
    taken: Taken, ids: Sequence[str], is_passed: np.ndarray, about: Situation
) -> tuple[np.ndarray, np.ndarray]:
    """Return the model's label of each item, as a position in the classes, and its confidence."""
    label, confidence = np.zeros(len(taken), dtype=int), np.zeros(len(taken))
    context, rest = about.context, np.flatnonzero(~is_passed)
    if context.model is not None and len(rest):
        proba = _proba(taken, ids, rest, context)
        best = proba.argmax(axis=1)
        label[rest], confidence[rest] = best, np.clip(proba[np.arange(len(rest)), best], 0, 1)
    return label, confidence


def _proba(taken: Taken, ids: Sequence[str], rest: np.ndarray, context: Context) -> Any:
    n_classes, pool = len(context.classes), context.pool
    if hasattr(context.model, "proba_at") and all(ids[int(i)] in pool.ids for i in rest):
        positions = np.array([pool.position(ids[int(i)]) for i in rest])
        return predict_at(context.model, pool, positions, n_classes)
    rows = taken.features if len(rest) == len(taken) else taken.features[rest]
    return predict_proba(context.model, rows, n_classes)


def _named(label: np.ndarray, context: Context) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the names of the classes that occur, and the labels as positions in them."""
    counts = np.bincount(label, minlength=len(context.classes))
    there = np.flatnonzero(counts)
    number = np.cumsum(counts > 0) - 1
    return tuple(context.classes[k] for k in there), number[label]
