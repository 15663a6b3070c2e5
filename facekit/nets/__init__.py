"""Network definitions shared by inference and training. A network never loads weights itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from facekit.registry import Registry

if TYPE_CHECKING:
    from torch import nn

NETS: Registry[nn.Module] = Registry("network")
NETS.add("residual-encoder", "facekit.nets.residual:ResidualEncoder", "dense 3×3 ReLU residual network, ours", needs=("torch",))
NETS.add(
    "inception-resnet-v1", "facekit.nets.inception:inception_resnet_v1", "facenet-pytorch's InceptionResnetV1", needs=("facenet_pytorch",)
)
