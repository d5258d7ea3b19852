"""The official model goes the whole way: stand-ins of its shapes and names (tests/official.py)."""

from __future__ import annotations

import functools
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from tests import official
from tests.converting import CAT, DEMO, checked, headline, made, outputs_of, refused
from tests.unkind_server import serving
from tools import evaluate, labels, terminal
from tools import official as whole_way
from tools.conversion import bridge
from tools.data import assets, download
from tools.lists.class_list import read_class_list
from tools.native.kept import mindspore_worker
from tools.native.worker import Worker
from tools.network import assemble
from tools.package.label_table import write_labels
from tools.package.tables import read_table
from tools.parity import rungs
from tools.places import LABELS, MODELS, OFFICIAL_MODEL, SAMPLES

pytestmark = pytest.mark.slow

GONE = 300  # the row that the stand-in of 600 outputs is without
ROWS = {
    "601": list(range(601)),
    "600": [row for row in range(601) if row != GONE],
    "500": official.rows_of(official.CHALLENGE),
}


@pytest.fixture(scope="session")
def new_600(work: Path, head: dict[str, official.Floats]) -> Path:
    """600 outputs, names of r1.5."""
    path = work / "mobilenetv2-600.ckpt"
    with mindspore_worker() as worker:
        worker.call(official.write_checkpoint, path, head, ROWS["600"], "dense")
    return path


@pytest.fixture(scope="session")
def mindir_500(work: Path, head: dict[str, official.Floats]) -> Path:
    """The card's MindIR of version 1, with 500 outputs."""
    path = work / "mobilenetv2-500.mindir"
    with Worker() as worker:
        worker.call(official.write_mindir, path, head, ROWS["500"])
    return path


@pytest.fixture(scope="session")
def ms_500(work: Path, mindir_500: Path) -> Path:
    """The card's ready .ms, with 500 outputs."""
    path = work / "mobilenetv2-500.ms"
    bridge.convert_model(mindir_500, "mindir", path)
    return path


@pytest.fixture(scope="session")
def packed_500(work: Path, ms_500: Path) -> Path:
    """The package of the ready .ms."""
    made("--model", OFFICIAL_MODEL, "--ms", ms_500, "--out", work / "official-ms")
    return work / "official-ms"


def fit(*arguments: object) -> Result:
    """What `labels --fit` says."""
    return CliRunner().invoke(labels.main, ["--fit", *map(str, arguments)])


def judged(package: Path) -> dict[str, Any]:
    """What `evaluate` says of a package on the sample photos."""
    words = [str(package), str(SAMPLES / "photos.csv"), "--json"]
    result = CliRunner().invoke(evaluate.main, words)
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.stdout)
    return told


