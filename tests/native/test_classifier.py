"""The core through its binding: real package, real photos, every refusal by name."""

from __future__ import annotations

import pickle
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from tools.data.photos import read_photo
from tools.errors import PocketlensError
from tools.native import (
    REFERENCE,
    Classifier,
    Frame,
    Matrix,
    PixelFormat,
    Plan,
    Plane,
    Range,
    Settings,
    check_package,
    describe_model,
    instruction_set,
    preprocess,
    runtime_version,
    sha256,
    version,
)
from tools.package.reader import open_package

Pixels = npt.NDArray[np.uint8]


@pytest.fixture(scope="module")
def classifier(demo_package: Path) -> Iterator[Classifier]:
    with Classifier(demo_package, Settings(threads=1)) as opened:
        yield opened


@pytest.fixture(scope="module")
def cat(photos: Path) -> Pixels:
    return read_photo(photos / "cat.png")


def test_a_cat_is_a_cat(classifier: Classifier, cat: Pixels) -> None:
    """Guards the order of the label table: a permuted one would give another name."""
    result = classifier.classify(cat)
    names = [scored.label.name for scored in result.labels]
    assert "Cat" in names
    assert next(s.label.mid for s in result.labels if s.label.name == "Cat") == "/m/01yrx"
    assert {"Animal", "Mammal", "Carnivore"} <= set(names)
    assert "Dog" not in names


def test_a_result_is_consistent(classifier: Classifier, cat: Pixels) -> None:
    result = classifier.classify(cat, top=7)
    assert len(result.labels) == 7
    assert result.probabilities.shape == (classifier.outputs,) == (601,)
    assert (result.probabilities >= 0).all() and (result.probabilities <= 1).all()
    scores = [scored.score for scored in result.labels]
    assert scores == sorted(scores, reverse=True)
    for scored in result.labels:
        p, t = scored.probability, scored.label.threshold
        assert p == result.probabilities[scored.label.index]
        expected = p / t * 0.5 if p < t else (p - t) / (1 - t) * 0.5 + 0.5
        assert scored.score == pytest.approx(expected, abs=1e-6)
    if result.headline:
        assert result.headline.score >= 0.5
    took = result.timings
    assert took.preprocess > 0 and took.inference > 0 and took.scores > 0


def test_top_is_clamped(classifier: Classifier, cat: Pixels) -> None:
    assert classifier.classify(cat, top=0).labels == []
    assert len(classifier.classify(cat, top=99999).labels) <= classifier.outputs


