"""The two networks that learn from each other: one makes pictures, the other tells them apart."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

_NOISE = 64  # numbers that a picture is made of
_WIDTH = 32  # channels of the layer at half of the size; twice as many at a quarter
_RATE = 1e-3
_BETAS = (0.5, 0.99)
_KEPT = 0.99  # of the averaged weights, at each step
_LEAK = 0.2


class Nets:
    """A generator and a critic of pictures of several classes.

    Parameters
    ----------
    torch : module
    shape : (int, int, int)
        Channels, height and width of a picture; the sides are multiples of 4.
    n_classes : int
    """

    def __init__(self, torch: Any, shape: tuple[int, ...], n_classes: int) -> None:
        self._torch, self._n_classes = torch, n_classes
        self._generator = _generator(torch, shape, n_classes)
        self._averaged = deepcopy(self._generator).requires_grad_(requires_grad=False)
        self._critic = _critic(torch, shape, n_classes)
        adam = torch.optim.Adam
        self._makes = adam(self._generator.parameters(), lr=_RATE / 2, betas=_BETAS)
        self._tells = adam(self._critic.parameters(), lr=_RATE, betas=_BETAS)
        self._steps = 0

    def learn(self, pictures: Any, classes: Any) -> None:
        """Let both learn from a batch.

        Parameters
        ----------
        pictures : tensor of shape (n, channels, height, width)
            From -1 to 1.
        classes : tensor of shape (n,), int
        """
        relu = self._torch.relu
        made = self._generator(self._ideas(classes))
        real, fake = self._told(pictures, classes), self._told(made.detach(), classes)
        self._step(self._tells, relu(1 - real).mean() + relu(1 + fake).mean())
        self._step(self._makes, -self._told(made, classes).mean())
        self._average()

    def made(self, which: int, n: int) -> np.ndarray:
        """Return `n` pictures of a class, of shape (n, channels, height, width), from -1 to 1."""
        self._averaged.eval()
        with self._torch.no_grad():
            pictures = self._averaged(self._ideas(self._torch.full((n,), which)))
        out: np.ndarray = pictures.numpy()
        return out

    def _ideas(self, classes: Any) -> Any:
        """Return noise and class of each picture as the generator wants them."""
        noise = self._torch.randn(len(classes), _NOISE)
        told = self._torch.nn.functional.one_hot(classes, self._n_classes)
        return self._torch.cat([noise, told.to(noise.dtype)], dim=1)

    def _told(self, pictures: Any, classes: Any) -> Any:
        """Return how real each picture seems, as one of its class."""
        seen = self._critic["look"](pictures)
        by_class = self._critic["classes"](classes)
        return self._critic["judge"](seen)[:, 0] + (by_class * seen).sum(dim=1)

    def _step(self, optimizer: Any, loss: Any) -> None:
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    def _average(self) -> None:
        """Move the averaged weights towards those of now; fast at first."""
        self._steps += 1
        kept = min(_KEPT, (1 + self._steps) / (10 + self._steps))
        now = self._generator.state_dict()
        for name, value in self._averaged.state_dict().items():
            if value.dtype.is_floating_point:
                value.mul_(kept).add_(now[name], alpha=1 - kept)


def _generator(torch: Any, shape: tuple[int, ...], n_classes: int) -> Any:
    nn = torch.nn
    channels, height, width = shape
    wide = 2 * _WIDTH
    return nn.Sequential(
        nn.Linear(_NOISE + n_classes, wide * (height // 4) * (width // 4)),
        nn.Unflatten(1, (wide, height // 4, width // 4)),
        nn.BatchNorm2d(wide),
        nn.ReLU(),
        nn.ConvTranspose2d(wide, _WIDTH, 4, stride=2, padding=1),
        nn.BatchNorm2d(_WIDTH),
        nn.ReLU(),
        nn.ConvTranspose2d(_WIDTH, channels, 4, stride=2, padding=1),
        nn.Tanh(),
    )


def _critic(torch: Any, shape: tuple[int, ...], n_classes: int) -> Any:
    nn, normal = torch.nn, torch.nn.utils.parametrizations.spectral_norm
    channels, height, width = shape
    wide = 2 * _WIDTH
    n_seen = wide * (height // 4) * (width // 4)
    look = nn.Sequential(
        normal(nn.Conv2d(channels, _WIDTH, 4, stride=2, padding=1)),
        nn.LeakyReLU(_LEAK),
        normal(nn.Conv2d(_WIDTH, wide, 4, stride=2, padding=1)),
        nn.LeakyReLU(_LEAK),
        nn.Flatten(),
        normal(nn.Linear(n_seen, 128)),
        nn.LeakyReLU(_LEAK),
    )
    parts = {
        "look": look,
        "judge": normal(nn.Linear(128, 1)),
        "classes": normal(nn.Embedding(n_classes, 128)),
    }
    return nn.ModuleDict(parts)
