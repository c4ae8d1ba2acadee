"""What a learner makes: new items from labeled ones, and what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from al_widgets._arguments import check_count
from al_widgets.exceptions import InvalidInput
from al_widgets.reading import Reading
from al_widgets.sampling import QuerySynthesis

if TYPE_CHECKING:
    import pandas as pd

    from al_widgets.query import Query
    from al_widgets.sampling import Sampling
    from al_widgets.state import State
    from al_widgets.syntheses import Synthetic
    from al_widgets.synthesis_report import SynthesisReport
    from al_widgets.synthesizing import Synthesizing

IN_USE, HELD, ASKED = "in use", "held back", "asked"
ACCEPTED, RELABELED, REJECTED = "accepted", "relabeled", "rejected"
ORPHANED, OFF = "parents changed", "switched off"


class Making(Reading):
    """The part of an `al_widgets.ActiveLearner` that makes items; it is made there."""

    _sampling: Sampling
    _synthesizing: Synthesizing

    def synthesize(self, n: int | None = None, *, sampling: QuerySynthesis | None = None) -> int:
        """Make new items from labeled ones now. They are durable when this returns.

        Parameters
        ----------
        n : int, optional
            How many at most, at least 1; as many as the sampling allows when None.
        sampling : QuerySynthesis, optional
            How; :attr:`sampling` when None.

        Returns
        -------
        int
            How many were made; :attr:`synthetic` tells more of each. Fewer than `n` if no more are
            wanted. Where they inherit their label, training starts by itself on a worker; where a
            person is to say it, they are asked about at the front of the queue.

        Raises
        ------
        NotEnoughLabels
            If there is nothing to make them from.
        InvalidInput
            If :attr:`sampling` is no synthesis, or the synthesizer fails. Nothing was kept.
        MissingExtra
            If it needs a library that is not installed; names the command.

        Examples
        --------
        >>> import al_widgets as al
        >>> pool, y = al.datasets.load_digits()
        >>> learner = al.ActiveLearner(pool, classes=range(10), validation=None)
        >>> for item in range(25):
        ...     learner.label(item, y[item])
        >>> how = al.QuerySynthesis(al.synthesizers.Interpolate(), guard=False)
        >>> learner.synthesize(5, sampling=how)
        5
        >>> learner.budget.spent, len(learner.labels)
        (25, 25)
        """
        if n is not None:
            check_count("n", n)
        how = self._sampling if sampling is None else sampling
        if not isinstance(how, QuerySynthesis):
            raise InvalidInput(
                "to synthesize, the learner must know how",
                f"sampling={how!r}",
                "Pass learner.synthesize(sampling=QuerySynthesis(...)), or set learner.sampling",
            )
        if how.asks:
            return len(self._synthesizing.ask(how, n))
        n_made = len(self._synthesizing.make(how, n))
        with self._log.current() as state:
            is_due = state.is_training_due(self.annotator)
        if n_made and is_due:
            self._trainer.request()
        return n_made

    def review_synthetic(self, n: int = 20) -> Query:
        """Ask about items that were made and are held back, at the front of the queue.

        Parameters
        ----------
        n : int
            How many at most, at least 1; the oldest first.

        Returns
        -------
        Query
            With the reason why each was held back. Labeling one puts it to use, skipping it rejects
            it. Empty if none is held back.
        """
        check_count("n", n)
        return self._synthesizing.review(n)

    def use_synthetic(self, on: bool, reason: str = "you wanted it") -> None:  # noqa: FBT001
        """Have models learn from items that were made, or not. Training starts by itself.

        Parameters
        ----------
        on : bool
        reason : str
            Why, in words; the log keeps it.
        """
        if self._synthesizing.use(on=bool(on), reason=reason):
            with self._log.current() as state:
                can_learn = self._trainer.can_learn(state)
            if can_learn:
                self._trainer.request()

    @property
    def uses_synthetic(self) -> bool:
        """Whether models learn from items that were made."""
        with self._log.current() as state:
            return state.synthetic.is_on

    def synthesis_report(self) -> SynthesisReport:
        """Say whether models are better with the items that were made, or worse.

        Two models are trained, one on the answers and one on what was made as well, and compared on
        validation answers; see `al_widgets.SynthesisReport`. It takes two trainings, or ten where
        there are too few validation answers.

        Raises
        ------
        NotEnoughLabels
            If nothing was made that could be used, or the answers are not of two classes.
        """
        return self._synthesizing.report()

    @property
    def synthetic(self) -> pd.DataFrame:
        """The items that were made, one row each, the oldest first.

        ``item``, ``label`` (that which counts, or would; None where nobody said), ``parents``
        (tuple of ids), ``recipe``, ``status`` ("in use", "held back", "asked", "accepted",
        "relabeled", "rejected", "parents changed", "switched off"), ``reason`` (why it was held
        back), ``synthesizer``, ``target``, ``time`` (UTC).
        """
        import pandas as pd  # noqa: PLC0415

        with self._log.current() as state:
            answers = state.training_labels(made=False)
            rows = [
                (
                    each.item,
                    self._value_of(state, each),
                    each.parents,
                    each.recipe,
                    status(state, each, answers),
                    each.held,
                    each.event.synthesizer,
                    each.event.target,
                    each.event.time,
                )
                for each in state.synthetic
            ]
        columns = ["item", "label", "parents", "recipe", "status", "reason"]
        frame = pd.DataFrame(rows, columns=[*columns, "synthesizer", "target", "time"])
        frame["time"] = pd.to_datetime(frame["time"], unit="s", utc=True)
        return frame

    def _value_of(self, state: State, each: Synthetic) -> object:
        name = state.labels.get(each.item) or each.label
        return None if name is None else self._classes.value(name)


def status(state: State, each: Synthetic, answers: dict[str, str]) -> str:
    """Return what became of an item that was made.

    Parameters
    ----------
    state : State
    each : Synthetic
    answers : dict of str to str
        The labels of real items that a model may learn from.
    """
    said = state.labels.get(each.item)
    if state.has_answer(each.item):
        if said is None:
            return REJECTED
        theirs = {answers.get(parent) for parent in each.parents}
        expected = {each.label} if each.label else theirs if len(theirs) == 1 else set()
        return (ACCEPTED if said in expected else RELABELED) if state.synthetic.is_on else OFF
    if each.held:
        return HELD
    if each.label is None:
        return ASKED
    if not each.has_its_parents(answers):
        return ORPHANED
    return IN_USE if state.synthetic.is_on else OFF