def test_labels_are_the_package_s_table(classifier: Classifier, demo_package: Path) -> None:
    lines = (demo_package / "labels.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert len(classifier.labels) == len(lines) == 601
    assert [f"{label.index},{label.mid}" for label in classifier.labels] == [
        ",".join(line.split(",")[:2]) for line in lines
    ]
    assert all(0 < label.threshold < 1 for label in classifier.labels)


def test_the_same_picture_in_other_forms_gives_the_same(
    classifier: Classifier, cat: Pixels
) -> None:
    expected = classifier.classify(cat).probabilities
    height, width, _ = cat.shape
    wide = np.zeros((height, width + 9, 3), np.uint8)
    wide[:, 4 : 4 + width] = cat
    forms = {
        "rgba": Frame.rgb(cv2.cvtColor(cat, cv2.COLOR_RGB2RGBA)),
        "strided": Frame.rgb(wide[:, 4 : 4 + width]),
        "every second row": Frame.rgb(cat.repeat(2, axis=0)[::2]),
        "turned": Frame.rgb(np.ascontiguousarray(np.rot90(cat)), rotation=90),
        "mirrored": Frame.rgb(np.ascontiguousarray(cat[:, ::-1]), mirror=True),
    }
    for name, frame in forms.items():
        assert np.array_equal(classifier.classify(frame).probabilities, expected), name


def test_channel_order_matters(classifier: Classifier, photos: Path) -> None:
    coffee = read_photo(photos / "coffee.jpg")
    blue_first = np.ascontiguousarray(coffee[:, :, ::-1])
    difference = (
        classifier.classify(coffee).probabilities - classifier.classify(blue_first).probabilities
    )
    assert np.abs(difference).max() > 0.01


def test_yuv_planes_in_every_layout_are_one_picture(classifier: Classifier, cat: Pixels) -> None:
    even = np.ascontiguousarray(cat[: cat.shape[0] // 2 * 2, : cat.shape[1] // 2 * 2])
    height, width, _ = even.shape
    planar = cv2.cvtColor(even, cv2.COLOR_RGB2YUV_I420).ravel()
    y = planar[: width * height].reshape(height, width)
    u, v = planar[width * height :].reshape(2, height // 2, width // 2)
    how = {"range": Range.LIMITED, "matrix": Matrix.BT601}
    nv21 = np.concatenate([y.ravel(), np.stack([v, u], axis=-1).ravel()])
    one = classifier.classify(Frame.yuv420(y, u, v, **how)).probabilities
    other = classifier.classify(Frame.nv21(nv21, width, height, **how)).probabilities
    assert np.array_equal(one, other)
    assert np.abs(one - classifier.classify(even).probabilities).max() < 0.2


def test_run_takes_the_tensor_that_classify_makes(classifier: Classifier, cat: Pixels) -> None:
    tensor = classifier.preprocess(cat)
    assert tensor.shape == (224, 224, 3) and tensor.size == classifier.inputs
    assert np.array_equal(tensor, classifier.preprocess(cat, REFERENCE))
    assert np.array_equal(classifier.run(tensor), classifier.classify(cat).probabilities)


def test_a_tensor_of_another_length_is_refused_and_harmless(
    classifier: Classifier, cat: Pixels
) -> None:
    expected = classifier.classify(cat).probabilities
    for count in (0, 1, 224 * 224 * 3 - 1, 224 * 224 * 3 + 1):
        with pytest.raises(PocketlensError) as caught:
            classifier.run(np.zeros(count, np.float32))
        assert caught.value.name == "input_mismatch"
    assert np.array_equal(classifier.classify(cat).probabilities, expected)


def test_score_is_what_classify_says(classifier: Classifier, cat: Pixels) -> None:
    result = classifier.classify(cat)
    labels, headline = classifier.score(result.probabilities)
    assert labels == result.labels
    assert headline == result.headline


def test_features_of_a_classifier_are_refused(classifier: Classifier, cat: Pixels) -> None:
    with pytest.raises(PocketlensError) as caught:
        classifier.features(cat)
    assert caught.value.name == "wrong_kind"


def test_a_plan_makes_the_same_tensor(classifier: Classifier, cat: Pixels) -> None:
    plan = Plan(classifier.recipe, cat)
    out = np.full((224, 224, 3), np.nan, np.float32)
    assert plan.run(cat, out) is out
    assert np.array_equal(out, preprocess(classifier.recipe, cat, REFERENCE))
    with pytest.raises(PocketlensError) as caught:
        plan.run(np.ascontiguousarray(cat[:-1]))
    assert caught.value.name == "bad_frame"


@pytest.mark.parametrize(
    "out",
    [
        np.empty((224, 224, 3), np.float64),
        np.empty((224, 224, 3), np.uint8),
        np.empty((224, 224, 4), np.float32),
        np.empty((224, 224, 6), np.float32)[:, :, ::2],
        np.empty((3, 224, 224), np.float32).transpose(1, 2, 0),
        np.empty(224 * 224 * 3, np.float32),
        np.broadcast_to(np.float32(0), (224, 224, 3)),
    ],
    ids=["float64", "uint8", "shape", "strides", "turned axes", "flat", "read-only"],
)
def test_a_plan_writes_only_where_its_floats_fit(
    classifier: Classifier, cat: Pixels, out: npt.NDArray[np.float32]
) -> None:
    """The core gets a bare address: another array would be overrun or get its bytes mixed up."""
    with pytest.raises(PocketlensError) as caught:
        Plan(classifier.recipe, cat).run(cat, out)
    assert caught.value.name == "bad_settings"


def test_nv21_takes_bytes_side_by_side_only() -> None:
    data = np.zeros(2 * 6 * 4, np.uint8)
    Frame.nv21(data, 6, 4)
    for other in (data.astype(np.float32), data.astype(np.int8), data.repeat(2)[::2], data[::-1]):
        with pytest.raises(PocketlensError) as caught:
            Frame.nv21(other, 6, 4)
        assert caught.value.name == "bad_frame"
    for width, height in ((-6, 4), (6, 0), (-6, -4)):
        with pytest.raises(PocketlensError) as caught:
            Frame.nv21(data, width, height)
        assert caught.value.name == "bad_frame"


def test_closing(demo_package: Path, cat: Pixels) -> None:
    classifier = Classifier(demo_package)
    classifier.close()
    classifier.close()
    for call in (
        lambda: classifier.classify(cat),
        lambda: classifier.run(np.zeros(1, np.float32)),
        lambda: classifier.features(cat),
        lambda: classifier.score(np.zeros(601, np.float32)),
    ):
        with pytest.raises(PocketlensError) as caught:
            call()
        assert caught.value.name == "closed"


def test_closing_while_others_classify(demo_package: Path, cat: Pixels) -> None:
    classifier = Classifier(demo_package, Settings(threads=1))
    expected = classifier.classify(cat).probabilities
    outcomes: list[str] = []

    def work() -> None:
        for _ in range(200):
            try:
                found = classifier.classify(cat).probabilities
                outcomes.append("same" if np.array_equal(found, expected) else "other")
            except PocketlensError as error:
                outcomes.append(error.name)
                return

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    while outcomes.count("same") < 8:
        pass
    classifier.close()
    for worker in workers:
        worker.join()
    assert set(outcomes) == {"same", "closed"}
    assert outcomes.count("closed") == 4


def test_opening_refuses_by_name(demo_package: Path, tmp_path: Path) -> None:
    def refused(path: Path, settings: Settings | None = None) -> str:
        with pytest.raises(PocketlensError) as caught:
            Classifier(path, settings)
        assert caught.value.message.strip()
        return caught.value.name

    assert refused(tmp_path / "nowhere") == "missing_file"
    assert refused(demo_package, Settings(threads=0)) == "bad_settings"
    assert refused(demo_package, Settings(threads=65)) == "bad_settings"
    assert refused(demo_package, Settings(affinity=9)) == "bad_settings"
    damaged = tmp_path / "damaged"
    shutil.copytree(demo_package, damaged)
    with open(damaged / "model.ms", "r+b") as stream:
        stream.seek(5000)
        stream.write(b"\xff")
    assert refused(damaged) == "wrong_hash"
    with pytest.raises(PocketlensError):
        check_package(damaged)
    check_package(damaged, check_hashes=False)
    check_package(demo_package)


def test_a_path_with_other_letters(demo_package: Path, tmp_path: Path, cat: Pixels) -> None:
    moved = tmp_path / "Modèle 模型"
    shutil.copytree(demo_package, moved)
    with Classifier(moved) as classifier:
        assert classifier.classify(cat).labels


def test_loading_tells_its_time(classifier: Classifier) -> None:
    took = classifier.load_timings
    assert took.total >= took.build > 0 and took.hash > 0


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((0, 4, 3), np.uint8),
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 2), np.uint8),
        np.zeros((4, 4, 3), np.float32),
        np.zeros((4, 4, 3), np.uint8)[::-1],
        np.zeros((4, 4, 3), np.uint8)[:, :, ::-1],
        np.zeros((4, 8, 3), np.uint8)[:, ::2],
        np.zeros((1, 32769, 3), np.uint8),
    ],
    ids=["empty", "grey", "two channels", "floats", "upside down", "backwards", "gaps", "too wide"],
)
def test_arrays_that_are_no_picture_are_refused(
    classifier: Classifier, array: npt.NDArray[np.generic]
) -> None:
    with pytest.raises(PocketlensError) as caught:
        classifier.classify(array)  # type: ignore[arg-type]
    assert caught.value.name == "bad_frame"


