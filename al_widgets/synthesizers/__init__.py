"""How new items are made from labeled ones: augmentation, interpolation, generative models."""

from __future__ import annotations

from al_widgets.synthesizers._augly import Augly
from al_widgets.synthesizers._augment import Augment
from al_widgets.synthesizers._base import Made, Synthesizer
from al_widgets.synthesizers._boundary import BoundarySearch
from al_widgets.synthesizers._chain import Chain
from al_widgets.synthesizers._convgan import ConvGAN
from al_widgets.synthesizers._ctgan import CTGAN
from al_widgets.synthesizers._densities import Kernel, Mixture
from al_widgets.synthesizers._generate import Generate
from al_widgets.synthesizers._interpolate import Interpolate
from al_widgets.synthesizers._mixup import MixUp
from al_widgets.synthesizers._recipes_images import (
    Blur,
    Brightness,
    Contrast,
    Fade,
    Hue,
    Noise,
    Tint,
)
from al_widgets.synthesizers._recipes_places import Flip, Overlay, Rotate, Shift, Zoom
from al_widgets.synthesizers._recipes_rows import Jitter
from al_widgets.synthesizers._recipes_sound import SoundNoise, SoundShift, SoundStretch
from al_widgets.synthesizers._recipes_text import DropWords, SwapWords, Typos
from al_widgets.synthesizers._regress import Regress

__all__ = [
    "CTGAN",
    "Augly",
    "Augment",
    "Blur",
    "BoundarySearch",
    "Brightness",
    "Chain",
    "Contrast",
    "ConvGAN",
    "DropWords",
    "Fade",
    "Flip",
    "Generate",
    "Hue",
    "Interpolate",
    "Jitter",
    "Kernel",
    "Made",
    "MixUp",
    "Mixture",
    "Noise",
    "Overlay",
    "Regress",
    "Rotate",
    "Shift",
    "SoundNoise",
    "SoundShift",
    "SoundStretch",
    "SwapWords",
    "Synthesizer",
    "Tint",
    "Typos",
    "Zoom",
]
