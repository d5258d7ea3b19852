"""Open Images' label files: expansion, masks, order, memory, refusals."""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tools.data.expansion import read_expansion
from tools.data.openimages import OpenImages
from tools.data.openimages_labels import compile_labels
from tools.errors import PocketlensError
from tools.lists.class_list import read_class_list
from tools.package.label_table import Label
from tools.places import ROOT

TABLE, HIERARCHY = ROOT / "labels/openimages-boxable.csv", ROOT / "labels/openimages-hierarchy.csv"
LABELS = tuple(Label(f"/m/{n}", n) for n in ("animal", "cat", "dog", "kitten", "plant"))
A, B, C = "00000000000000aa", "ff000000000000bb", "00000000000000cc"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    path = tmp_path / "tree.csv"
    path.write_text("parent,child\n/m/animal,/m/cat\n/m/animal,/m/dog\n/m/cat,/m/kitten\n")
    return path


def labels_file(folder: Path, *rows: tuple[str, str, str], name: str = "labels.csv") -> Path:
    path = folder / name
    lines = [f"{image},verification,/m/{label},{confidence}" for image, label, confidence in rows]
    path.write_text("\n".join(["ImageID,Source,LabelName,Confidence", *lines]) + "\n")
    return path


def boxes_file(folder: Path, *rows: tuple[str, str]) -> Path:
    path = folder / "boxes.csv"
    lines = [f"{image},xclick,/m/{label},1,0.1,0.9,0.1,0.9,0,0,1,0,0" for image, label in rows]
    header = "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated"
    path.write_text("\n".join([header + ",IsGroupOf,IsDepiction,IsInside", *lines]) + "\n")
    return path


def known(store: Path, labels: tuple[Label, ...] = LABELS) -> dict[str, dict[str, int]]:
    """Image id -> label name -> 0 or 1, of all known pairs."""
    data = OpenImages(store, labels, None)
    truth, mask = data.targets(range(len(data)))
    return {
        data.image_id(i): {
            label.name: int(truth[i, j]) for j, label in enumerate(labels) if mask[i, j]
        }
        for i in range(len(data))
    }


def test_positives_go_up_negatives_go_down_the_rest_is_unknown(tmp_path: Path, tree: Path) -> None:
    table = labels_file(tmp_path, (A, "kitten", "1"), (A, "dog", "0"), (B, "animal", "0"))
    counts = compile_labels([table], LABELS, tree, tmp_path / "store")
    assert counts.rows == 3
    assert known(tmp_path / "store") == {
        A: {"kitten": 1, "cat": 1, "animal": 1, "dog": 0},
        B: {"animal": 0, "cat": 0, "dog": 0, "kitten": 0},
    }


def test_a_positive_beats_a_negative(tmp_path: Path, tree: Path) -> None:
    """A box of a kitten, and someone who said that there is no animal and no kitten."""
    table = labels_file(tmp_path, (A, "animal", "0"), (A, "kitten", "0"))
    boxes = boxes_file(tmp_path, (A, "kitten"))
    compile_labels([table, boxes], LABELS, tree, tmp_path / "store")
    assert known(tmp_path / "store") == {A: {"animal": 1, "cat": 1, "kitten": 1, "dog": 0}}


def test_machine_labels_are_left_out(tmp_path: Path, tree: Path) -> None:
    table = labels_file(tmp_path, (A, "cat", "0.8"), (A, "plant", "1"), (B, "dog", "0.5"))
    counts = compile_labels([table], LABELS, tree, tmp_path / "store")
    assert counts.unverified == 2
    assert known(tmp_path / "store") == {A: {"plant": 1}}


