"""Strategies run against each other on labeled data.

Every strategy starts with no label at all, on the same split of the same pool with the same seed,
and is answered from the true labels. So what differs between two curves of a seed is the strategy.
"""

from __future__ import annotations

from concurrent.futures import as_completed
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from al_widgets._arguments import check_counts, check_pool
from al_widgets._progress import Progress
from al_widgets._race_arguments import (
    baseline,
    check_entrants,
    check_executor,
    check_seeds,
    make_task,
)
from al_widgets.exceptions import AlWidgetsError
from al_widgets.fitting import require_classifier
from al_widgets.race_result import RaceResult
from al_widgets.simulation import Row, Run, simulate

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor, Future

    from al_widgets.pool import Pool


def race(
    pool: Pool,
    y: Sequence[Any],
    strategies: Mapping[str, Any] | Iterable[Any],
    *,
    budget: int = 200,
    batch_size: int = 10,
    seeds: int | Iterable[int] = 5,
    model: Any = None,
    test: float | tuple[Any, Sequence[Any]] = 0.3,
    executor: Executor | None = None,
    progress: bool = True,
) -> RaceResult:
    """Run strategies against each other on labeled data.

    Each strategy labels from nothing to the budget, once for each seed. While there are labels of
    only one class there is no model yet, and the accuracy is that of always answering this class.

    Parameters
    ----------
    pool : Pool
        The items.
    y : sequence of length n_items
        Their true labels: text, numbers, or anything else that is hashable.
    strategies : mapping of str to strategy, or sequence of strategies
        A strategy, a function ``f(proba) -> utilities``, or a sampling. Those of a sequence are
        called what they are printed as. "random", or else the first, is what the others are
        compared with. Each run has a copy of its own.
    budget : int
        Labels a run.
    batch_size : int
        Labels between two trainings; the last batch is what remains of the budget.
    seeds : int or sequence of int
        How many seeds, or which. A seed decides the split, the strategy's draws and the model's.
    model : classifier, optional
        Any scikit-learn classifier with ``predict_proba``. When None: logistic regression on
        scaled features, as in `ActiveLearner`.
    test : float or (X_test, y_test)
        Share of each class that is held out to measure accuracy, drawn anew for each seed; no
        strategy sees it. Or a test set from outside, and the whole pool may be asked about.
    executor : concurrent.futures.Executor, optional
        Where the runs take place; in this thread when None.
    progress : bool
        Whether to show how far it is, in a notebook or on a terminal.

    Returns
    -------
    RaceResult
        ``to_frame()``, ``aulc``, ``labels_to_reach(accuracy)``, ``plot()``.

    Raises
    ------
    InvalidInput
        If an argument breaks a rule, or a strategy returns what may not be asked.
    AlWidgetsError
        If a strategy or the model fails; says which and with which seed.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from al_widgets import Pool, race
    >>> from al_widgets.strategies import Margin, Random
    >>> X, y = make_classification(300, n_informative=6, class_sep=1.5, random_state=1)
    >>> result = race(Pool(X), y, {"random": Random(), "margin": Margin()}, budget=40, seeds=3)
    >>> result.aulc.index.tolist()
    ['margin', 'random']
    >>> result.to_frame().columns.tolist()
    ['strategy', 'seed', 'n_labels', 'accuracy', 'balanced_accuracy', 'seconds']
    """
    check_pool(pool)
    check_counts(budget=budget, batch_size=batch_size, annotator="race", random_state=0)
    entrants = check_entrants(strategies)
    numbers = check_seeds(seeds)
    if model is not None:
        require_classifier(model)
    check_executor(executor)
    task = make_task(pool, y, test, budget=budget, batch_size=batch_size, model=model)
    runs = [
        Run(name, entrant, seed, task) for seed in numbers for name, entrant in entrants.items()
    ]
    rows: dict[tuple[str, int], list[Row]] = {}
    with (
        Progress(len(runs), unit="runs", shown=progress) as bar,
        closing(_finished(runs, executor)) as finished,
    ):
        for run, result in finished:
            rows[run.name, run.seed] = result
            bar.advance(run.name)
    in_order = [row for name in entrants for seed in numbers for row in rows[name, seed]]
    return RaceResult.from_rows(in_order, Row._fields, baseline(entrants))


def _finished(
    runs: list[Run], executor: Executor | None
) -> Generator[tuple[Run, list[Row]], None, None]:
    """Yield each run when it is done; the first that fails, or being closed, ends the rest."""
    if executor is None:
        for run in runs:
            with _told_of(run):
                rows = simulate(run)
            yield run, rows
        return
    futures: dict[Future[list[Row]], Run] = {}
    try:
        for run in runs:
            futures[executor.submit(simulate, run)] = run
        for future in as_completed(futures):
            with _told_of(futures[future]):
                rows = future.result()
            yield futures[future], rows
    finally:
        for future in futures:
            future.cancel()


@contextmanager
def _told_of(run: Run) -> Iterator[None]:
    """Say in an error which run it comes from."""
    try:
        yield
    except AlWidgetsError as error:
        got = f"{error.got} ({run.name!r}, seed {run.seed})"
        raise type(error)(error.rule, got, error.remedy) from error
    except Exception as error:
        raise AlWidgetsError(
            "every run of a race must end well",
            f"{type(error).__name__}: {error} ({run.name!r}, seed {run.seed})",
            "Mend the strategy or the model, or leave it out",
        ) from error
