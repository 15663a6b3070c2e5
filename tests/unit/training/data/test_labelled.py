"""Every layout of pictures with classes, read back."""

from __future__ import annotations

import gzip
import pickle
import struct
from pathlib import Path

import numpy as np
import pytest

from benchmarks.kept import SHARED
from facekit.types import Pixels
from tests.support.training_data import patches, picture, write_zip
from training.data.labelled import LabelledPictures, Part, open_labelled, squared
from training.errors import TrainingError

RNG_SEED = 4


def some_digits() -> tuple[Pixels, Pixels]:
    """Seven pictures 28×28 and their digits."""
    rng = np.random.default_rng(RNG_SEED)
    return rng.integers(0, 256, (7, 28, 28)).astype(np.uint8), rng.integers(0, 10, 7).astype(np.uint8)


def write_idx(path: Path, numbers: Pixels, *, zipped: bool = False) -> None:
    data = struct.pack(f">HBB{numbers.ndim}I", 0, 8, numbers.ndim, *numbers.shape) + numbers.tobytes()
    path.with_name(path.name + ".gz" * zipped).write_bytes(gzip.compress(data) if zipped else data)


def text(value: bytes) -> bytes:
    """Pickle's opcode of a short string of Python 2."""
    return b"U" + bytes([len(value)]) + value


def whole(value: int) -> bytes:
    """Pickle's opcode of a whole number."""
    return b"J" + struct.pack("<i", value)


