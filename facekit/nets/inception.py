"""InceptionResnetV1 (Szegedy et al. 2016) as facenet-pytorch has it, without its own download of weights."""

from __future__ import annotations

from facenet_pytorch import InceptionResnetV1
from torch import nn


def inception_resnet_v1() -> nn.Module:
    """N×3×160×160 float32 ((RGB − 127.5) / 128) → N×512 unit vectors; no weights are loaded and nothing is fetched."""
    made = InceptionResnetV1(pretrained=None, classify=False)
    made.input_size = 160
    net: nn.Module = made
    return net
