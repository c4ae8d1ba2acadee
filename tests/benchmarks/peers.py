"""The strategies of scikit-activeml, modAL and small-text, in the form that a race takes.

Each library chooses by its own code, from the same scaled features, the same labels and the same
fitted model as ours. What needs a model draws at random until there is one, as ours does. Libraries
that are not installed are passed over, and that is said (`pip install "al_widgets[bench]"`).

Not here: strategies that did not finish in earlier measurements (scikit-activeml's expected error
reduction, Quire, BatchBALD, FourDs; modAL's information density needs a square matrix of the pool
and is here only as `modAL density`, which gives up on large pools), and those of small-text that
need a neural network.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.context import predict_proba
from al_widgets.strategies import FromSkactiveml, Random

if TYPE_CHECKING:
    from collections.abc import Callable

    from al_widgets.context import Context
    from al_widgets.query import Query

_MOST_DENSE = 6_000  # items whose distances to each other fit into memory
_SAMPLE = 2_500  # candidates of the strategies that need as much; only larger pools are sampled


class _Adapter:
    """A strategy made of a function of what the peers want to know."""

    def __init__(self, name: str, choose: Callable[..., Any], *, needs_model: bool = True) -> None:
        self.name, self.choose, self.needs_model = name, choose, needs_model

    def select(self, context: Context, batch_size: int) -> Query:
        """Ask the peer; a pick that it repeats, or that is missing, is drawn at random."""
        context.require(batch_size)
        if self.needs_model and context.model is None:
            return Random().select(context, batch_size)
        rows = context.rows(slice(None))
        picks = np.unique(self.choose(_Known(context, rows), batch_size))
        missing = batch_size - len(picks)
        if missing > 0:
            rest = np.setdiff1d(context.candidates, picks)
            picks = np.concatenate([picks, context.rng.choice(rest, missing, replace=False)])
        return context.query(picks[:batch_size], np.zeros(batch_size), self.name)

    def __repr__(self) -> str:
        return self.name


class _Known:
    """What a peer is told."""

    def __init__(self, context: Context, rows: np.ndarray) -> None:
        self.context, self.rows = context, rows
        self.seed = int(context.rng.integers(2**31))

    @property
    def unlabeled(self) -> np.ndarray:
        return self.context.candidates

    def proba(self, positions: np.ndarray) -> np.ndarray:
        features = self.context.pool.features[positions]
        return predict_proba(self.context.model, features, len(self.context.classes))


class _Fixed:
    """The fitted model as modAL and small-text ask it."""

    def __init__(self, known: _Known) -> None:
        self.known = known
        self.estimator, self.on_transformed = known.context.model, False
        self.X_training = known.rows[known.context.labeled]

    def predict_proba(self, positions: Any, **_: Any) -> np.ndarray:
        return self.known.proba(np.asarray(positions).ravel().astype(int))


def _modal_measure(name: str) -> Callable[[_Known, int], np.ndarray]:
    def choose(known: _Known, n: int) -> np.ndarray:
        from modAL import uncertainty

        picks = getattr(uncertainty, name)(_Fixed(known), known.unlabeled[:, None], n_instances=n)
        return known.unlabeled[np.asarray(picks[0] if isinstance(picks, tuple) else picks)]

    return choose


def _modal_ranked_batch(known: _Known, n: int) -> np.ndarray:
    from modAL.batch import ranked_batch

    model = _Fixed(known)
    proba = known.proba(known.unlabeled)
    picks, _ = ranked_batch(
        model, known.rows[known.unlabeled], 1 - proba.max(axis=1), n, "euclidean", 1
    )
    return known.unlabeled[np.asarray(picks)]


def _modal_density(known: _Known, n: int) -> np.ndarray:
    from modAL.density import information_density

    if len(known.unlabeled) > _MOST_DENSE:
        raise MemoryError("information density needs the distances of all items to all others")
    density = information_density(known.rows[known.unlabeled], "euclidean")
    score = density * (1 - known.proba(known.unlabeled).max(axis=1))
    return known.unlabeled[np.argsort(-score)[:n]]


def _small_text(name: str, **given: Any) -> Callable[[_Known, int], np.ndarray]:
    def choose(known: _Known, n: int) -> np.ndarray:
        import small_text

        np.random.seed(known.seed)  # noqa: NPY002 - the library draws from the global state
        strategy = getattr(small_text, name)(**given)
        arguments: dict[str, Any] = {"n": n}
        if isinstance(strategy, small_text.EmbeddingBasedQueryStrategy):
            arguments |= {"embeddings": known.rows, "pbar": None}
        labeled, labels = known.context.labeled, known.context.labels
        data = small_text.SklearnDataset(np.arange(len(known.rows))[:, None], _no_labels(known))
        return np.asarray(
            strategy.query(_SaysProba(known), data, known.unlabeled, labeled, labels, **arguments)
        )

    return choose


def _no_labels(known: _Known) -> np.ndarray:
    return np.full(len(known.rows), -1)


class _SaysProba:
    """A fitted classifier of small-text: its data set holds positions."""

    def __init__(self, known: _Known) -> None:
        self.known = known

    def predict_proba(self, data: Any) -> np.ndarray:
        return self.known.proba(np.asarray(data.x).ravel().astype(int))


def _on_a_sample(strategy: Any) -> Any:
    """Return it choosing among some candidates, by the library's own wrapper."""
    from skactiveml.pool import SubSamplingWrapper

    return SubSamplingWrapper(strategy, max_candidates=_SAMPLE, exclude_non_subsample=True)