def test_planes_that_are_too_small_are_refused(classifier: Classifier) -> None:
    data = np.zeros(4 * 4 * 3 - 1, np.uint8)
    frame = Frame(PixelFormat.RGB888, 4, 4, (Plane(data, data.size, 12, 3),))
    with pytest.raises(PocketlensError) as caught:
        classifier.classify(frame)
    assert caught.value.name == "bad_frame"
    with pytest.raises(PocketlensError):
        Frame.nv21(np.zeros(10, np.uint8), 4, 4)
    with pytest.raises(PocketlensError):
        Frame.yuv420(*[np.zeros((4, 4), np.uint8)] * 3)
    with pytest.raises(PocketlensError) as caught:
        classifier.classify(Frame.rgb(np.zeros((4, 4, 3), np.uint8), rotation=45))
    assert caught.value.name == "bad_frame"


def test_a_strided_frame_survives_pickling(classifier: Classifier, cat: Pixels) -> None:
    frame = Frame.rgb(cat[3:-2, 5:-7])
    again: Frame = pickle.loads(pickle.dumps(frame))
    expected = classifier.classify(frame).probabilities
    assert np.array_equal(classifier.classify(again).probabilities, expected)


def test_a_bare_model_is_described(demo_package: Path, tmp_path: Path) -> None:
    found = describe_model(demo_package / "model.ms")
    assert found["inputs"][0]["shape"] == [1, 224, 224, 3]
    assert found["outputs"][0]["shape"] == [1, 601]
    assert found["inputs"][0]["dtype"] == "float32"
    (tmp_path / "no.ms").write_bytes(b"nothing of the kind")
    with pytest.raises(PocketlensError) as caught:
        describe_model(tmp_path / "no.ms")
    assert caught.value.name == "model_build_failed"


