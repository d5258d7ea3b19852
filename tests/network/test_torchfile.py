"""The reader of PyTorch files: both layouts read exactly, everything else refused."""

from __future__ import annotations

import io
import itertools
import os
import pickle
import zipfile

import numpy as np
import pytest

from tests.network import torch_writer
from tools.network import torchfile
from tools.network.assemble import backbone_file
from tools.network.torchfile import TorchFileError, is_torch_file, read_torch_file

ARRAYS = {
    "a.weight": np.arange(24, dtype=np.float32).reshape(2, 3, 4),
    "a.bias": np.array([1.5, -2], np.float16),
    "a.num_batches_tracked": np.array(7, np.int64),
}


@pytest.mark.parametrize("write", [torch_writer.zip_layout, torch_writer.legacy_layout])
def test_both_layouts(write: object) -> None:
    content = write(ARRAYS)  # type: ignore[operator]
    assert is_torch_file(content[:16])
    read = read_torch_file(content)
    assert list(read) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert read[name].dtype == array.dtype
        np.testing.assert_array_equal(read[name], array)


def test_a_state_inside_a_dictionary() -> None:
    assert list(read_torch_file(torch_writer.zip_layout(ARRAYS, wrap="state_dict"))) == list(ARRAYS)


def test_the_real_file() -> None:
    read = read_torch_file(backbone_file().read_bytes())
    assert len(read) == 312
    assert read["features.0.0.weight"].shape == (32, 3, 3, 3)
    assert sum(array.size for array in read.values() if array.dtype == np.float32) == 2_257_984


class Evil:
    """Runs a command when it is unpickled by an ordinary reader."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch pwned",)


def test_code_is_not_run(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({"weight": Evil()}, protocol=2))
    for content in (
        stream.getvalue(),
        pickle.dumps(torch_writer.MAGIC, 2) * 3 + pickle.dumps(Evil(), 2),
    ):
        with pytest.raises(TorchFileError, match=r"never|no dictionary"):
            read_torch_file(content)
    assert not (tmp_path / "pwned").exists()


def small(write: object) -> bytes:
    return write({"w": np.arange(6, dtype=np.float32)})  # type: ignore[operator]


@pytest.mark.parametrize("write", [torch_writer.zip_layout, torch_writer.legacy_layout])
def test_cut_off_files_are_refused(write: object) -> None:
    content = small(write)
    for length in range(len(content)):
        with pytest.raises(TorchFileError):
            read_torch_file(content[:length])


@pytest.mark.slow
@pytest.mark.parametrize("write", [torch_writer.zip_layout, torch_writer.legacy_layout])
@pytest.mark.filterwarnings("ignore:invalid escape sequence")
def test_damaged_files_give_the_error_or_arrays(write: object) -> None:
    """No other exception and no crash, whatever byte is changed to whatever value."""
    content = small(write)
    refused = 0
    for position, value in itertools.product(range(len(content)), range(256)):
        damaged = bytearray(content)
        damaged[position] = value
        try:
            read = read_torch_file(bytes(damaged))
        except TorchFileError:
            refused += 1
        else:
            assert all(isinstance(array, np.ndarray) for array in read.values())
    assert refused > len(content)


def test_a_view_beyond_its_numbers_is_refused() -> None:
    content = torch_writer.legacy_layout({"w": np.arange(6, dtype=np.float32)})
    shorter = content[:-32] + (4).to_bytes(8, "little") + bytes(16)
    with pytest.raises(TorchFileError, match="beyond"):
        read_torch_file(shorter)


def test_other_contents_are_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(TorchFileError, match="not one that PyTorch wrote"):
        read_torch_file(stream.getvalue())
    with pytest.raises(TorchFileError, match="not one that PyTorch wrote"):
        read_torch_file(pickle.dumps({"a": 1}, 2))


def test_a_tensor_larger_than_its_storage_is_refused() -> None:
    """Strides of 0 would make 10^12 numbers out of one."""
    one = np.lib.stride_tricks.as_strided(np.ones(1, np.float32), (10**6, 10**6), (0, 0))
    storage = torchfile._Storage(np.float32)
    storage.data = np.ones(1, np.float32)
    with pytest.raises(TorchFileError, match="more than its storage"):
        torchfile._View(storage, 0, one.shape, one.strides).array()


def test_a_pickle_that_asks_for_gigabytes_is_refused() -> None:
    """LONG_BINPUT 2^32-1: the unpickler would make room for four thousand million entries."""
    bomb = b"\x80\x02" + pickle.BININT1 + b"\x01" + pickle.LONG_BINPUT + b"\xff" * 4 + pickle.STOP
    with pytest.raises(TorchFileError, match="numbers a value"):
        read_torch_file(bomb)
