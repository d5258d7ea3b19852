"""The Gradle project as the real Android Gradle plugin sees it, and broken copies of it.

evaluate.groovy configures every copy of the project with the plugin, without running a task. Each
expectation is held against the project as it is, and must fail on the copies that break it.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from broken import BROKEN
from evaluation import ANDROID, ROOT, WORK, Facts, clear, copy, evaluate, run
from expectations import (
    EXPECTATIONS,
    LIBRARIES,
    expect_model_packed,
    expect_sentence_when_the_runtime_is_missing,
)

ACTIONS = "app:packModel\ndevice:collectTestData\nclassifier:configureCMakeDebug[arm64-v8a]\n"
# What a user may say: name of a copy -> file, text that is added.
SAID = {
    "signed": (
        "gradle.properties",
        "pocketlens.keystore=../keys/mine.jks\npocketlens.keystorePassword=one\n"
        "pocketlens.keyAlias=me\npocketlens.keyPassword=two\n",
    ),
    "runtime": ("local.properties", "mindspore.lite.dir=/opt/lite\n"),
    "nothing": ("gradle.properties", "pocketlens.package=../none\n"),
}


@pytest.fixture(scope="session")
def evaluated() -> dict[str, Facts]:
    """The facts of the project and of every copy, all told by one run of the plugin."""
    clear()
    run([str(ROOT / ".venv/bin/python"), "-m", "tests.make_damaged_packages"], cwd=ROOT)
    (copy("good") / "actions.txt").write_text(ACTIONS)
    for name, (file, more) in SAID.items():
        top = copy(name)
        with (top / "android" / file).open("a") as stream:
            stream.write(more)
        (top / "actions.txt").write_text("app:packModel\n")
    adopt(copy("adopter"))
    for name, (file, old, new, expectation, _) in BROKEN.items():
        top = copy(name)
        text = (top / "android" / file).read_text()
        assert old in text, f"{name}: {file} does not say {old!r}"
        (top / "android" / file).write_text(text.replace(old, new))
        if expectation in (expect_model_packed, expect_sentence_when_the_runtime_is_missing):
            (top / "actions.txt").write_text(ACTIONS)
    return evaluate()


def adopt(top: Path) -> None:
    """Somebody's app in the place of `sample`, with what android/README.md tells to say."""
    readme = (ANDROID / "README.md").read_text()
    (told,) = re.findall(r"^```groovy\n(.*?)^```", readme, re.M | re.S)
    plugin = "plugins {\n    alias(libs.plugins.android.application)\n}\n"
    own = "android {\n    namespace = 'com.example'\n    compileSdk = 36\n}\n"
    (top / "android" / "sample" / "build.gradle").write_text(plugin + own + told)


@pytest.mark.parametrize("expectation", EXPECTATIONS, ids=lambda one: one.__name__)
def test_the_project_is_as_expected(
    evaluated: dict[str, Facts], expectation: Callable[[Facts], None]
) -> None:
    assert "error" not in evaluated["good"], evaluated["good"]
    expectation(evaluated["good"])


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_copy_is_found(evaluated: dict[str, Facts], name: str) -> None:
    facts, (_, _, _, expectation, words) = evaluated[name], BROKEN[name]
    if expectation is None:
        assert words in "\n".join(facts["error"])
    else:
        assert "error" not in facts, facts
        with pytest.raises((AssertionError, KeyError)):
            expectation(facts)


def test_what_the_readme_tells_an_adopter_is_taken(evaluated: dict[str, Facts]) -> None:
    assert "error" not in evaluated["adopter"], evaluated["adopter"]
    app = evaluated["adopter"]["modules"]["sample"]
    assert (app["namespace"], app["stored"], app["abis"]) == ("com.example", ["zip"], ["arm64-v8a"])
    assert {variant["minSdk"] for variant in app["variants"].values()} == {26}
    version = evaluated["adopter"]["catalog"]["pocketlens"]
    taken = [
        one
        for kind in ("implementation", "testImplementation")
        for one in app["dependencies"][kind]
    ]
    published = {f"io.pocketlens:{name}:{version}" for name in LIBRARIES}
    assert {one for one in taken if one.startswith("io.pocketlens")} == published


def test_what_is_written_beside_the_scripts_is_ignored() -> None:
    """By builds and by Android Studio."""
    written = [f"{name}/build/x" for name in LIBRARIES] + ["classifier/.cxx/x"]
    written += [".idea/x", ".gradle/x", ".kotlin/x", "build/x", "local.properties"]
    told = subprocess.run(
        ["git", "check-ignore", *written], cwd=ANDROID, capture_output=True, text=True
    )
    assert told.stdout.split() == written


def test_the_packed_model_is_a_package(evaluated: dict[str, Facts]) -> None:
    folder = WORK / "projects" / "good" / "android" / "app" / "build"
    (zip_file,) = folder.rglob("mobilenetv2-openimages.zip")
    program = "import sys; from tools.package.reader import open_package; open_package(sys.argv[1])"
    run([str(ROOT / ".venv/bin/python"), "-c", program, str(zip_file)], cwd=ROOT)
    device = WORK / "projects" / "good" / "android" / "device" / "build"
    assert list(device.rglob("damaged/cases.csv")) and list(device.rglob("golden/*.json"))


def test_a_release_is_signed_with_the_key_that_properties_name(
    evaluated: dict[str, Facts],
) -> None:
    app = evaluated["signed"]["modules"]["app"]
    assert app["signed"] == "release"
    key = {"store": "../keys/mine.jks", "alias": "me", "password": "one", "keyPassword": "two"}
    assert app["signing"] == {"release": {**key, "store": app["signing"]["release"]["store"]}}
    assert app["signing"]["release"]["store"].endswith("keys/mine.jks")


def test_the_runtime_of_local_properties_is_used(evaluated: dict[str, Facts]) -> None:
    (argument,) = {
        variant["native"]["arguments"][2]
        for variant in evaluated["runtime"]["modules"]["classifier"]["variants"].values()
    }
    assert argument == "-DPOCKETLENS_MINDSPORE_LITE=/opt/lite/runtime"


def test_a_missing_package_is_said_with_the_command(evaluated: dict[str, Facts]) -> None:
    said = evaluated["nothing"]["acted"]["app:packModel"]
    assert "make demo" in said and "pocketlens.package" in said


def test_the_wrapper_fetches_the_gradle_that_the_plugin_asks_for() -> None:
    wrapper = ANDROID / "gradle" / "wrapper"
    properties = (wrapper / "gradle-wrapper.properties").read_text()
    assert "gradle-9.4.1-bin.zip" in properties
    # As published with Gradle 9.4.1.
    assert f"distributionSha256Sum={DISTRIBUTION}\n" in properties
    assert hashlib.sha256((wrapper / "gradle-wrapper.jar").read_bytes()).hexdigest() == WRAPPER


DISTRIBUTION = "2ab2958f2a1e51120c326cad6f385153bb11ee93b3c216c5fccebfdfbb7ec6cb"
WRAPPER = "55243ef57851f12b070ad14f7f5bb8302daceeebc5bce5ece5fa6edb23e1145c"