def test_small_things() -> None:
    assert sha256(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert runtime_version() == "MindSpore Lite 2.0.0"
    assert version()[0].isdigit()
    assert instruction_set() in ("avx2", "neon", "portable")


def test_denormal_numbers_stay_what_they_are(demo_package: Path) -> None:
    """The runtime's libraries turn on flush-to-zero when they are loaded; the core undoes it."""
    with Classifier(demo_package) as classifier:
        classifier.run(np.zeros(classifier.inputs, np.float32))
    assert np.float32(1e-38) * np.float32(0.01) != 0


@pytest.mark.parametrize("shape", [(1, 5), (5, 1), (1, 1), (7, 3)])
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_turned_view_with_a_side_of_one_pixel_is_a_plane(
    shape: tuple[int, int], turns: int
) -> None:
    """Strides of axes of length 1 mean nothing; numpy makes them negative where it turns views."""
    picture = np.arange(shape[0] * shape[1] * 3, dtype=np.uint8).reshape(*shape, 3)
    view = np.rot90(picture, turns)
    backwards = any(s < 0 for s, n in zip(view.strides, view.shape, strict=True) if n > 1)
    if backwards:
        with pytest.raises(PocketlensError, match="run backwards"):
            Plane.of(view)
        return
    plane = Plane.of(view)
    walked = np.lib.stride_tricks.as_strided(
        plane.data, view.shape, (plane.row_stride, plane.pixel_stride, 1)
    )
    assert plane.row_stride >= (view.shape[1] - 1) * plane.pixel_stride + 3
    assert (walked == view).all()


def test_what_a_model_runs_on(classifier: Classifier, demo_package: Path, tmp_path: Path) -> None:
    """The package's own reference picture decides; this machine's runtime has no GPU."""
    plain = classifier.backend
    assert (plain.asked, plain.used, plain.difference) == ("CPU float32", "CPU float32", None)
    trial = tmp_path / "trial"
    for settings in (Settings(fp16=True), Settings(device=1, trial_file=trial)):
        with Classifier(demo_package, settings) as checked:
            told = checked.backend
        assert told.asked != "CPU float32"
        if told.used == told.asked:
            assert told.reason == "" and told.difference is not None and told.difference <= 1e-4
        else:
            assert told.used == "CPU float32" and told.reason
    assert not trial.exists()
    with pytest.raises(PocketlensError) as caught:
        Classifier(demo_package, Settings(device=3))
    assert caught.value.name == "bad_settings"


def test_a_guess_keeps_the_share_of_the_headline_that_the_recipe_asks(
    classifier: Classifier, demo_package: Path
) -> None:
    """Held against the rule in plain lines, on outputs that never were a photo's."""
    package = open_package(demo_package)
    share = np.float32(package.manifest.recipe.answers.guess_share)
    assert share > 0.5  # what it is where the recipe says nothing
    index = {label.mid: place for place, label in enumerate(package.labels)}
    children: dict[int, list[int]] = {}
    for parent, child in package.hierarchy:
        children.setdefault(index[parent], []).append(index[child])
    silent = {i for i, row in enumerate(package.thresholds) if row.status == "silent"}
    chance, guessed = np.random.default_rng(3), 0
    for headline in sorted(children):
        values = chance.random(601).astype(np.float32)
        at, expected = headline, -1
        least = share * values[headline]
        while steps := [c for c in children.get(at, ()) if values[c] >= least]:
            at = max(steps, key=lambda child: values[child])
            expected = expected if at in silent else at
        found = classifier.guess(values, headline)
        assert (found.label.index if found else -1) == expected
        guessed += expected >= 0
    assert guessed > 10
    assert classifier.guess(np.zeros(601, np.float32), -1) is None


def test_a_photo_has_a_guess_or_none(classifier: Classifier, cat: Pixels) -> None:
    result = classifier.classify(cat)
    headline = result.headline.label.index if result.headline else -1
    assert result.guess == classifier.guess(result.probabilities, headline)