class TestConvert:
    """Every form of the model becomes a package with the list that fits its outputs."""

    def test_601_with_the_names_of_r1_0(self, work: Path, old_601: Path) -> None:
        out = work / "official-601"
        result = made("--model", OFFICIAL_MODEL, "--checkpoint", old_601, "--out", out)
        assert f"thresholds {out} --calibrate DATA --update" in " ".join(result.output.split())
        package = checked(out)
        assert package.labels == read_class_list(official.BOXABLE)
        assert {row.status for row in package.thresholds} == {"default"}
        assert package.manifest.raw["recipe"]["network"]["head"]["activation"] == "sigmoid"
        assert headline(out) == "Cat"

    def test_600_asks_for_the_row_that_is_left_out(self, work: Path, new_600: Path) -> None:
        out = work / "official-600"
        given = ("--model", OFFICIAL_MODEL, "--checkpoint", new_600, "--out", out)
        said = refused("class_count_mismatch", *given)
        assert "600 outputs" in said and "labels --fit" in said and "--exclude" in said
        row = read_class_list(official.BOXABLE)[GONE]
        made(*given, "--exclude", row.mid)
        package = checked(out)
        assert len(package.labels) == 600 and row not in package.labels
        assert headline(out) == "Cat"

    def test_500_from_a_mindir_of_version_1(
        self, work: Path, head: dict[str, official.Floats], demo_onnx: Path, mindir_500: Path
    ) -> None:
        out = work / "official-500"
        made("--model", OFFICIAL_MODEL, "--mindir", mindir_500, "--out", out)
        package = checked(out)
        assert package.labels == read_class_list(official.CHALLENGE)
        network = package.manifest.raw["recipe"]["network"]
        assert (network["architecture"], network["num_classes"]) == ("unknown", 500)
        cat = official.sample_tensors()[official.sample_photos().index(CAT)]
        features, _ = official.demo_answers(demo_onnx, [cat])
        logits = features @ head["weight"][ROWS["500"]].T + head["bias"][ROWS["500"]]
        assert np.abs(outputs_of(out) - 1 / (1 + np.exp(-logits[0]))).max() <= 1e-4

    def test_500_from_a_ready_ms_is_evaluated(self, packed_500: Path) -> None:
        assert checked(packed_500).labels == read_class_list(official.CHALLENGE)
        found = judged(packed_500)
        # What the demo knows, but for its own labels that the challenge's list lacks.
        assert found["photos"] == 23 and found["best"]["right"] >= 20 / 23
        assert "the model lacks" in found["definition"] and "Clothing" in found["definition"]

    def test_500_evaluated_as_it_is_gives_the_same(
        self, work: Path, demo_onnx: Path, packed_500: Path
    ) -> None:
        """The bare file with the recipe's folder: its own list, of 500 rows, is found for it."""
        onnx = official.cut(demo_onnx, ROWS["500"], work / "bare-500.onnx")
        given = [str(onnx), str(SAMPLES / "photos.csv"), "--model", str(OFFICIAL_MODEL), "--json"]
        result = CliRunner().invoke(evaluate.main, given)
        assert result.exit_code == 0, result.output
        bare, packed = json.loads(result.stdout), judged(packed_500)
        assert bare["definition"] == packed["definition"]
        assert bare["best"]["right"] == packed["best"]["right"]
        assert bare["summary"]["map"] == pytest.approx(packed["summary"]["map"], abs=0.01)

    def test_without_the_file_it_says_how_to_fetch_it(self, work: Path) -> None:
        said = refused("missing_file", "--model", OFFICIAL_MODEL, "--out", work / "none")
        assert "fetch hub-ckpt" in said


class TestAnotherModelInTheDemosRecipe:
    """Its thresholds and its head belong to one file."""

    def test_a_dense_checkpoint_is_told_its_recipe(self, work: Path, old_601: Path) -> None:
        given = ("--model", DEMO, "--checkpoint", old_601, "--out", work / "no")
        said = refused("class_count_mismatch", *given)
        assert "a head with 601 outputs" in said and "mobilenetv2-openimages-official" in said

    def test_an_onnx_gets_neither_thresholds_nor_head(self, work: Path, demo_onnx: Path) -> None:
        """Even the demo's own network, for the file is another: who made it is not known."""
        out = work / "foreign"
        other = official.cut(demo_onnx, ROWS["601"][::-1], work / "foreign.onnx")
        result = made("--onnx", other, "--out", out)
        said = " ".join(result.output.split())
        assert "were chosen for another model file and are not used" in said
        assert "No thresholds of this model are known" in said
        package = checked(out)
        assert {row.status for row in package.thresholds} == {"default"}
        assert "head" not in package.manifest.raw["recipe"]["network"]

    def test_thresholds_that_are_named_are_taken(self, work: Path, demo_onnx: Path) -> None:
        table = DEMO / "thresholds.csv"
        result = made("--onnx", demo_onnx, "--thresholds", table, "--out", work / "named")
        assert "No thresholds" not in result.output
        assert "silent" in {row.status for row in checked(work / "named").thresholds}


