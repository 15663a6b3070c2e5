"""Weights of others brought onto this machine: fetched with progress and resume, or imported from a file; the hash is checked either way.

A published state dict is read once, by torch's restricted reader, and kept as safetensors; nothing is unpickled when a model is opened.
"""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from pathlib import Path

from facekit.cards import ModelCard, save_card, sha256_of, weight_file
from facekit.errors import ModelChecksumError, ModelError, ModelFileMissingError, UnknownNameError
from facekit.paths import private_dir
from facekit.weights import user_weights_dir
from facekit.weights.catalogue import CATALOGUE, Published

Progress = Callable[[int, int | None], None]
"""Called with bytes so far and bytes in all, None where the server does not say."""

_CHUNK = 1 << 16
_TIMEOUT_S = 30.0
_LARGEST = 2 << 30


def published(name: str) -> Published:
    """The catalogue's row. Raises UnknownNameError."""
    if name not in CATALOGUE:
        raise UnknownNameError(f"There are no weights {name!r} to fetch.", hint=f"There are: {', '.join(CATALOGUE)}.")
    return CATALOGUE[name]


def fetch(model: Published, *, url: str = "", progress: Progress | None = None) -> ModelCard:
    """The card of a model that was downloaded, checked and installed. An interrupted download goes on where it stopped.

    Args:
        url: A mirror to be used in place of the published address; the hash that must come out stays the same.

    Raises:
        ModelError: The server cannot be reached, answers with an error, or breaks off; the part that came is kept.
        ModelChecksumError: What came is not what was published; it is deleted.
    """
    url = url or model.url
    if not url.startswith(("https://", "http://")):
        raise ModelError(f"{url!r} is not an address to fetch from.", hint="Give one that begins with https://.")
    part = private_dir(user_weights_dir()) / f"{model.name}.part"
    try:
        _download(url, part, progress)
    except (OSError, urllib.error.URLError) as error:
        raise ModelError(
            f"{model.name} could not be fetched from {url}: {error}.",
            hint=f"Run the same command again to go on, or import the file by hand: facekit weights import FILE --name {model.name}.",
        ) from error
    try:
        return install(model, part)
    finally:
        part.unlink(missing_ok=True)


def _download(url: str, part: Path, progress: Progress | None) -> None:
    """Append to `part` what is missing of the file at `url`."""
    have = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    try:
        response = urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=_TIMEOUT_S)
    except urllib.error.HTTPError as error:
        with error:
            if have and error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                return  # all of it was here already
            raise
    with response:
        resumed = response.status == HTTPStatus.PARTIAL_CONTENT
        length = response.headers.get("Content-Length")
        so_far = have if resumed else 0
        total = so_far + int(length) if length else None
        with part.open("ab" if resumed else "wb") as file:
            while piece := response.read(_CHUNK):
                file.write(piece)
                so_far += len(piece)
                if so_far > _LARGEST:
                    raise OSError(f"the file is larger than {_LARGEST >> 30} GB")
                if progress:
                    progress(so_far, total)
    if total is not None and so_far < total:
        raise OSError(f"the connection ended after {so_far} of {total} bytes")


def import_file(path: Path, name: str = "") -> ModelCard:
    """The card of a model that was installed from a file on this machine; the file itself is left alone.

    Args:
        name: Of the catalogue; found by the file's hash where not given.

    Raises:
        ModelFileMissingError: There is no such file.
        UnknownNameError: It is none of the catalogue's, or the name is unknown.
        ModelChecksumError: It is not what was published under that name.
    """
    if not path.is_file():
        raise ModelFileMissingError(f"There is no file {path} to import.")
    if name:
        return install(published(name), path)
    found = sha256_of(path)
    for model in CATALOGUE.values():
        if model.sha256 == found:
            return install(model, path)
    raise UnknownNameError(
        f"{path} is none of the published weights that are known here (SHA-256 {found[:12]}…).",
        hint=f"Name it with --name, one of {', '.join(CATALOGUE)}.",
    )


def install(model: Published, path: Path) -> ModelCard:
    """The card of the model, whose file was checked and put in its folder; the folder appears whole or not at all.

    Raises:
        ModelChecksumError: The file is not what was published.
        ModelError: It does not fit the network.
    """
    found = sha256_of(path)
    if model.sha256 and found != model.sha256:
        raise ModelChecksumError(
            f"{path.name} is not the published {model.name}: its SHA-256 is {found[:12]}…, not {model.sha256[:12]}….",
            hint="The file is damaged or another one; fetch it again from its publisher.",
        )
    home = private_dir(user_weights_dir())
    scratch = Path(tempfile.mkdtemp(prefix=f".{model.name}-", dir=home))
    try:
        file = _as_onnx(path, scratch / f"{model.name}.onnx") if model.runtime == "onnx" else _as_safetensors(model, path, scratch)
        card = _card(model, file, found)
        save_card(card, scratch)
        target = home / model.name
        if target.exists():
            shutil.rmtree(target)
        scratch.replace(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return card


def _as_onnx(path: Path, target: Path) -> Path:
    shutil.copyfile(path, target)
    return target


def _as_safetensors(model: Published, path: Path, folder: Path) -> Path:
    if importlib.util.find_spec("torch") is None:
        raise ModelError(f"{model.name} needs torch to be read once.", hint="pip install 'facekit-app[facenet]', then import again.")
    from facekit.weights.convert import state_dict_to_safetensors  # torch is needed here and nowhere else in this module

    return state_dict_to_safetensors(path, folder / f"{model.name}.safetensors", model.net)


def _card(model: Published, file: Path, published_hash: str) -> ModelCard:
    return ModelCard(
        model_id=model.name,
        task=model.task,
        net=model.net,
        files={model.runtime: weight_file(file)},
        input_size=model.input_size,
        mean=model.mean,
        std=model.std,
        embedding_size=model.embedding_size,
        licence=model.licence,
        data=model.data,
        origin=f"{model.origin}; {model.url}; SHA-256 of the published file {published_hash}",
        date=date.today().isoformat(),
    )