def test_order_and_repetition_do_not_matter(tmp_path: Path, tree: Path) -> None:
    rows = [(A, "cat", "1"), (B, "dog", "1"), (C, "dog", "0"), (A, "plant", "0"), (B, "cat", "0")]
    compile_labels([labels_file(tmp_path, *rows)], LABELS, tree, tmp_path / "one")
    mixed = rows * 3
    random.Random(1).shuffle(mixed)
    compile_labels([labels_file(tmp_path, *mixed)], LABELS, tree, tmp_path / "two")
    for name in ("images.u64", "ends.u64", "labels.u16", "present.u8", "store.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_label_that_is_not_in_the_table_passes_on(tmp_path: Path, tree: Path) -> None:
    """Without `cat` in the class list a kitten is an animal all the same."""
    labels = tuple(label for label in LABELS if label.name != "cat")
    expanded = read_expansion(labels, tree)
    names = [label.name for label in labels]
    assert {names[i] for i in expanded.up[names.index("kitten")]} == {"kitten", "animal"}
    assert {names[i] for i in expanded.down[names.index("animal")]} == {"animal", "dog", "kitten"}


def test_expansion_of_the_real_hierarchy_against_a_plain_walk() -> None:
    labels = read_class_list(TABLE)
    with open(HIERARCHY, newline="") as stream:
        edges = [(row["parent"], row["child"]) for row in csv.DictReader(stream)]

    def above(mid: str) -> set[str]:
        return {mid}.union(*(above(parent) for parent, child in edges if child == mid))

    expanded = read_expansion(labels, HIERARCHY)
    mids = [label.mid for label in labels]
    for index in range(0, len(labels), 10):
        assert {mids[i] for i in expanded.up[index]} == above(mids[index])
    for index, ancestors in enumerate(expanded.up):
        for ancestor in ancestors:
            assert index in expanded.down[ancestor]


def test_only_photos_that_are_there(tmp_path: Path, tree: Path) -> None:
    table = labels_file(tmp_path, (A, "cat", "1"), (B, "dog", "1"), (C, "plant", "1"))
    compile_labels([table], LABELS, tree, tmp_path / "store")
    for image, folder in ((B, "train_f"), (A, "train_0")):
        (tmp_path / "photos" / folder).mkdir(parents=True)
        (tmp_path / "photos" / folder / f"{image}.jpg").write_bytes(b"x")
    (tmp_path / "photos" / "other.jpg").write_bytes(b"x")
    data = OpenImages(tmp_path / "store", LABELS, tmp_path / "photos")
    assert [data.photo(i).relative_to(tmp_path / "photos").as_posix() for i in range(2)] == [
        f"train_0/{A}.jpg",
        f"train_f/{B}.jpg",
    ]
    assert len(data) == 2
    assert data.targets([1])[0][0].tolist() == [1, 0, 1, 0, 0]


def refusal(action: object) -> PocketlensError:
    with pytest.raises(PocketlensError) as caught:
        action()  # type: ignore[operator]
    return caught.value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n", "columns a, b"),
        ("", "none"),
        ("ImageID,Source,LabelName,Confidence\nxyz,v,/m/cat,1\n", "line 2"),
        (f"ImageID,Source,LabelName,Confidence\n{A},v,/m/cat,1\n{A}\n", "line 3"),
        ("ImageID,Source,LabelName,Confidence\n12,v,/m/cat,1\n", "16 hex digits"),
        (f"ImageID,Source,LabelName,Confidence\n{A},v,/m/bird,1\n", "/m/bird is no label"),
        (f"ImageID,Source,LabelName,Confidence\n{A},v,/m/cat,0.7\n", "no verified label"),
    ],
)
def test_bad_files(tmp_path: Path, tree: Path, text: str, words: str) -> None:
    path = tmp_path / "labels.csv"
    path.write_text(text)
    error = refusal(lambda: compile_labels([path], LABELS, tree, tmp_path / "out" / "store"))
    assert error.name == "bad_dataset"
    assert words in error.message
    assert os.listdir(tmp_path / "out") == []


def test_other_classes_can_be_skipped(tmp_path: Path, tree: Path) -> None:
    table = labels_file(tmp_path, (A, "bird", "1"), (A, "cat", "1"))
    counts = compile_labels([table], LABELS, tree, tmp_path / "store", skip_unknown=True)
    assert counts.unknown_label == 1
    assert known(tmp_path / "store")[A]["cat"] == 1


def test_missing_things(tmp_path: Path, tree: Path) -> None:
    no_file = refusal(lambda: compile_labels([tmp_path / "no"], LABELS, tree, tmp_path / "s"))
    assert no_file.name == "missing_file"
    table = labels_file(tmp_path, (A, "cat", "1"))
    compile_labels([table], LABELS, tree, tmp_path / "store")
    assert refusal(lambda: OpenImages(tmp_path / "no", LABELS, None)).name == "missing_file"
    other = refusal(lambda: OpenImages(tmp_path / "store", LABELS[:-1], None))
    assert other.name == "bad_dataset" and "another class list" in other.message
    (tmp_path / "photos").mkdir()
    empty = refusal(lambda: OpenImages(tmp_path / "store", LABELS, tmp_path / "photos"))
    assert empty.name == "no_photos"


COMPILE = """
import resource, sys
from pathlib import Path
from tools.data.openimages import OpenImages
from tools.data.openimages_labels import compile_labels
from tools.lists.class_list import read_class_list
labels = read_class_list(Path(sys.argv[1]))
store = Path(sys.argv[4])
if sys.argv[3] != "-":
    compile_labels([Path(sys.argv[3])], labels, Path(sys.argv[2]), store)
data = OpenImages(store, labels, None) if store.exists() else []
for start in range(0, len(data), 400):
    data.targets(range(start, min(start + 8, len(data))))
print(len(data), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def peak_memory(table: Path | str, store: Path) -> tuple[int, int]:
    """Photos in the store, and the process's largest resident size in MiB."""
    arguments = [str(TABLE), str(HIERARCHY), str(table), str(store)]
    done = subprocess.run(
        [sys.executable, "-c", COMPILE, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    photos, memory = done.stdout.split()
    return int(photos), int(memory)


@pytest.mark.slow
def test_memory_stays_flat_at_the_size_of_open_images(tmp_path: Path) -> None:
    """1.7 million photos take hardly more memory than 20,000 (the store is mapped, not read)."""
    mids = [label.mid for label in read_class_list(TABLE)]
    rng = np.random.default_rng(1)
    sizes = {"small": 20_000, "large": 1_700_000}
    for name, count in sizes.items():
        with open(tmp_path / f"{name}.csv", "w") as stream:
            stream.write("ImageID,Source,LabelName,Confidence\n")
            for image in rng.integers(0, 2**63, count).tolist():
                stream.write(f"{image:016x},verification,{mids[image % 601]},{image >> 5 & 1}\n")
    base = peak_memory("-", tmp_path / "none")[1]
    found = {n: peak_memory(tmp_path / f"{n}.csv", tmp_path / n) for n in sizes}
    assert [photos for photos, _ in found.values()] == list(sizes.values())
    store = sum(path.stat().st_size for path in (tmp_path / "large").iterdir()) >> 20
    assert found["large"][1] <= found["small"][1] + store + 16, (base, found, store)
    assert found["large"][1] <= base + 150
