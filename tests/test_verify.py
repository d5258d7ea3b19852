"""verify: a whole package passes; each thing that is broken on purpose is named at its rung."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from tests import making, onnx_models
from tests.converting import made
from tools.conversion.bridge import convert_model
from tools.conversion.export import default_checkpoint, export_checkpoint
from tools.data.photo_files import find_photos
from tools.native.kept import mindspore_worker
from tools.network import checkpoints
from tools.package.recipe import Recipe, load_recipe
from tools.parity import aarch64, rungs
from tools.verify import main

pytestmark = pytest.mark.slow

MODEL = "models/mobilenetv2-openimages"
ONE_PHOTO = "coffee.jpg"
ORDER = ["labels", "preprocessing", "checkpoint", "onnx", "ms", "core", "core (aarch64)"]
ORDER += ["reference", "embedding"]


@pytest.fixture(scope="module")
def recipe(root: Path) -> Recipe:
    return load_recipe(root / MODEL)


@pytest.fixture(scope="module")
def checkpoint(recipe: Recipe) -> Path:
    with mindspore_worker() as worker:
        return worker.call(default_checkpoint, recipe)


@pytest.fixture(autouse=True)
def without_aarch64(monkeypatch: pytest.MonkeyPatch) -> None:
    """The emulated rung takes seconds a photo: it is climbed where README's lines are typed."""
    monkeypatch.setattr(aarch64, "missing", lambda: "left out by this test")


@pytest.fixture(autouse=True, scope="module")
def lower_rungs_once() -> Iterator[None]:
    """MindSpore and the export give the same for the same input, so each input is asked once."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("checkpoint_outputs", "exported_outputs"):
            patch.setattr(rungs, name, remembered(getattr(rungs, name)))
        yield


def remembered(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with its answer to each tensor kept."""
    known: dict[tuple[str, Path, bytes], Any] = {}

    def ask(recipe: Any, checkpoint: Path, tensors: list[Any]) -> Any:
        keys = [(str(recipe), checkpoint, tensor.tobytes()) for tensor in tensors]
        new = {key: tensor for key, tensor in zip(keys, tensors, strict=True) if key not in known}
        if new:
            known.update(zip(new, function(recipe, checkpoint, list(new.values())), strict=True))
        return np.stack([known[key] for key in keys])

    return ask


def verify(package: Path, photos: Path, *arguments: object) -> Result:
    told = [str(package), "--photos", str(photos), *map(str, arguments), "--json"]
    return CliRunner().invoke(main, told)


def named(result: Result, rung: str) -> dict[str, Any]:
    """The verdict on a rung, which must be the first that is out of tolerance."""
    assert result.exit_code == 4, result.output
    document = json.loads(result.stdout)
    assert document["first_out_of_tolerance"] == rung, document
    found: dict[str, Any] = next(one for one in document["rungs"] if one["name"] == rung)
    return found


def repack(
    package: Path,
    target: Path,
    change: Callable[[dict[str, Any]], None] = lambda manifest: None,
    **files: bytes,
) -> Path:
    """A copy of a package with another manifest or other files, whole as far as hashes go."""
    shutil.copytree(package, target)
    manifest = json.loads((target / "model.json").read_text())
    change(manifest)
    for name, data in files.items():
        name = name.replace("_", ".")
        (target / name).write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        manifest["files"][name] = {"size": len(data), "sha256": digest}
    (target / "model.json").write_text(json.dumps(manifest))
    return target


def test_a_whole_package_passes_every_rung(demo_package: Path, photos: Path) -> None:
    chosen = [photos / "cat.png", photos / "koala.jpg", photos / ONE_PHOTO]
    told = [str(demo_package), "--json"]
    for path in chosen:
        told += ["--photos", str(path)]
    result = CliRunner().invoke(main, told)
    assert result.exit_code == 0, result.output
    verdicts = {one["name"]: one for one in json.loads(result.stdout)["rungs"]}
    assert list(verdicts) == ORDER
    assert verdicts["preprocessing"]["max_difference"] == 0
    for name in ORDER[3:6]:
        assert verdicts[name]["status"] == "ok"
        assert verdicts[name]["max_difference"] <= 1e-4
        assert (verdicts[name]["top5_agreement"], verdicts[name]["photos"]) == (1, 3)
    for name in ORDER[7:]:
        assert verdicts[name]["status"] == "ok" and verdicts[name]["against"] == "package"
        assert verdicts[name]["max_difference"] <= 1e-5
    arm = verdicts["core (aarch64)"]
    assert (arm["status"], arm["photos"]) == ("not run", 0)
    assert arm["note"] == "left out by this test"


