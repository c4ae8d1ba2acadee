"""How the examples of a class lie in its features, as densities that new rows are drawn from.

A class has few examples and its features may be many. So a density is one of the directions in
which the class varies most, few enough for the examples; what these leave out is taken from the
parent as it is.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

from al_widgets._arguments import check_count
from al_widgets.exceptions import InvalidInput
from al_widgets.nearness import squared_distances

if TYPE_CHECKING:
    from collections.abc import Callable


_KEPT = 0.95  # share of the variance that the directions hold
_EXAMPLES = 3  # for each direction, at least
_MOST = 5  # components that are tried
_FULL = 10  # examples for each direction of a component that has a covariance of its own
_RULES = ("likelihood", "scott", "silverman")
_SHARES = np.geomspace(1, 0.1, 9)  # of the bandwidth by Scott's rule
_FEWEST = 5  # examples; fewer say nothing about a bandwidth
_COMPARED = 500  # examples, by which a bandwidth is judged
_FLOOR = 1e-3  # of the mean variance: no component is thinner


@runtime_checkable
class Density(Protocol):
    """A model of the rows of one class."""

    @property
    def recipe(self) -> str:
        """How rows are drawn, in a few words."""
        ...

    def fit(
        self, rows: np.ndarray, rng: np.random.Generator
    ) -> Callable[[int, np.random.Generator], np.ndarray]:
        """Return what draws a new row for the example of a number.

        Parameters
        ----------
        rows : ndarray of shape (n_examples, n_features), float64
            The examples of a class; at least two of them differ.
        rng : Generator
        """
        ...


class Mixture:
    """A mixture of Gaussians: the class has a few kinds of examples.

    A new row is drawn from the component that its parent belongs to. Over all examples as parents,
    components are drawn as often as their weights say.

    Parameters
    ----------
    n_components : int, optional
        How many there are, at least 1; never more than examples. As many as the Bayesian
        information criterion (Schwarz 1978) prefers when None, up to 5, and no more than there are
        for 5 examples each.

    Notes
    -----
    Fitted by scikit-learn's ``GaussianMixture`` in the principal directions of the class. With few
    examples a component's covariance is diagonal there, and it is never thinner than a thousandth
    of the mean variance.

    Examples
    --------
    >>> rows = np.array([[0.0, 0.0], [0.2, 0.2], [9.0, 9.0], [9.2, 9.2]])
    >>> rng = np.random.default_rng(0)
    >>> draw = Mixture(n_components=2).fit(rows, rng)
    >>> draw(0, rng).round().tolist(), draw(3, rng).round().tolist()
    ([0.0, 0.0], [9.0, 9.0])
    """

    recipe = "drawn from a mixture of its class"

    def __init__(self, n_components: int | None = None) -> None:
        if n_components is not None:
            check_count("n_components", n_components)
        self.n_components = n_components

    def fit(
        self, rows: np.ndarray, rng: np.random.Generator
    ) -> Callable[[int, np.random.Generator], np.ndarray]:
        """Return what draws a new row for the example of a number; see `Density.fit`."""
        space = Directions(rows)
        mixture = self._fitted(space.coordinates, int(rng.integers(2**31)))
        belongs = mixture.predict_proba(space.coordinates)
        spreads = [_root(covariance) for covariance in mixture.covariances_]

        def draw(i: int, rng: np.random.Generator) -> np.ndarray:
            component = rng.choice(len(spreads), p=belongs[i] / belongs[i].sum())
            noise = spreads[component] @ rng.normal(size=space.n)
            return space.at(i, mixture.means_[component] + noise)

        return draw

    def _fitted(self, coordinates: np.ndarray, seed: int) -> Any:
        """Return the mixture with the number of components that suits."""
        n = len(coordinates)
        if self.n_components is not None:
            return _mixture(coordinates, min(self.n_components, n), seed)
        most = max(1, min(_MOST, n // 5))
        fitted = [_mixture(coordinates, k, seed) for k in range(1, most + 1)]
        return min(fitted, key=lambda mixture: mixture.bic(coordinates))

    def __repr__(self) -> str:
        return f"Mixture(n_components={self.n_components})"


class Kernel:
    """A kernel density: a new row is one of the examples, and noise in the shape of the class.

    Parameters
    ----------
    bandwidth : "likelihood", "scott", "silverman" or float
        How far the noise reaches, in standard deviations of the class; above 0. By the rules of
        Scott (1992) or Silverman (1986) it shrinks as examples grow, which suits a class of one
        kind. By likelihood it is that share of Scott's, from 0.1 to 1, under which the others
        expect each example best, which suits one of several kinds as well.

    Notes
    -----
    The kernel of scikit-learn's ``KernelDensity``. To draw from it is the smoothed bootstrap
    (Silverman, *Density Estimation for Statistics and Data Analysis*, 1986, section 6.4), here
    around the parent instead of an example that is drawn.

    Examples
    --------
    >>> rows = np.array([[0.0, 5.0], [1.0, 5.0], [2.0, 5.0]])
    >>> rng = np.random.default_rng(0)
    >>> draw = Kernel(bandwidth=0.1).fit(rows, rng)
    >>> draw(2, rng).round(1).tolist()
    [2.0, 5.0]
    """

    recipe = "drawn from the density around it"

    def __init__(self, bandwidth: float | str = "likelihood") -> None:
        is_rule = isinstance(bandwidth, str) and bandwidth in _RULES
        is_number = isinstance(bandwidth, int | float) and not isinstance(bandwidth, bool)
        if not is_rule and not (is_number and 0 < float(bandwidth) < np.inf):
            raise InvalidInput(
                f"bandwidth is one of {', '.join(map(repr, _RULES))}, or a number above 0",
                repr(bandwidth),
                'Pass bandwidth="likelihood"',
            )
        self.bandwidth = bandwidth

    def fit(
        self, rows: np.ndarray, rng: np.random.Generator
    ) -> Callable[[int, np.random.Generator], np.ndarray]:
        """Return what draws a new row for the example of a number; see `Density.fit`."""
        space = Directions(rows)
        spread = space.coordinates.std(axis=0, ddof=1)
        reach = self._reach(space.coordinates / spread, rng)

        def draw(i: int, rng: np.random.Generator) -> np.ndarray:
            noise = reach * spread * rng.normal(size=space.n)
            return space.at(i, space.coordinates[i] + noise)

        return draw

    def _reach(self, examples: np.ndarray, rng: np.random.Generator) -> float:
        """Return the bandwidth in units of these coordinates."""
        from sklearn.neighbors import KernelDensity  # noqa: PLC0415

        if isinstance(self.bandwidth, float | int):
            return float(self.bandwidth)
        rule = "scott" if self.bandwidth == "likelihood" else self.bandwidth
        reach = float(KernelDensity(bandwidth=rule).fit(examples).bandwidth_)
        if self.bandwidth != "likelihood" or len(examples) < _FEWEST:
            return reach
        some = rng.permutation(examples)[:_COMPARED]
        return float(max(reach * _SHARES, key=lambda reach: _likelihood(some, reach)))

    def __repr__(self) -> str:
        return f"Kernel(bandwidth={self.bandwidth!r})"


class Directions:
    """The principal directions of a class, on columns of one scale.

    Parameters
    ----------
    rows : ndarray of shape (n_examples, n_features), float64
        At least two of them differ.

    Attributes
    ----------
    n : int
        How many directions there are; a third of the examples at most, and one at least.
    coordinates : ndarray of shape (n_examples, n)
        The examples in them.
    """

    def __init__(self, rows: np.ndarray) -> None:
        deviation = rows.std(axis=0)
        self._rows, self._scale = rows, np.where(deviation > 0, deviation, 1.0)
        scaled = (rows - rows.mean(axis=0)) / self._scale
        left, lengths, directions = np.linalg.svd(scaled, full_matrices=False)
        share = np.cumsum(lengths**2) / np.sum(lengths**2)
        enough = int(np.searchsorted(share, _KEPT)) + 1
        self.n = max(1, min(enough, len(rows) // _EXAMPLES, len(lengths)))
        self.coordinates = left[:, : self.n] * lengths[: self.n]
        self._directions = directions[: self.n] * self._scale

    def at(self, i: int, coordinates: np.ndarray) -> np.ndarray:
        """Return the example of this number, moved to other coordinates."""
        moved = (coordinates - self.coordinates[i]) @ self._directions
        return np.asarray(self._rows[i] + moved)


def _mixture(coordinates: np.ndarray, n_components: int, seed: int) -> Any:
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415
    from sklearn.mixture import GaussianMixture  # noqa: PLC0415

    n, n_directions = coordinates.shape
    is_full = n >= _FULL * n_directions * n_components
    mixture = GaussianMixture(
        n_components,
        covariance_type="full" if is_full else "diag",
        reg_covar=_FLOOR * float(coordinates.var(axis=0).mean()),
        random_state=seed,
    )
    with warnings.catch_warnings():  # a rough fit is as good, of examples that repeat too
        warnings.simplefilter("ignore", ConvergenceWarning)
        return mixture.fit(coordinates)


def _likelihood(examples: np.ndarray, reach: float) -> float:
    """Return how well each example is expected by the others: the mean logarithm of its density."""
    from scipy.special import logsumexp  # noqa: PLC0415

    n_directions = examples.shape[1]
    exponents = squared_distances(examples, examples) / (-2 * reach**2)
    np.fill_diagonal(exponents, -np.inf)
    density = logsumexp(exponents, axis=1) - n_directions * np.log(reach)
    return float(np.mean(density))


def _root(covariance: np.ndarray) -> np.ndarray:
    """Return a matrix that turns standard normal noise into noise of this covariance."""
    if covariance.ndim == 1:
        return np.diag(np.sqrt(covariance))
    return np.asarray(np.linalg.cholesky(covariance))