def python2_pickle(planes: Pixels, labels: list[int]) -> bytes:
    """The bytes that Python 2 wrote for {"data": array, "labels": list}, as CIFAR-10 is published; written opcode by opcode."""
    made = b"cnumpy\ndtype\n(" + text(b"u1") + whole(0) + whole(1) + b"tR"
    dtype = made + b"(" + whole(3) + text(b"|") + b"NNN" + whole(-1) + whole(-1) + whole(0) + b"tb"
    empty = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(" + whole(0) + b"t" + text(b"b") + b"tR"
    shape = b"(" + whole(planes.shape[0]) + whole(planes.shape[1]) + b"t"
    content = b"T" + struct.pack("<I", planes.nbytes) + planes.tobytes()
    array = empty + b"(" + whole(1) + shape + dtype + b"I00\n" + content + b"tb"
    numbers = b"](" + b"".join(whole(label) for label in labels) + b"e"
    return b"\x80\x02}(" + text(b"data") + array + text(b"labels") + numbers + b"u."


def write_cifar(folder: Path) -> Pixels:
    """Five batches of two pictures and a test batch of three; the pictures (10, 32, 32, 3)."""
    folder.mkdir(parents=True)
    pixels = np.random.default_rng(RNG_SEED).integers(0, 256, (10, 32, 32, 3)).astype(np.uint8)
    planes = pixels.transpose(0, 3, 1, 2).reshape(10, -1)
    for number in range(5):
        (folder / f"data_batch_{number + 1}").write_bytes(python2_pickle(planes[2 * number : 2 * number + 2], [number, number + 5]))
    (folder / "test_batch").write_bytes(python2_pickle(planes[:3], [9, 8, 7]))
    names = [f"class {number}".encode() for number in range(10)]
    (folder / "batches.meta").write_bytes(pickle.dumps({b"label_names": names}, protocol=3))
    return pixels


def assert_digits(found: LabelledPictures) -> None:
    pixels, digits = some_digits()
    assert np.array_equal(found.pixels, pixels[..., None])
    assert found.labels.tolist() == digits.tolist()
    assert found.classes == tuple("0123456789")


@pytest.mark.parametrize("part", ["train", "test"])
def test_open_labelled_reads_the_npz_of_mnist(tmp_path: Path, part: Part) -> None:
    pixels, digits = some_digits()
    names = {"train": ("x_train", "y_train"), "test": ("x_test", "y_test")}[part]
    np.savez(tmp_path / "mnist.npz", allow_pickle=False, **dict(zip(names, (pixels, digits), strict=True)))
    assert_digits(open_labelled(tmp_path / "mnist.npz", part))


@pytest.mark.parametrize(("inner", "zipped"), [(".", True), ("raw", False), ("MNIST/raw", False), ("MNIST/raw", True)])
def test_open_labelled_reads_the_idx_files_of_mnist(tmp_path: Path, inner: str, zipped: bool) -> None:
    pixels, digits = some_digits()
    (tmp_path / inner).mkdir(parents=True, exist_ok=True)
    write_idx(tmp_path / inner / "t10k-images-idx3-ubyte", pixels, zipped=zipped)
    write_idx(tmp_path / inner / "t10k-labels-idx1-ubyte", digits, zipped=zipped)
    assert_digits(open_labelled(tmp_path, "test"))
    with pytest.raises(TrainingError, match="no pictures to train with"):
        open_labelled(tmp_path, "train")


@pytest.mark.parametrize("inner", ["", "cifar-10-batches-py"])
def test_open_labelled_reads_the_pickles_of_cifar(tmp_path: Path, inner: str) -> None:
    pixels = write_cifar(tmp_path / "data" / inner)
    found = open_labelled(tmp_path / "data", "train")
    assert np.array_equal(found.pixels, pixels)
    assert found.labels.tolist() == [0, 5, 1, 6, 2, 7, 3, 8, 4, 9]
    assert found.classes[3] == "class 3"
    assert open_labelled(tmp_path / "data", "test").labels.tolist() == [9, 8, 7]


def test_open_labelled_runs_nothing_that_a_pickle_asks_for(tmp_path: Path) -> None:
    write_cifar(tmp_path / "data")
    (tmp_path / "data" / "test_batch").write_bytes(b"cos\nsystem\n(S'touch pwned'\ntR.")
    with pytest.raises(TrainingError, match=r"asks for os\.system"):
        open_labelled(tmp_path / "data", "test")


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_open_labelled_reads_class_folders(tmp_path: Path, kind: str) -> None:
    files = {"bees/1.png": patches(1, 12), "ants/2.png": patches(2, 12), "bees/3.png": patches(3, 12)}
    if kind == "zip":
        write_zip(tmp_path / "val.zip", files)
    for name, pixels in files.items() if kind == "folder" else ():
        (tmp_path / "val" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "val" / name).write_bytes(picture(pixels, ".png"))
    found = open_labelled(tmp_path, "test")
    assert (found.classes, found.labels.tolist()) == (("ants", "bees"), [0, 1, 1])
    assert np.array_equal(found.pixels, np.stack([patches(2, 12), patches(1, 12), patches(3, 12)]))


def test_open_labelled_brings_pictures_of_several_sizes_to_one(tmp_path: Path) -> None:
    wide = np.ascontiguousarray(np.concatenate([patches(1, 16), patches(2, 16)], axis=1))
    write_zip(tmp_path / "train.zip", {"a/1.png": wide, "b/2.png": patches(3, 8)})
    with pytest.raises(TrainingError, match="several sizes"):
        open_labelled(tmp_path, "train")
    found = open_labelled(tmp_path, "train", side=8)
    assert np.array_equal(found.pixels[1], patches(3, 8))
    assert np.array_equal(found.pixels[0], squared(wide, 8))


def test_squared_takes_the_middle() -> None:
    wide = np.zeros((4, 10, 3), np.uint8)
    wide[:, 3:7] = 200
    assert (squared(wide, 2) == 200).all()


def test_open_labelled_of_a_damaged_set_is_explained(tmp_path: Path) -> None:
    (tmp_path / "mnist.npz").write_bytes(b"PK no zip")
    with pytest.raises(TrainingError, match=r"mnist\.npz cannot be read"):
        open_labelled(tmp_path / "mnist.npz", "train")
    write_zip(tmp_path / "train.zip", {"a/1.png": patches(1, 8)})
    (tmp_path / "test").mkdir()
    (tmp_path / "test" / "broken.jpg").write_bytes(b"no picture")
    with pytest.raises(TrainingError, match=r"broken\.jpg is not a picture"):
        open_labelled(tmp_path, "test")


def test_some_draws_the_same_pictures_for_the_same_seed() -> None:
    pixels, digits = some_digits()
    every = LabelledPictures(pixels[..., None], digits.astype(np.int64), tuple("0123456789"))
    some = every.some(4, seed=1)
    rows = [int(np.flatnonzero((every.pixels == one).all((1, 2, 3)))[0]) for one in some.pixels]
    assert rows == sorted(rows)
    assert some.labels.tolist() == digits[rows].tolist()
    assert np.array_equal(every.some(4, seed=1).pixels, some.pixels)
    assert every.some(0, seed=1) is every
    assert every.some(9, seed=1) is every


def test_only_numbers_the_classes_anew_and_drops_the_others() -> None:
    pixels, _ = some_digits()
    every = LabelledPictures(pixels[..., None], np.array([3, 1, 2, 1, 3, 0, 2]), ("cat", "dog", "ship", "truck"))
    some = every.only(["truck", "dog"])
    assert (some.classes, some.labels.tolist()) == (("dog", "truck"), [1, 0, 0, 1])
    assert np.array_equal(some.pixels, every.pixels[[0, 1, 3, 4]])
    assert every.only([]) is every
    with pytest.raises(TrainingError, match="no class 'bird'"):
        every.only(["cat", "bird"])


@pytest.mark.skipif(not (SHARED / "data/mnist").is_dir(), reason="there is no ../shared/data/mnist")
def test_mnist_has_60000_and_10000_pictures_of_784_numbers() -> None:
    source = SHARED / "data/mnist/mnist.npz"
    assert open_labelled(source, "train").pixels.shape == (60_000, 28, 28, 1)
    assert np.bincount(open_labelled(source, "test").labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


@pytest.mark.skipif(not (SHARED / "data/cifar10_part").is_dir(), reason="there is no ../shared/data/cifar10_part")
def test_cifar_part_has_ten_classes_of_the_same_number() -> None:
    found = open_labelled(SHARED / "data/cifar10_part", "test")
    assert found.pixels.shape == (1000, 32, 32, 3)
    assert np.bincount(found.labels).tolist() == [100] * 10
