"""bench: the figures of a real package, their JSON, and regressions named."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tools import bench
from tools.native import measure

pytestmark = pytest.mark.slow

RUNS = 4


@pytest.fixture(scope="module")
def figures(demo_package: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A short real run."""
    out = tmp_path_factory.mktemp("bench") / "new" / "figures.json"
    told = [str(demo_package), "--runs", str(RUNS), "--threads", "1,2", "--json", str(out)]
    result = CliRunner().invoke(bench.main, [*told, "--format", "nv21", "--size", "640x480"])
    assert result.exit_code == 0, result.output
    for told_name in ("preprocess", "inference", "scores", "total", "loading (ms)", "memory (MB)"):
        assert told_name in result.stdout
    assert os.listdir(out.parent) == ["figures.json"]
    found: dict[str, Any] = json.loads(out.read_text())
    return found


def test_every_setting_has_every_stage_with_percentiles_in_order(figures: dict[str, Any]) -> None:
    settings = [(one["sessions"], one["threads"]) for one in figures["sweeps"]]
    assert settings == [(1, 1), (1, 2), (2, 1)]
    for one in figures["sweeps"]:
        assert set(one["stages"]) == set(one["first"]) == set(measure.STAGES)
        for stage, found in one["stages"].items():
            values = [found[key] for key in ("min", "p50", "p90", "p99", "max")]
            assert values == sorted(values) and values[0] > 0, stage
        assert one["frames_per_second"] > 0
        assert one["first"]["total"] > 0


def test_the_run_is_described(figures: dict[str, Any], demo_package: Path) -> None:
    manifest = json.loads((demo_package / "model.json").read_text())
    assert figures["package"]["model_sha256"] == manifest["files"]["model.ms"]["sha256"]
    assert figures["frame"] == {"format": "nv21", "width": 640, "height": 480, "rotation": 0}
    assert figures["machine"]["runtime"] == "MindSpore Lite 2.0.0"
    assert figures["runs"] == RUNS


def test_loading_and_memory_make_sense(figures: dict[str, Any]) -> None:
    later = figures["loading_ms"]["later"]
    assert later["total"] >= later["build"] > 0 and later["hash"] > 0
    memory = figures["memory_mb"]
    assert 0 < memory["python"] < memory["runtime_loaded"] < memory["package_open"]
    assert memory["peak"] >= memory["after_runs"]


def test_the_same_figures_are_no_regression(figures: dict[str, Any]) -> None:
    assert bench.regressions(figures, figures, 0.0) == []
    assert "No figure grew" in bench.comparison(figures, figures, [], 10)


def test_a_slower_stage_and_more_memory_are_named(figures: dict[str, Any]) -> None:
    now = copy.deepcopy(figures)
    now["sweeps"][1]["stages"]["inference"]["p50"] *= 1.5
    now["memory_mb"]["peak"] *= 1.2
    now["sweeps"][0]["stages"]["scores"]["p50"] *= 1.05
    now["loading_ms"]["later"]["total"] *= 0.5
    slower = bench.regressions(figures, now, 0.1)
    assert slower == ["1 x 2 inference p50", "memory peak"]
    told = bench.comparison(figures, now, slower, 10)
    assert "REGRESSION 1 x 2 inference p50" in told and "REGRESSION memory peak" in told
    assert "Not like for like" not in told


def test_another_machine_or_frame_is_said(figures: dict[str, Any]) -> None:
    now = copy.deepcopy(figures)
    now["machine"]["cpu"] = "another one"
    now["frame"]["width"] = 1
    told = bench.comparison(figures, now, [], 10)
    assert "the machine is another one" in told and "the frame is another one" in told


def test_the_command_compares_and_fails_when_it_is_slower(
    figures: dict[str, Any], demo_package: Path, tmp_path: Path
) -> None:
    fast = copy.deepcopy(figures)
    for one in fast["sweeps"]:
        for stage in one["stages"].values():
            stage["p50"] /= 1000
    (tmp_path / "fast.json").write_text(json.dumps(fast))
    told = [str(demo_package), "--runs", "2", "--threads", "1", "--size", "64x48"]
    result = CliRunner().invoke(bench.main, [*told, "--compare", str(tmp_path / "fast.json")])
    assert result.exit_code == 4
    assert "REGRESSION 1 x 1 inference p50" in result.stdout


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"sweeps": []}', '{"sweeps": [{}]}'])
def test_figures_that_are_none_are_refused(
    demo_package: Path, tmp_path: Path, content: str
) -> None:
    (tmp_path / "old.json").write_text(content)
    told = [str(demo_package), "--compare", str(tmp_path / "old.json")]
    result = CliRunner().invoke(bench.main, told)
    assert result.exit_code == 1 and "error [unreadable_file]" in result.stderr


@pytest.mark.parametrize(
    "option", [["--size", "641x480"], ["--size", "big"], ["--threads", "0"], ["--threads", "a"]]
)
def test_wrong_options_are_usage_errors(demo_package: Path, option: list[str]) -> None:
    assert CliRunner().invoke(bench.main, [str(demo_package), *option]).exit_code == 2


def test_all_benchmarks_run_and_write_their_keys(root: Path, tmp_path: Path) -> None:
    """Shortly and without peers: that they run, not how fast."""
    out = tmp_path / "bench.json"
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick", "--out", str(out)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text())
    assert {"machine", "frame_to_scores", "folder", "load"} <= set(found)
    assert found["frame_to_scores"]["one_thread"]["pocketlens"]["median_ms"] > 0
    assert "one_core" in found["folder"]["photos_per_second"]
    assert 0 <= found["folder"]["half_size"]["other_best_label"] <= 1
    assert found["load"]["core_share"] > 0