def _of_skactiveml() -> dict[str, Any]:
    from skactiveml import pool

    made = {
        "least confident": pool.UncertaintySampling(method="least_confident"),
        "margin": pool.UncertaintySampling(method="margin_sampling"),
        "entropy": pool.UncertaintySampling(method="entropy"),
        "QueryByCommittee": pool.QueryByCommittee(),
        "QueryByCommittee votes": pool.QueryByCommittee(method="vote_entropy"),
        "Badge": pool.Badge(),
        "Clue": pool.Clue(),
        "ContrastiveAL": pool.ContrastiveAL(),
        "CoreSet": pool.CoreSet(),
        "DiscriminativeAL": pool.DiscriminativeAL(),
        "DropQuery": pool.DropQuery(),
        "Falcun": pool.Falcun(),
        "MaxHerding": _on_a_sample(pool.MaxHerding()),
        "ProbCover": _on_a_sample(pool.ProbCover()),
        "TypiClust": pool.TypiClust(),
    }
    return {f"skactiveml {name}": FromSkactiveml(strategy) for name, strategy in made.items()}


def _of_modal() -> dict[str, Any]:
    made = {
        "modAL margin": _Adapter("modAL margin", _modal_measure("margin_sampling")),
        "modAL entropy": _Adapter("modAL entropy", _modal_measure("entropy_sampling")),
        "modAL ranked batch": _Adapter("modAL ranked batch", _modal_ranked_batch),
        "modAL density": _Adapter("modAL density", _modal_density),
    }
    return dict(made)


def _of_small_text() -> dict[str, Any]:
    made = {
        "PredictionEntropy": _Adapter("PredictionEntropy", _small_text("PredictionEntropy")),
        "BreakingTies": _Adapter("BreakingTies", _small_text("BreakingTies")),
        "EmbeddingKMeans": _Adapter(
            "EmbeddingKMeans", _small_text("EmbeddingKMeans"), needs_model=False
        ),
        "GreedyCoreset": _Adapter("GreedyCoreset", _small_text("GreedyCoreset")),
        "LightweightCoreset": _Adapter(
            "LightweightCoreset", _small_text("LightweightCoreset"), needs_model=False
        ),
    }
    return {f"small-text {name}": adapter for name, adapter in made.items()}


def _peers() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for module, make in (
        ("skactiveml", _of_skactiveml),
        ("modAL", _of_modal),
        ("small_text", _of_small_text),
    ):
        if find_spec(module) is None:
            print(f"{module} is not installed, passed over", file=sys.stderr)
        else:
            found |= make()
    return found


PEERS = _peers()
