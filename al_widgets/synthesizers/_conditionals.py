"""What each column of a class is likely to be, given all others of the row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from al_widgets.exceptions import InvalidInput

if TYPE_CHECKING:
    from al_widgets.synthesizers._columns import Columns

_PENALTIES = (100.0, 10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 1e-3, 1e-4)  # for each row
_FOLDS = 5
_LEAST_LEAF = 5  # rows that a share of a category is counted in
_DEEPEST = 4
_REFUSALS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


class Conditionals:
    """Regressions of each column on all others, of rows of one class.

    Parameters
    ----------
    rows : ndarray of shape (n, n_features)
        At least two.
    columns : Columns
        What kind of numbers stand in them.
    estimator : regressor or None
        For columns of numbers; ridge regression when None.
    rng : Generator
        Seeds the models.
    """

    def __init__(
        self, rows: np.ndarray, columns: Columns, estimator: Any, rng: np.random.Generator
    ) -> None:
        at = np.flatnonzero(rows.max(axis=0) > rows.min(axis=0))  # the others are always the same
        X = rows[:, at].astype(np.float64)
        self._at, self._low, self._high = at, X.min(axis=0), X.max(axis=0)
        self._mean, self._scale = X.mean(axis=0), X.std(axis=0)
        self._is_whole = columns.is_whole[at]
        Z = (X - self._mean) / self._scale
        seed = int(rng.integers(2**31))
        numbers = np.flatnonzero(~columns.is_nominal[at])
        self._numbers: _Numbers | None = None
        if len(numbers):
            chosen = (
                _Ridge(Z, numbers) if estimator is None else _Fitted(Z, numbers, estimator, seed)
            )
            self._numbers = chosen
        place = np.full(rows.shape[1], -1)
        place[at] = np.arange(len(at))
        local = [place[variable][place[variable] >= 0] for variable in columns.variables]
        kinds = [_Nominal(Z, variable, seed) for variable in local if len(variable)]
        self._variables: list[int | _Nominal] = [*numbers.tolist(), *kinds]

    def drawn(self, rows: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return rows of which every column was drawn anew, one after the other.

        Parameters
        ----------
        rows : ndarray of shape (m, n_features)
            Where it begins: rows of the class. They stay as they are.

        Returns
        -------
        ndarray of shape (m, n_features), of the same dtype
            Each column within the range that it has in the class.
        """
        Z = (rows[:, self._at].astype(np.float64) - self._mean) / self._scale
        if self._numbers is not None:
            self._numbers.begin(Z)
        for i in rng.permutation(len(self._variables)).tolist():
            variable = self._variables[i]
            if isinstance(variable, _Nominal):
                where, values = variable.columns, variable.drawn(Z, rng)
            else:
                where, values = np.array([variable]), self._number(variable, Z, rng)
            if self._numbers is not None:
                self._numbers.changed(where, values - Z[:, where])
            Z[:, where] = values
        out = rows.copy()
        new = np.clip(self._mean + self._scale * Z, self._low, self._high)
        is_discrete = self._is_whole.copy()
        for variable in self._variables:
            if isinstance(variable, _Nominal):
                is_discrete[variable.columns] = True
        new[:, is_discrete] = np.rint(new[:, is_discrete])
        out[:, self._at] = new.astype(rows.dtype)
        return out

    def _number(self, column: int, Z: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return values of a column of numbers, of shape (m, 1), scaled."""
        assert self._numbers is not None  # noqa: S101 - there are such columns
        residuals = self._numbers.residuals[column]
        values = self._numbers.predicted(column, Z) + rng.choice(residuals, len(Z))
        mean, scale = self._mean[column], self._scale[column]
        values = np.clip(mean + scale * values, self._low[column], self._high[column])
        if self._is_whole[column]:
            values = np.rint(values)
        return np.asarray((values - mean) / scale)[:, None]


class _Numbers(Protocol):
    """Predicts columns of numbers; a prediction of a row does not look at the column itself.

    Attributes
    ----------
    residuals : dict of int to ndarray of shape (n,)
        What predictions of each column missed by, of rows that they had not seen.
    """

    residuals: dict[int, np.ndarray]

    def begin(self, Z: np.ndarray) -> None: ...

    def changed(self, columns: np.ndarray, by: np.ndarray) -> None: ...

    def predicted(self, column: int, Z: np.ndarray) -> np.ndarray: ...


class _Ridge:
    """Ridge regressions of all columns at once, with one penalty, and errors of leaving one out.

    With P = (Z'Z + penalty)⁻¹, the regression of column j on the others predicts
    z_j - (z P)_j / P_jj. The leverage of row i in it is z_i P z_i' - (z_i P)_j² / P_jj. P itself,
    which would be large where there are many columns, is held by the directions of Z. The penalty
    is the one whose predictions are best for rows left out.
    """

    def __init__(self, Z: np.ndarray, columns: np.ndarray) -> None:
        self._squares, self._V = _directions(Z)
        self._outside = np.maximum(1 - (self._V**2).sum(axis=1), 0)
        T = Z @ self._V
        best = np.inf
        for penalty in len(Z) * np.array(_PENALTIES):
            fitted, missed = self._left_out(Z, T, penalty)
            error = float((missed[:, columns] ** 2).mean())
            if error < best * (1 - 1e-3):
                best, self._penalty, kept, explained = error, penalty, missed, fitted
        self._weights = self._penalty / (self._squares + self._penalty)
        self._diagonal = self._outside + (self._V**2) @ self._weights  # P_jj, times the penalty
        # what a prediction does not explain is what the column has to vary by beside it
        room = np.sqrt(np.clip(1 - explained.var(axis=0), 0, None))
        size = np.sqrt((kept**2).mean(axis=0))
        factors = np.divide(room, size, out=np.ones_like(size), where=size > 0)
        self.residuals = {j: kept[:, j] * min(factors[j], 1.0) for j in columns.tolist()}

    def _left_out(self, Z: np.ndarray, T: np.ndarray, penalty: float) -> tuple[np.ndarray, ...]:
        """Return predictions of all columns, and errors of those that had not seen the row."""
        weights = 1 / (self._squares + penalty)
        diagonal = self._outside / penalty + (self._V**2) @ weights
        U = (T * weights) @ self._V.T
        error = U / diagonal
        leverage = ((T**2) @ weights)[:, None] - U * error + 1 / len(Z)
        return Z - error, error / np.maximum(1 - leverage, 1e-12)

    def begin(self, Z: np.ndarray) -> None:
        self._T = Z @ self._V

    def changed(self, columns: np.ndarray, by: np.ndarray) -> None:
        self._T += by @ self._V[columns]

    def predicted(self, column: int, Z: np.ndarray) -> np.ndarray:
        z, direction = Z[:, column], self._V[column]
        own = z - self._T @ ((1 - self._weights) * direction)
        return np.asarray(z - own / self._diagonal[column])


def _directions(Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the squared singular values of Z, and its right singular vectors as columns."""
    n, width = Z.shape
    squares, vectors = np.linalg.eigh(Z @ Z.T if n < width else Z.T @ Z)
    kept = squares > 1e-10 * squares.max()
    squares, vectors = squares[kept], vectors[:, kept]
    return squares, (Z.T @ vectors) / np.sqrt(squares) if n < width else vectors


class _Fitted:
    """Regressions by copies of an estimator; their errors are those of cross-validation."""

    def __init__(self, Z: np.ndarray, columns: np.ndarray, estimator: Any, seed: int) -> None:
        from sklearn.model_selection import KFold, cross_val_predict  # noqa: PLC0415

        folds = KFold(min(_FOLDS, len(Z)), shuffle=True, random_state=seed)
        self.residuals, self._models = {}, {}
        try:
            for j in columns.tolist():
                model, rest = _seeded(estimator, seed), _without(Z, [j])
                missed = Z[:, j] - cross_val_predict(model, rest, Z[:, j], cv=folds)
                self.residuals[j] = missed
                self._models[j] = model.fit(rest, Z[:, j])
        except _REFUSALS as error:
            raise InvalidInput(
                "estimator must learn a column from the others",
                f"{type(error).__name__}: {error} (from {estimator!r}, {len(Z)} rows)",
                "Set its parameters, choose another, or leave it out",
            ) from error

    def begin(self, Z: np.ndarray) -> None: ...

    def changed(self, columns: np.ndarray, by: np.ndarray) -> None: ...

    def predicted(self, column: int, Z: np.ndarray) -> np.ndarray:
        return np.asarray(self._models[column].predict(_without(Z, [column])), dtype=float)


class _Nominal:
    """Predicts how likely each category is: indicator columns that belong together.

    A small decision tree, whose leaves hold some rows each; with few rows it is the shares that
    the categories have.

    Attributes
    ----------
    columns : ndarray of int
        Where they stand in Z.
    """

    def __init__(self, Z: np.ndarray, columns: np.ndarray, seed: int) -> None:
        from sklearn.tree import DecisionTreeClassifier  # noqa: PLC0415

        self.columns = columns
        self._values, category = np.unique(Z[:, columns], axis=0, return_inverse=True)
        self._model = DecisionTreeClassifier(
            max_depth=_DEEPEST, min_samples_leaf=_LEAST_LEAF, random_state=seed
        ).fit(_without(Z, columns), category.reshape(-1))

    def drawn(self, Z: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return a category for each row, as its columns, of shape (m, n_columns)."""
        below = self._model.predict_proba(_without(Z, self.columns)).cumsum(axis=1)
        chosen = (rng.random(len(Z))[:, None] >= below[:, :-1]).sum(axis=1)
        return np.asarray(self._values[chosen])


def _without(Z: np.ndarray, columns: Any) -> np.ndarray:
    """Return all other columns; a column of zeros if there is none."""
    rest = np.delete(Z, columns, axis=1)
    return rest if rest.shape[1] else np.zeros((len(Z), 1))


def _seeded(estimator: Any, seed: int) -> Any:
    from sklearn.base import clone  # noqa: PLC0415

    copy = clone(estimator)
    states = [name for name in copy.get_params() if name.rpartition("__")[2] == "random_state"]
    return copy.set_params(**dict.fromkeys(sorted(states), seed))
