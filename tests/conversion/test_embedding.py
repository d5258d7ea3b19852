"""The embedding as a second output of a package's model, on the real converter and runtime."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.converting import CAT, DEMO, checked, made, outputs_of, random_head
from tools.conversion.bridge import describe_ms
from tools.package import manifest as manifests
from tools.places import FEATURES_MODEL

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def plain(work: Path, demo_ms: Path) -> Path:
    """The demo's package of a model with one output."""
    made("--model", DEMO, "--ms", demo_ms, "--out", work / "plain")
    return work / "plain"


def test_probabilities_are_those_of_the_model_without_it(plain: Path, demo_package: Path) -> None:
    without, whole = checked(plain).manifest, checked(demo_package).manifest
    assert without.embedding is None and manifests.EMBEDDING not in without.files
    assert whole.embedding is not None and whole.embedding.length == 1280
    assert (outputs_of(plain, CAT) == outputs_of(demo_package, CAT)).all()


def test_another_head_on_the_same_backbone_has_the_same_embedding(
    work: Path, five: Path, demo_package: Path
) -> None:
    checkpoint = random_head(work, 5)
    made("--model", five, "--checkpoint", checkpoint, "--out", work / "five-embedding")
    found = checked(work / "five-embedding").manifest
    told = checked(demo_package).manifest
    assert found.embedding == told.embedding
    for name in (manifests.EMBEDDING,):
        assert (name in found.files) == (FEATURES_MODEL / name).is_file()
        assert found.files.get(name) == told.files.get(name)


def test_a_ready_model_with_two_outputs_keeps_both(work: Path, demo_package: Path) -> None:
    ready = demo_package / manifests.MODEL
    assert describe_ms(ready).embedding == 1280
    made("--model", DEMO, "--ms", ready, "--out", work / "ready")
    found, told = checked(work / "ready").manifest, checked(demo_package).manifest
    assert found.embedding is not None and told.embedding is not None
    assert found.embedding.length == 1280
    assert found.embedding.sha256 != told.embedding.sha256, "its backbone is not known"
    assert manifests.EMBEDDING not in found.files
    assert (outputs_of(work / "ready", CAT) == outputs_of(demo_package, CAT)).all()
