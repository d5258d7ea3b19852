"""Taught labels through the C API: the real runtime, photos, and NumPy as the judge."""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import byref, c_int32, c_uint64
from pathlib import Path

import numpy as np
import pytest

from tests.native import make_teaching_hashes as golden
from tools.data.photos import read_photo
from tools.errors import PocketlensError
from tools.native import Classifier, Settings, TaughtLabels
from tools.native.library import PROTOTYPES, PlError, load
from tools.package.embedding import read_embedding
from tools.package.manifest import EMBEDDING
from tools.package.reader import open_package
from tools.teaching import vectors

PHOTOS = Path(__file__).resolve().parents[1] / "data" / "photos"
CAT, TEMPLE = PHOTOS / "cat.png", PHOTOS / "temple.jpg"


@pytest.fixture(scope="module")
def demo(demo_package: Path) -> Iterator[Classifier]:
    with Classifier(demo_package, Settings(threads=1)) as classifier:
        yield classifier


def parts(photo: Path, count: int) -> list[np.ndarray]:
    """A photo and parts of it, each a little more to the right."""
    pixels = read_photo(photo)
    height, width, _ = pixels.shape
    side = int(min(height, width) * 0.8)
    steps = [(width - side) * k // max(1, count - 1) for k in range(count)]
    return [np.ascontiguousarray(pixels[:side, x : x + side]) for x in steps]


def test_the_table_is_what_numpy_gives() -> None:
    lines = golden.TABLE.read_text().splitlines()[1:]
    told = {tuple(line.split(",")[:2]): line.split(",")[2] for line in lines}
    for root in (False, True):
        for name, digest in golden.answers(root).items():
            assert told[(str(int(root)), name)] == digest, name


def test_the_core_gives_what_numpy_gives_on_photos(demo: Classifier, demo_package: Path) -> None:
    package = open_package(demo_package)
    assert package.manifest.embedding is not None
    space = read_embedding(package.read(EMBEDDING), package.manifest.embedding)
    shots = {"Minka": parts(CAT, 3), "My temple": parts(TEMPLE, 2)}
    pictures = [
        np.stack(
            [
                vectors.picture(space, np.stack([demo.embed(one) for one in vectors.views(shot)]))
                for shot in made
            ]
        )
        for made in shots.values()
    ]
    judge = vectors.teach(space, pictures)
    with TaughtLabels(demo) as taught:
        for name, made in shots.items():
            for shot in made:
                demo.teach(taught, name, shot)
        found = [label.threshold for label in taught.labels]
        assert np.array_equal(np.array(found, np.float32), judge.thresholds)
        agreements = [vectors.agreement(one) for one in pictures]
        assert [label.agreement for label in taught.labels] == agreements
        for photo in sorted(PHOTOS.glob("*.jpg"))[:6]:
            embedding = demo.embed(read_photo(photo))
            vector, scores, similarities = taught.match(embedding)
            expected = vectors.project(space, embedding[None])
            assert np.array_equal(vector, expected[0])
            assert np.array_equal(similarities, judge.similarities(expected)[0])
            assert np.array_equal(scores, judge.scores(expected)[0])


def test_a_taught_thing_leads_and_the_packages_labels_stay(demo: Classifier) -> None:
    before = demo.classify(read_photo(TEMPLE))
    with TaughtLabels(demo) as taught:
        for shot in parts(TEMPLE, 3):
            demo.teach(taught, "Holiday temple", shot)
        demo.use_taught(taught)
        try:
            found = demo.classify(read_photo(TEMPLE))
            cat = demo.classify(read_photo(CAT))
        finally:
            demo.use_taught(None)
    assert found.headline is not None and found.guess is None
    assert found.headline.label.mid == "own/holiday-temple" and found.headline.label.taught
    assert found.headline.score >= 0.5
    names = [scored.label.name for scored in found.labels]
    assert set(names) - {"Holiday temple"} <= {scored.label.name for scored in before.labels}
    assert len(names) == 5 and (found.probabilities == before.probabilities).all()
    assert cat.headline is not None and cat.headline.label.name == "Cat", "not everything is it"
    assert demo.classify(read_photo(TEMPLE)).headline == before.headline


def test_an_answer_can_be_corrected(demo: Classifier) -> None:
    with TaughtLabels(demo) as taught:
        for shot in parts(CAT, 3):
            demo.teach(taught, "Lizard", shot)
        assert taught.labels[0].mid.startswith("/m/")
        demo.use_taught(taught)
        try:
            found = demo.classify(read_photo(CAT), 600)
        finally:
            demo.use_taught(None)
    assert found.headline is not None and found.headline.label.name == "Lizard"
    assert [scored.label.name for scored in found.labels].count("Lizard") == 1


def test_calls_without_handles_are_errors_and_no_crashes(demo: Classifier) -> None:
    names = [name for name, (kind, _) in PROTOTYPES.items() if "taught" in name and kind is c_int32]
    names += ["pl_teach", "pl_embed"]
    assert len(names) >= 12
    for name in names:
        function = getattr(load(), name)
        nothing = [0 if kind in (c_int32, c_uint64) else None for kind in function.argtypes[:-1]]
        error = PlError()
        assert function(*nothing, byref(error)) != 0, name
        assert error.message, name
    assert load().pl_vector_length(None) == load().pl_embedding_length(None) == 0
    load().pl_taught_close(None)


def test_a_set_is_saved_shared_and_undone(demo: Classifier, tmp_path: Path) -> None:
    with TaughtLabels(demo) as taught:
        first = demo.teach(taught, "Minka", read_photo(CAT))
        assert (first.pictures, first.likeness, first.agreement) == (1, None, None)
        taught.save(tmp_path / "a.taught")
        again = demo.teach(taught, "Minka", read_photo(CAT))
        assert again.likeness == pytest.approx(1, abs=1e-6)
        taught.remove("own/minka", 1)
        taught.save(tmp_path / "b.taught")
        taught.rename("own/minka", "Minka die Katze")
        taught.save(tmp_path / "c.taught")
    data = (tmp_path / "a.taught").read_bytes()
    assert (tmp_path / "b.taught").read_bytes() == data
    with TaughtLabels(demo, tmp_path / "c.taught") as read:
        assert [(one.mid, one.name) for one in read.labels] == [("own/minka", "Minka die Katze")]
        read.remove("own/minka")
        assert read.labels == []
    with TaughtLabels(demo, data) as read:
        assert read.labels[0].pictures == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.taught", "b.taught", "c.taught"]


def test_what_cannot_be_is_refused_by_name(demo: Classifier, tmp_path: Path) -> None:
    (tmp_path / "photo.taught").write_bytes(CAT.read_bytes())
    for source, name in (
        (tmp_path / "none.taught", "missing_file"),
        (tmp_path / "photo.taught", "bad_taught"),
        (b"", "bad_taught"),
    ):
        with pytest.raises(PocketlensError) as error:
            TaughtLabels(demo, source)
        assert error.value.name == name
    with TaughtLabels(demo) as taught:
        for wrong, name in (("", "bad_taught_label"), ("a\nb", "bad_taught_label")):
            with pytest.raises(PocketlensError) as error:
                demo.teach(taught, wrong, read_photo(CAT))
            assert error.value.name == name
        with pytest.raises(PocketlensError) as error:
            taught.remove("own/none")
        assert error.value.name == "unknown_taught"
    with pytest.raises(PocketlensError) as error:
        taught.labels  # noqa: B018  it is closed
    assert error.value.name == "closed"
