"""How good a stream's decisions are, told by the items that were drawn from it at random.

What the model says of an item is written down before a person answers it, and compared with the
answer: prequential evaluation (Dawid, 1984; Gama, Sebastião and Rodrigues, 2013). Every answer can
train the model then, and still measures the one that did not know it. Draws have known
probabilities, and count by their inverse (Hájek, 1971).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from al_widgets.evaluation import WINDOW, known_draws
from al_widgets.shares import Share, share
from al_widgets.thresholds import Alarm

if TYPE_CHECKING:
    from al_widgets.state import State
    from al_widgets.streams import Stream


@dataclass(frozen=True, slots=True)
class StreamReport:
    """How a stream went so far; a learner's `stream` is one.

    Attributes
    ----------
    n_seen, n_accepted, n_asked, n_passed : int
        How many items were decided about; how many of them have the model's label, how many a
        person is to answer, and how many were passed over.
    accepted : dict of str to int
        How many were accepted of each class.
    threshold : float
        Below which confidence the newest were asked about.
    accuracy : Share
        Of the model, on all items alike, over the last `WINDOW` draws.
    error : Share
        Of the accepted labels, how many are wrong.
    alarm : Alarm or None
        The newest change for the worse that was noticed, of the model's confidence or its errors;
        its `sentence` says it.
    """

    n_seen: int
    n_accepted: int
    n_asked: int
    n_passed: int
    accepted: dict[str, int]
    threshold: float
    accuracy: Share
    error: Share
    alarm: Alarm | None = None

    def __repr__(self) -> str:
        wrong = ""
        if self.error.n:
            low, high = self.error.low, self.error.high
            wrong = f"; {self.error.value:.1%} of these wrong ({low:.1%} to {high:.1%})"
        return (
            f"<StreamReport: {self.n_seen:,} items, {self.n_asked:,} asked, "
            f"{self.n_accepted:,} accepted{wrong}>"
        )


def report(state: State, stream: Stream) -> StreamReport:
    """Say how a stream went so far.

    Parameters
    ----------
    state : State
        Where the answers are.
    stream : Stream
        One of its streams.
    """
    answered = known_draws(stream.draws, state.labels)
    is_right = np.array([draw.label == state.labels[draw.item] for draw in answered], dtype=bool)
    probability = np.array([draw.probability for draw in answered])
    would = np.array([draw.would_accept for draw in answered], dtype=bool)
    alarm = stream.memory.get("drift", {}).get("alarm")
    accepted = np.where(would, (1 - probability) / np.maximum(probability, 1e-12), 0.0)
    return StreamReport(
        n_seen=stream.position,
        n_accepted=stream.n_accepted,
        n_asked=stream.n_asked,
        n_passed=stream.n_passed,
        accepted=dict(stream.accepted),
        threshold=stream.threshold,
        accuracy=share(is_right[-WINDOW:], 1 / probability[-WINDOW:]),
        error=share(~is_right, accepted),
        alarm=Alarm(**alarm) if alarm else None,
    )
