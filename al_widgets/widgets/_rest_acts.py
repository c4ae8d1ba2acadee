"""What a person does with the labels of the rest: check some, look at some again, take them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from al_widgets.exceptions import InvalidInput
from al_widgets.widgets._downloads import make_file
from al_widgets.widgets._rest_view import in_number

if TYPE_CHECKING:
    from al_widgets.learner import ActiveLearner
    from al_widgets.propagation import Propagation
    from al_widgets.widgets._message import Message

MOST_REVIEWED = 20
"""Answers that come back at a time: the most suspicious ones."""

_MOST_AUDITED = 1_000_000

ACTS = ("audit", "review", "download")


class RestActs:
    """Does what a person asks for.

    Parameters
    ----------
    learner : ActiveLearner
        Who asks and remembers.
    """

    def __init__(self, learner: ActiveLearner) -> None:
        self._learner = learner

    def do(self, message: Message, threshold: float) -> tuple[str, dict[str, Any], list[bytes]]:
        """Do it; return what was done, in words, and a file that is to be sent, if there is one.

        Parameters
        ----------
        message : Message
            What the browser sent, of a type of `ACTS`.
        threshold : float
            Propagated labels of less confidence do not count.

        Raises
        ------
        AlWidgetsError
            And nothing was changed.
        """
        match message.type:
            case "audit":
                return self._audit(message.number("n", _MOST_AUDITED + 1), threshold), {}, []
            case "review":
                return self._review(), {}, []
            case _:
                key, is_spread = message.text("format"), message.flag("spread")
                return self._download(
                    key, self._learner.propagate(threshold) if is_spread else None
                )

    def _audit(self, n: int, threshold: float) -> str:
        query = self._learner.audit(n, threshold=threshold)
        return f"{in_number(len(query), 'item')} to check: they come next in the labeler."

    def _review(self) -> str:
        n = len(self._learner.review(MOST_REVIEWED))
        if not n:
            return "Nothing to look at again: all of these were, or are on their way."
        come = "comes" if n == 1 else "come"
        return f"{in_number(n, 'answer')} {come} back in the labeler: keep or change."

    def _download(
        self, key: str, propagation: Propagation | None
    ) -> tuple[str, dict[str, Any], list[bytes]]:
        if propagation is None and not self._learner.log.state.labels:
            raise InvalidInput(
                "there are labels to take away", "none yet", "Answer some items first"
            )
        kind, data = make_file(self._learner, key, propagation)
        said = f"{kind.file}, {_size(len(data))}."
        return said, {"name": kind.file, "mime": kind.mime}, [data]


def _size(n_bytes: int) -> str:
    if n_bytes < 1_000:
        return in_number(n_bytes, "byte")
    return f"{n_bytes / 1e3:.0f} kB" if n_bytes < 1e6 else f"{n_bytes / 1e6:.1f} MB"
