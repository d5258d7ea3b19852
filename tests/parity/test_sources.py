"""What `verify` takes for a package's source, and what it refuses in its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests import onnx_models
from tools.errors import PocketlensError
from tools.package.manifest import Manifest
from tools.package.reader import open_package
from tools.parity.sources import find_sources
from tools.places import sha256_of


def made_from(package: Path, given: Path) -> Manifest:
    """The manifest of a package that was made from an ONNX with weights beside it."""
    beside = given.with_name("model.onnx.data")
    source = {
        "kind": "onnx",
        "file": given.name,
        "sha256": sha256_of(given),
        "external": {beside.name: sha256_of(beside)},
    }
    manifest = open_package(package).manifest
    return replace(manifest, raw={**manifest.raw, "source": source})


def test_weights_beside_an_onnx_must_be_the_same_too(demo_package: Path, tmp_path: Path) -> None:
    given = onnx_models.external(tmp_path)
    manifest = made_from(demo_package, given)
    assert find_sources(manifest, None, None, given).onnx == given
    beside = tmp_path / "model.onnx.data"
    beside.write_bytes(beside.read_bytes()[:-1] + b"x")
    with pytest.raises(PocketlensError) as caught:
        find_sources(manifest, None, None, given)
    assert caught.value.name == "wrong_hash" and str(beside) in caught.value.message
