"""A sample of the damaged models, and those that once ended the runtime's process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import fuzz_models
from tests.fuzz_models import ENDED, MODELS, REFUSED, TINY, Bench
from tools.native.worker import Worker

pytestmark = pytest.mark.slow

SAMPLE = range(1, 25)
NAMED = {
    "ok",
    "model_build_failed",
    "input_mismatch",
    "output_mismatch",
    "predict_failed",
    "score_not_finite",
    "out_of_memory",
    "too_large",
}


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """A process that may fork: it has one thread."""
    with Worker() as made:
        yield made


def tried(folder: Path, models: list[bytes]) -> list[tuple[str, str]]:
    """With hashes and without; in the worker."""
    fuzz_models.load()
    files = fuzz_models.tiny_package()
    bench = Bench(files["model.ms"], files, folder)
    out = [(bench.guarded(), bench.bare())]
    for model in models:
        bench.put(model)
        out.append((bench.guarded(), bench.bare()))
    return out


def test_the_hash_refuses_every_damaged_model(worker: Worker, tmp_path: Path) -> None:
    tiny = TINY.read_bytes()
    models = [fuzz_models.damaged(tiny, number) for number in SAMPLE]
    first, *rest = worker.call(tried, tmp_path, models)
    assert first == ("ok", "ok")
    for model, (guarded, bare) in zip(models, rest, strict=True):
        assert guarded in (REFUSED if model != tiny else {"ok"})
        assert bare in NAMED or bare.startswith(ENDED), bare


def test_the_same_number_does_the_same_damage() -> None:
    tiny = TINY.read_bytes()
    assert [fuzz_models.damaged(tiny, n) for n in SAMPLE] == [
        fuzz_models.damaged(tiny, n) for n in SAMPLE
    ]


def test_models_that_ended_the_runtime_never_reach_it(worker: Worker, tmp_path: Path) -> None:
    """What they do to this version of the runtime is not asserted: only that hashes keep them."""
    kept = [path.read_bytes() for path in sorted(MODELS.glob("*.ms")) if path != TINY]
    _, *rest = worker.call(tried, tmp_path, kept)
    for guarded, bare in rest:
        assert guarded in REFUSED
        assert bare in NAMED or bare.startswith(ENDED), bare