class TestFit:
    """`labels --fit` on the demo's own net, its outputs put into other orders and cut."""

    def test_a_permuted_net_fits_no_list(self, work: Path, demo_onnx: Path) -> None:
        rows = np.random.default_rng(3).permutation(601)
        result = fit(official.cut(demo_onnx, list(rows), work / "permuted.onnx"))
        assert result.exit_code == 4, result.output
        assert "No list fits" in result.output

    def test_its_own_list_is_found_for_it(self, work: Path, demo_onnx: Path) -> None:
        """The same net, with the list in the order of its outputs given as SOURCE."""
        rows = np.random.default_rng(3).permutation(601)
        listed = read_class_list(official.BOXABLE)
        (work / "mine.csv").write_bytes(write_labels([listed[row] for row in rows]))
        model = official.cut(demo_onnx, list(rows), work / "permuted.onnx")
        result = fit(model, work / "mine.csv")
        assert result.exit_code == 0, result.output
        assert "mine.csv fits" in result.output and "is ruled out" in result.output

    def test_sorted_by_id(self, work: Path, demo_onnx: Path) -> None:
        listed = read_class_list(official.BOXABLE)
        rows = sorted(range(601), key=lambda row: listed[row].mid)
        result = fit(official.cut(demo_onnx, rows, work / "sorted.onnx"), "--out", work / "by-id")
        assert result.exit_code == 0, result.output
        assert "openimages-boxable.csv, sorted by id fits" in result.output
        assert [label.mid for label in read_class_list(work / "by-id")] == sorted(
            label.mid for label in listed
        )

    def test_600_names_the_rows_of_which_one_is_left_out(self, work: Path, new_600: Path) -> None:
        result = fit(new_600, "--out", work / "600.csv")
        assert result.exit_code == 0, result.output
        assert "openimages-boxable.csv fits" in result.output
        written = [label.mid for label in read_class_list(work / "600.csv")]
        listed = [label.mid for label in read_class_list(official.BOXABLE)]
        gone = next(row for row in range(601) if listed[row] not in written)
        proven = {"Cat", "Koala"}  # samples on both sides of the gap
        names = [label.name for label in read_class_list(official.BOXABLE)]
        assert abs(gone - GONE) < 120
        for name in proven:
            row = names.index(name)
            assert written[row - (row > GONE)] == listed[row]

    def test_500(self, work: Path, demo_onnx: Path) -> None:
        result = fit(official.cut(demo_onnx, ROWS["500"], work / "500.onnx"))
        assert result.exit_code == 0, result.output
        assert "openimages-challenge.csv fits" in result.output
        assert "of 500 rows" in result.output

    def test_410(self, work: Path, demo_onnx: Path) -> None:
        """101 names are shared with the 601; the other outputs say nothing."""
        names = {row.name: place for place, row in enumerate(read_class_list(official.BOXABLE))}
        silent = names["Tortoise"]
        older = read_class_list(LABELS / "lite-demo-410-thresholds.csv")
        rows = [names.get(label.name, silent) for label in older]
        result = fit(official.cut(demo_onnx, rows, work / "410.onnx"))
        assert result.exit_code == 0, result.output
        assert "lite-demo-410-thresholds.csv fits" in result.output

    def test_a_photo_that_cannot_be_read_is_named_and_left_out(
        self, tmp_path: Path, ms_500: Path
    ) -> None:
        for photo in official.sample_photos():
            (tmp_path / photo.name).symlink_to(photo)
        (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff no more")
        table = tmp_path / "known.csv"
        table.write_text((SAMPLES / "photos.csv").read_text() + "broken.jpg,/m/01yrx,,,,,,,\n")
        result = fit(ms_500, "--known", table)
        assert result.exit_code == 3, result.output
        assert "openimages-challenge.csv fits" in result.output
        assert "left out: " in result.output and "broken.jpg" in result.output

    def test_a_number_that_no_list_has(self, work: Path, mindir: Path) -> None:
        result = fit(mindir / "v1.mindir")
        assert result.exit_code == 1 and "class_count_mismatch" in result.output
        assert "5 outputs" in result.output


class TestTheWholeWay:
    """`official`, behind `make official`."""

    def test_from_the_download_to_a_calibrated_package_for_the_phone(
        self, work: Path, ms_500: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The download is a server on this machine with the stand-in; the rest is as typed."""
        content, out = ms_500.read_bytes(), work / "whole"
        monkeypatch.setattr(rungs, "AARCH64_PHOTOS", 1)  # README's line has them all
        monkeypatch.setattr(assets, "FETCHED", work / "fetched")
        with serving(content, "cut:1000000") as server:
            item = assets.Item(
                "hub-ckpt",
                "stand-in",
                server.url.replace("file.bin", "mobilenetv2.ms"),
                hashlib.sha256(content).hexdigest(),
            )
            monkeypatch.setattr(assets, "items", lambda: {"hub-ckpt": item})
            given = ["--known", str(SAMPLES / "photos.csv"), "--out", str(out)]
            result = CliRunner().invoke(whole_way.main, given)
        assert result.exit_code == 0, result.output
        assert "openimages-challenge.csv fits" in result.output
        assert "Every rung that was run is within its tolerance" in result.output
        for package in (checked(out), checked(work / "whole.zip")):
            assert package.labels == read_class_list(official.CHALLENGE)
            assert {row.status for row in package.thresholds} <= {"pooled", "calibrated", "silent"}
        assert headline(work / "whole.zip") == "Cat"

    def test_without_a_list_that_fits_nothing_is_packed(self, work: Path, demo_onnx: Path) -> None:
        rows = list(np.random.default_rng(3).permutation(601))
        model = official.cut(demo_onnx, rows, work / "permuted.onnx")
        out = work / "never"
        result = CliRunner().invoke(whole_way.main, [str(model), "--out", str(out)])
        assert result.exit_code == 4, result.output
        assert "No list fits" in result.output and not out.exists()

    def test_a_download_that_fails_says_how_to_go_on(
        self, work: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        item = assets.Item("hub-ckpt", "stand-in", "http://127.0.0.1:9/no.ckpt", "0" * 64)
        monkeypatch.setattr(assets, "items", lambda: {"hub-ckpt": item})
        monkeypatch.setattr(assets, "FETCHED", work / "nothing")
        hasty = functools.partial(download.fetch, limits=download.Limits(attempts=1))
        monkeypatch.setattr(terminal, "fetch", hasty)
        result = CliRunner().invoke(whole_way.main, [])
        assert result.exit_code == 1 and "error [download_failed]" in result.output
        assert "make official FROM=FILE" in result.output


class TestImageNet:
    """The example recipe with 1000 ready ids."""

    def test_the_ids_are_those_of_the_mapping_and_none_is_twice(self) -> None:
        listed = read_class_list(LABELS / "imagenet-1k.csv")
        mapping = read_table(
            (LABELS / "imagenet-to-openimages.csv").read_bytes(),
            "imagenet_index,imagenet_name,mids,names",
            "mapping",
            "bad_labels",
        )
        assert len({label.mid for label in listed}) == len(listed) == 1000
        for label, row in zip(listed, mapping, strict=False):
            assert label.name.split(" (")[0] == row.cells[1].split(",")[0]
        doubtful = {134: "crane-bird", 517: "crane-machine", 264: "cardigan-dog"}
        doubtful |= {474: "cardigan-garment", 638: "maillot-garment", 639: "maillot-tank-suit"}
        assert {row: listed[row].mid for row in doubtful} == {
            row: f"own/{id_}" for row, id_ in doubtful.items()
        }

    def test_a_checkpoint_of_1000_classes_names_the_cat(self, work: Path) -> None:
        """The demo's dense layer: its first 1000 rows are ImageNet's classes."""
        demo = assemble.read_head(DEMO / assemble.HEAD_FILE)
        head = {key: demo[f"dense.{key}"] for key in ("weight", "bias")}
        checkpoint, out = work / "imagenet.ckpt", work / "imagenet"
        with mindspore_worker() as worker:
            worker.call(official.write_checkpoint, checkpoint, head, range(1000), "head.1")
        made("--model", MODELS / "mobilenetv2-imagenet", "--checkpoint", checkpoint, "--out", out)
        assert headline(out) in ("tabby", "tiger cat", "Egyptian cat", "lynx")