def test_the_table_says_it_in_a_sentence(
    demo_package: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = CliRunner().invoke(main, [str(demo_package), "--photos", str(photos / ONE_PHOTO)])
    assert result.exit_code == 0, result.output
    assert "Every rung that was run is within its tolerance." in result.stdout
    assert "Not run: core (aarch64) (left out by this test)." in result.stdout


@pytest.mark.parametrize(
    "key, value",
    [
        ("channel_order", "BGR"),
        ("mean", [0.485, 0.456, 0.416]),
        ("std", [0.229, 0.224, 0.23]),
        ("resize", [257, 256]),
        ("crop", [15, 16, 224, 224]),
    ],
)
def test_a_changed_recipe_is_named_at_preprocessing(
    demo_package: Path, photos: Path, tmp_path: Path, key: str, value: object
) -> None:
    def change(manifest: dict[str, Any]) -> None:
        manifest["recipe"]["preprocess"][key] = value

    broken = repack(demo_package, tmp_path / "broken", change)
    verdict = named(verify(broken, photos / ONE_PHOTO), "preprocessing")
    assert f"preprocess.{key} is {value}" in verdict["note"]
    assert verdict["max_difference"] > 0


def test_a_permuted_label_table_of_equal_length_is_named_at_labels(
    demo_package: Path, photos: Path, tmp_path: Path
) -> None:
    rows = (demo_package / "labels.csv").read_text(encoding="utf-8").splitlines()
    names = [row.split(",", 1)[1] for row in rows[1:]]
    names = sorted(names)
    table = [rows[0], *[f"{index},{rest}" for index, rest in enumerate(names)]]
    thresholds = (demo_package / "thresholds.csv").read_text().splitlines()
    cells = {row.split(",")[1]: row.split(",")[2:] for row in thresholds[1:]}
    moved = [
        ",".join([str(i), rest.split(",")[0], *cells[rest.split(",")[0]]])
        for i, rest in enumerate(names)
    ]
    broken = repack(
        demo_package,
        tmp_path / "broken",
        labels_csv=("\n".join(table) + "\n").encode(),
        thresholds_csv=("\n".join([thresholds[0], *moved]) + "\n").encode(),
    )
    verdict = named(verify(broken, photos / ONE_PHOTO), "labels")
    assert "the same labels in another order" in verdict["note"]
    assert "of 601 rows differ" in verdict["note"]


def test_one_renamed_label_is_named_at_labels(
    demo_package: Path, photos: Path, tmp_path: Path
) -> None:
    table = (demo_package / "labels.csv").read_bytes()
    assert b",Cat\n" in table
    broken = repack(demo_package, tmp_path / "b", labels_csv=table.replace(b",Cat\n", b",Gato\n"))
    verdict = named(verify(broken, photos / ONE_PHOTO), "labels")
    assert "1 of 601 rows differ" in verdict["note"] and "Gato" in verdict["note"]


def test_nchw_for_nhwc_is_named_at_ms(
    demo_package: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The runtime takes the bytes of either layout without a word; only the outputs tell."""
    right = rungs.ms_outputs

    def planar(classifier: Any, tensors: Any) -> Any:
        return right(classifier, [np.ascontiguousarray(t.transpose(2, 0, 1)) for t in tensors])

    monkeypatch.setattr(rungs, "ms_outputs", planar)
    verdict = named(verify(demo_package, photos / ONE_PHOTO), "ms")
    assert verdict["against"] == "onnx" and verdict["max_difference"] > 1e-2


def moved(package: Path, name: str, by: float) -> bytes:
    """A file of floats whose last is another one."""
    values = np.frombuffer((package / name).read_bytes(), np.uint8).copy()
    values[-4:] = np.frombuffer((values[-4:].view("<f4") + np.float32(by)).tobytes(), np.uint8)
    return values.tobytes()


@pytest.mark.parametrize("rung", ["reference", "embedding"])
def test_a_reference_that_the_model_does_not_give_is_named(
    demo_package: Path, photos: Path, tmp_path: Path, rung: str
) -> None:
    """Probabilities may be right where the embedding is not: each is compared for itself."""
    name = {"reference": "reference.bin", "embedding": "reference.embedding.bin"}[rung]
    data = {name.replace(".", "_"): moved(demo_package, name, 0.1)}
    verdict = named(verify(repack(demo_package, tmp_path / "b", **data), photos / ONE_PHOTO), rung)
    assert verdict["against"] == "package" and verdict["max_difference"] > 0.01


def test_what_a_package_does_not_tell_is_said(
    demo_package: Path, photos: Path, tmp_path: Path
) -> None:
    def untold(manifest: dict[str, Any]) -> None:
        del manifest["files"]["reference.embedding.bin"]

    package = repack(demo_package, tmp_path / "untold", untold)
    (package / "reference.embedding.bin").unlink()
    result = verify(package, photos / ONE_PHOTO)
    assert result.exit_code == 0, result.output
    verdict = json.loads(result.stdout)["rungs"][-1]
    assert (verdict["name"], verdict["status"]) == ("embedding", "not run")
    assert "does not tell its reference picture's" in verdict["note"]


def blue_first(source: Path, target: Path) -> None:
    """A checkpoint whose first convolution expects blue first. Imports MindSpore."""
    arrays = dict(checkpoints.read_checkpoint(source).arrays)
    (first,) = [name for name, array in arrays.items() if array.shape == (32, 3, 3, 3)]
    arrays[first] = np.ascontiguousarray(arrays[first][:, ::-1])
    checkpoints.save_checkpoint(arrays, target)


@pytest.fixture(scope="module")
def blue_onnx(recipe: Recipe, checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("blue")
    with mindspore_worker() as worker:
        worker.call(blue_first, checkpoint, folder / "blue.ckpt")
    return export_checkpoint(recipe, folder / "blue.ckpt", folder / "blue.onnx").path


def test_channels_swapped_by_an_export_are_named_at_onnx(
    demo_package: Path, photos: Path, blue_onnx: Path
) -> None:
    verdict = named(verify(demo_package, photos / ONE_PHOTO, "--onnx", blue_onnx), "onnx")
    assert verdict["against"] == "checkpoint"


def test_channels_swapped_in_the_packaged_model_are_named_at_ms(
    demo_package: Path, photos: Path, blue_onnx: Path, tmp_path: Path
) -> None:
    convert_model(blue_onnx, "onnx", tmp_path / "blue.ms")
    model = (tmp_path / "blue.ms").read_bytes()
    broken = making.without_embedding(repack(demo_package, tmp_path / "broken", model_ms=model))
    assert named(verify(broken, photos / ONE_PHOTO), "ms")["against"] == "onnx"


def test_a_model_that_does_not_look_at_its_input_is_named_at_ms(
    photos: Path, tmp_path: Path
) -> None:
    """convert refuses to pack it, so its .ms is put into a package of a living one."""
    (tmp_path / "classes.txt").write_text("".join(f"class {i}\n" for i in range(5)))
    model = making.write_recipe(tmp_path / "model", tmp_path / "classes.txt", 5, "softmax")
    made("--model", model, "--onnx", onnx_models.write(tmp_path, "plain"), "--out", tmp_path / "p")
    convert_model(onnx_models.write(tmp_path, "constant"), "onnx", tmp_path / "dead.ms")
    dead = (tmp_path / "dead.ms").read_bytes()
    broken = making.without_embedding(repack(tmp_path / "p", tmp_path / "b", model_ms=dead))
    verdict = named(verify(broken, photos / ONE_PHOTO), "ms")
    assert "the same answer for every photo" in verdict["note"]


def test_another_checkpoint_is_refused(demo_package: Path, photos: Path, tmp_path: Path) -> None:
    (tmp_path / "other.ckpt").write_bytes(b"another one")
    result = verify(demo_package, photos / ONE_PHOTO, "--checkpoint", tmp_path / "other.ckpt")
    assert result.exit_code == 1 and "error [wrong_hash]" in result.stderr
    assert "was not made from" in result.stderr


@pytest.mark.parametrize("kind", ["ms", "mindir", "onnx"])
def test_rungs_that_the_source_does_not_allow_are_said(
    demo_package: Path, photos: Path, tmp_path: Path, kind: str
) -> None:
    def change(manifest: dict[str, Any]) -> None:
        manifest["source"] = {"kind": kind, "file": f"model.{kind}", "sha256": "0" * 64}

    package = repack(demo_package, tmp_path / "it", change)
    result = verify(package, photos / ONE_PHOTO)
    assert result.exit_code == 0, result.output
    verdicts = {one["name"]: one for one in json.loads(result.stdout)["rungs"]}
    for name in ("checkpoint", "onnx"):
        assert verdicts[name]["status"] == "not run" and verdicts[name]["note"]
    assert verdicts["core"]["against"] == "ms"
    refused = verify(package, photos / ONE_PHOTO, "--checkpoint", package / "model.ms")
    assert refused.exit_code == 1 and "error [wrong_hash]" in refused.stderr


def test_a_package_without_a_model_folder_is_checked_as_far_as_it_goes(
    demo_package: Path, photos: Path, tmp_path: Path
) -> None:
    def change(manifest: dict[str, Any]) -> None:
        manifest["name"] = "somebody-elses"

    package = repack(demo_package, tmp_path / "it", change)
    result = verify(package, photos / ONE_PHOTO)
    assert result.exit_code == 0, result.output
    statuses = {one["name"]: one["status"] for one in json.loads(result.stdout)["rungs"]}
    assert [name for name, status in statuses.items() if status == "not run"] == [
        "labels",
        "checkpoint",
        "onnx",
        "core (aarch64)",
    ]
    told = verify(package, photos / ONE_PHOTO, "--model", Path(MODEL))
    assert json.loads(told.stdout)["rungs"][0]["status"] == "ok"


def test_no_photos_is_a_named_error(demo_package: Path, tmp_path: Path) -> None:
    result = verify(demo_package, tmp_path)
    assert result.exit_code == 1 and "error [no_photos]" in result.stderr


def test_the_sample_photos_are_enough_to_mean_something(photos: Path) -> None:
    assert len(find_photos([photos])) >= 16


def test_somebody_s_onnx_is_verified_by_the_file_that_was_given(
    photos: Path, tmp_path: Path
) -> None:
    """The onnx rung runs it repaired as for conversion: sizes fixed, softmax appended."""
    (tmp_path / "classes.txt").write_text("".join(f"class {i}\n" for i in range(5)))
    model = making.write_recipe(tmp_path / "model", tmp_path / "classes.txt", 5, "softmax")
    given = onnx_models.write(tmp_path, "logits")
    made("--model", model, "--onnx", given, "--out", tmp_path / "p")
    told = ("--model", model, "--onnx", given)
    result = verify(tmp_path / "p", photos / ONE_PHOTO, *told)
    assert result.exit_code == 0, result.output
    rungs_ = {one["name"]: one for one in json.loads(result.stdout)["rungs"]}
    assert [rungs_[name]["status"] for name in ("onnx", "ms", "core")] == ["ok"] * 3
    assert rungs_["ms"]["against"] == "onnx" and rungs_["ms"]["max_difference"] < 1e-6


def test_a_features_package_is_verified_by_its_vectors(
    root: Path, photos: Path, tmp_path: Path
) -> None:
    model = root / "models" / "mobilenetv2-imagenet-features"
    made("--model", model, "--out", tmp_path / "f")
    result = verify(tmp_path / "f", photos / ONE_PHOTO)
    assert result.exit_code == 0, result.output
    verdicts = {one["name"]: one for one in json.loads(result.stdout)["rungs"]}
    assert list(verdicts) == ORDER[1:-1]
    assert verdicts["reference"]["status"] == "ok", "it has no embedding beside its vectors"
    assert [verdicts[name]["status"] for name in ORDER[1:6]] == ["ok"] * 5
    assert verdicts["core"]["top5_agreement"] is None
