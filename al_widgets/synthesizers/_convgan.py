"""A small convolutional network that makes small pictures of a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets import extras
from al_widgets.exceptions import InvalidInput
from al_widgets.synthesizers._alone import alone
from al_widgets.synthesizers._convnets import Nets
from al_widgets.synthesizers._rows import features_of, nearest_of
from al_widgets.synthesizers._training import Training, check_training

if TYPE_CHECKING:
    from al_widgets.context import Context

_LARGEST = 64  # pixels to a side
_BATCH = 32  # pictures
_DRAWN = 8  # pictures, of which the one nearest to the parent is taken


class ConvGAN:
    """A generative adversarial network for small pictures (extra ``gan``).

    It learns from all labeled pictures with their classes, each class as often as any other, and
    makes pictures of the class of a parent. Of eight the one nearest to the parent is taken. The
    content of the pool must be arrays of one shape, of at most 64 by 64 pixels with 1 or 3
    channels, and the pool must be able to compute features from them (``featurize=``).

    Parameters
    ----------
    epochs : int
        How often it sees the pictures, at least 1.
    progress : callable, bool, optional
        Called after each epoch with how many are done, and of how many; True for a bar.
    stop : threading.Event or callable, optional
        Looked at after every batch; when it is set, or returns True, the training ends, and what
        was learned is used.

    Notes
    -----
    Two strided convolutions each way (DCGAN: Radford, Metz, Chintala, *Unsupervised Representation
    Learning with Deep Convolutional Generative Adversarial Networks*, ICLR 2016); the class is
    known to both networks, to the critic by projection, which is spectrally normalized (Miyato,
    Koyama, *cGANs with Projection Discriminator*, ICLR 2018; Miyato et al., *Spectral Normalization
    for Generative Adversarial Networks*, ICLR 2018), with the hinge loss. Pictures are made by the
    moving average of the weights. It trains anew for each call of `make`, on one thread: ask for
    many items at once.

    Examples
    --------
    >>> ConvGAN(epochs=20)
    ConvGAN(epochs=20)
    """

    recipe = "drawn from a network for pictures"

    def __init__(self, epochs: int = 200, progress: Any = None, stop: Any = None) -> None:
        check_training(epochs, progress, stop)
        self.epochs, self.progress, self.stop = epochs, progress, stop

    def learn(self, context: Context, rng: np.random.Generator) -> Any:
        """Train on what is labeled; see `CTGAN.learn`."""
        torch = extras.gan("torch", "ConvGAN")
        pictures = _Pictures(context)
        features_of(context.pool, pictures.shown(pictures.planes[:1]))  # before it takes long
        classes, y = np.unique(context.labels, return_inverse=True)
        training = Training(self.epochs, self.progress, self.stop)
        with alone(torch, int(rng.integers(2**31))):
            nets = Nets(torch, pictures.planes.shape[1:], len(classes))
            x, which = torch.from_numpy(pictures.planes), torch.from_numpy(y)
            weights = torch.from_numpy(1 / np.bincount(y)[y])
            with training:
                for _ in range(self.epochs):
                    for batch in _batches(torch, weights):
                        nets.learn(x[batch], which[batch])
                        training.batch_done()
                    training.epoch_done()
        return _Drawing(context, pictures, nets, torch, classes)

    def __repr__(self) -> str:
        told = {"progress": self.progress, "stop": self.stop}
        more = "".join(f", {name}=..." for name, value in told.items() if value is not None)
        return f"ConvGAN(epochs={self.epochs}{more})"


class _Pictures:
    """The labeled pictures as the networks see them, and the way back.

    Attributes
    ----------
    planes : ndarray of shape (n, channels, height, width), float32
        From -1 to 1, height and width multiples of 4: the edges are repeated.
    """

    def __init__(self, context: Context) -> None:
        contents = [context.pool.content[int(position)] for position in context.labeled]
        self.shape, self._dtype = _common_shape(contents)
        pixels = np.stack(contents).astype(np.float32)
        if self._dtype == np.uint8:
            self._low, self._high = 0.0, 255.0
        else:
            self._low, self._high = float(pixels.min()), float(pixels.max())
        if not (np.isfinite([self._low, self._high]).all() and self._low < self._high):
            raise InvalidInput(
                "pictures have finite pixels that differ",
                f"from {self._low} to {self._high}",
                "Check how the content of the pool was made",
            )
        self._is_first = len(self.shape) == 3 and self.shape[2] not in (1, 3)
        if len(self.shape) == 2:
            pixels = pixels[:, None]
        elif not self._is_first:
            pixels = np.moveaxis(pixels, 3, 1)
        self._sides = pixels.shape[2:]
        missing = [(0, -side % 4) for side in self._sides]
        planes = np.pad(pixels, [(0, 0), (0, 0), *missing], mode="edge")
        self.planes = np.ascontiguousarray(
            (planes - self._low) * (2 / (self._high - self._low)) - 1, dtype=np.float32
        )

    def shown(self, planes: np.ndarray) -> list[np.ndarray]:
        """Return pictures of the shape and type that the pool shows."""
        height, width = self._sides
        pixels = planes[:, :, :height, :width]
        pixels = (pixels.clip(-1, 1) + 1) * ((self._high - self._low) / 2) + self._low
        if np.dtype(self._dtype).kind in "iub":
            pixels = np.rint(pixels)
        if not self._is_first:
            pixels = np.moveaxis(pixels, 1, 3)
        return list(pixels.astype(self._dtype).reshape(-1, *self.shape))


class _Drawing:
    """Networks that have learned."""

    def __init__(
        self, context: Context, pictures: _Pictures, nets: Nets, torch: Any, classes: np.ndarray
    ) -> None:
        self._context, self._pictures, self._nets = context, pictures, nets
        self._torch, self._classes = torch, classes

    def draw(self, parent: int, label: int, rng: np.random.Generator) -> tuple[np.ndarray, Any]:
        """Return features and content of the picture nearest to the parent of some."""
        which = int(np.searchsorted(self._classes, label))
        with alone(self._torch, int(rng.integers(2**31))):
            planes = self._nets.made(which, _DRAWN)
        contents = self._pictures.shown(planes)
        rows = features_of(self._context.pool, contents)
        best = nearest_of(self._context, parent, rows)
        return rows[best], contents[best]


def _batches(torch: Any, weights: Any) -> Any:
    """Return the numbers of an epoch's pictures, batch by batch, each class as often as another."""
    n = len(weights)
    chosen = torch.multinomial(weights, max(n, 2), replacement=True)
    return chosen.chunk(max(1, round(n / _BATCH)))


def _common_shape(contents: list[Any]) -> tuple[tuple[int, ...], Any]:
    """Return shape and type of pictures; refuse what the network cannot make."""
    shapes = {getattr(content, "shape", None) for content in contents}
    kinds = {getattr(content, "dtype", None) for content in contents}
    first = contents[0]
    is_picture = isinstance(first, np.ndarray) and first.dtype.kind in "fiub"
    if not is_picture or len(shapes) > 1 or len(kinds) > 1:
        raise InvalidInput(
            "a network for pictures learns from arrays of one shape and type",
            f"shapes {shapes}" if is_picture else type(first).__name__,
            "Scale all pictures to one size, and pass them as an array: Pool(X, content=pictures)",
        )
    shape = first.shape
    channels = {1} if len(shape) == 2 else {*shape[:1], *shape[2:]} if len(shape) == 3 else set()
    sides = sorted(shape)[-2:]
    if not channels & {1, 3} or max(sides, default=0) > _LARGEST or min(sides, default=0) < 4:
        raise InvalidInput(
            f"pictures have 4 to {_LARGEST} pixels to a side, and 1 or 3 channels",
            f"shape {shape}",
            "Scale them down, or use Augment, for which any size will do",
        )
    return shape, first.dtype
