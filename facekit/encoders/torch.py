"""The encoder on torch: CUDA, MPS or the processor. Weights come from safetensors, never from a pickle."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from facekit.cards import ModelCard, verified_file
from facekit.encoders.prepare import batch_of, embeddings_of
from facekit.errors import ModelError
from facekit.nets import NETS
from facekit.types import AlignedFace, Embedding

_BATCH = 64


class TorchEncoder:
    """A network of facekit.nets with the card's weights.

    Raises:
        ModelFileMissingError, ModelChecksumError: As facekit.cards.verified_file.
        ModelError: The weights do not fit the network, or hold NaN or infinity.
    """

    def __init__(self, card: ModelCard, folder: Path, *, device: str = "cpu") -> None:
        self.card = card
        self._device = torch.device(device)
        self.device = _described(self._device)
        self._net = load_net(card, verified_file(card, folder, "torch")).to(self._device).eval()

    def encode(self, faces: Sequence[AlignedFace]) -> tuple[Embedding, ...]:
        """One embedding a face, in order. Raises ValueError for a face of another size."""
        made: list[Embedding] = []
        for start in range(0, len(faces), _BATCH):
            batch = torch.from_numpy(batch_of(faces[start : start + _BATCH], self.card)).to(self._device)
            with torch.inference_mode():
                vectors = self._net(batch).float().cpu().numpy()
            made += embeddings_of(vectors, self.card)
        return tuple(made)


def load_net(card: ModelCard, path: Path) -> torch.nn.Module:
    """The card's network with the weights of a safetensors file, as float32 on the processor.

    Raises:
        ModelError: The file cannot be read, does not fit the network, or holds NaN or infinity (safetensors does not check).
    """
    net = NETS.create(card.net, **card.net_arguments)
    try:
        weights = {name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in load_file(path).items()}
        net.load_state_dict(weights)
    except (SafetensorError, RuntimeError, OSError) as error:
        raise ModelError(f"The weights {path} do not fit the network {card.net}: {error}.") from error
    broken = [name for name, tensor in weights.items() if tensor.is_floating_point() and not torch.isfinite(tensor).all()]
    if broken:
        raise ModelError(f"The weights {path} hold NaN or infinity in {broken[0]}.", hint="Fetch or import them again.")
    return net


def _described(device: torch.device) -> str:
    return f"cuda ({torch.cuda.get_device_name(device)})" if device.type == "cuda" else device.type
