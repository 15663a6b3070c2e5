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
NETS.add("mlp", "facekit.nets.mlp:Mlp", "784-256-128-10, the lecture's fully connected network", needs=("torch",))
NETS.add("lenet5", "facekit.nets.lenet5:LeNet5", "LeNet-5 (1998), digits", needs=("torch",))
NETS.add("alexnet", "facekit.nets.alexnet:AlexNet", "AlexNet (2012) as one tower", needs=("torch",))
NETS.add("vgg16", "facekit.nets.vgg:Vgg", "VGG-16 (2015), all 3×3", needs=("torch",))
NETS.add("resnet18", "facekit.nets.resnet:resnet18", "residual, 18 layers (2015)", needs=("torch",))
NETS.add("resnet34", "facekit.nets.resnet:resnet34", "residual, 34 layers", needs=("torch",))
NETS.add("plain18", "facekit.nets.resnet:plain18", "the 18 layers without shortcuts", needs=("torch",))
NETS.add("plain34", "facekit.nets.resnet:plain34", "the 34 layers without shortcuts", needs=("torch",))
NETS.add("transfer", "facekit.nets.transfer:Transfer", "another network with new last layers", needs=("torch",))
NETS.add("detector", "facekit.nets.detector:DetectorNet", "fully convolutional: score, box and five points, ours", needs=("torch",))
NETS.add("locator", "facekit.nets.locator:Locator", "is something in the picture, and where: a box or points", needs=("torch",))
NETS.add("windows", "facekit.nets.windows:WindowNet", "is a square a face? the lecture's, and its convolutional form", needs=("torch",))
