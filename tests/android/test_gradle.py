"""The Gradle project, which cannot be run here, says what the Maven build says."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import gradle
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def test_gradle_and_maven_say_the_same() -> None:
    assert gradle.differences(ROOT / "android") == []


def test_nothing_is_compared_that_is_missing_on_both_sides() -> None:
    assert [fact for fact in gradle.facts(ROOT / "android") if "missing" in fact.maven] == []


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of all that the comparison reads."""
    sources = ROOT / "android", tmp_path / "android"
    skip = shutil.ignore_patterns("target", "build", "*.png", ".gradle")
    shutil.copytree(*sources, ignore=skip)
    (tmp_path / "jni" / "android").mkdir(parents=True)
    for name in ("CMakeLists.txt", "CMakePresets.json", "android/CMakeLists.txt"):
        shutil.copyfile(ROOT / "jni" / name, tmp_path / "jni" / name)
    return tmp_path / "android"


MUTATIONS = [
    ("build.gradle.kts", 'extra["minSdk"] = 26', 'extra["minSdk"] = 24', "minSdk"),
    ("build.gradle.kts", 'extra["targetSdk"] = 36', 'extra["targetSdk"] = 35', "targetSdk"),
    ("build.gradle.kts", 'extra["versionCode"] = ', 'extra["versionCode"] = 9', "versionCode"),
    ("build.gradle.kts", 'extra["versionName"] = "', 'extra["versionName"] = "9', "version"),
    ("build.gradle.kts", "kotlin-gradle-plugin:2", "kotlin-gradle-plugin:1", "Kotlin"),
    ("settings.gradle.kts", ', ":device"', "", "modules"),
    ("headless/pom.xml", "<module>device</module>", "", "modules"),
    ("app/build.gradle.kts", 'applicationId = "io.', 'applicationId = "org.', "applicationId"),
    ("app/build.gradle.kts", 'namespace = "io.', 'namespace = "org.', "namespace"),
    ("app/build.gradle.kts", 'noCompress += "zip"', "", "stored packages"),
    ("app/build.gradle.kts", 'val name = "m', 'val name = "n', "model package"),
    ("app/build.gradle.kts", 'minSdk = rootProject.extra["minSdk"]', "minSdk = 21", "SDK levels"),
    ("classifier/build.gradle.kts", "../../jni/CMake", "../../native/CMake", "CMake project"),
    ("classifier/build.gradle.kts", 'targets += "pocketlens"', 'targets += "lens"', "target"),
    ("classifier/build.gradle.kts", "arm64-v8a", "armeabi-v7a", "ABI"),
    ("classifier/build.gradle.kts", "ANDROID_STL=c++_shared", "ANDROID_STL=c++_static", "STL"),
    ("classifier/build.gradle.kts", "consumer-rules.pro", "rules.pro", "consumer rules"),
    ("classifier/build.gradle.kts", "robolectric:4", "robolectric:5", "robolectric"),
    ("device/build.gradle.kts", "DeviceRunner", "OtherRunner", "runner"),
    ("device/src/main/AndroidManifest.xml", "io.pocketlens.app", "io.other", "target"),
]


@pytest.mark.parametrize(("file", "old", "new", "named"), MUTATIONS)
def test_a_difference_is_named(copy: Path, file: str, old: str, new: str, named: str) -> None:
    text = (copy / file).read_text()
    assert old in text
    (copy / file).write_text(text.replace(old, new))
    assert any(named in line.split(": Maven")[0] for line in gradle.differences(copy))


def test_moved_sources_are_noticed(copy: Path) -> None:
    move: Callable[..., object] = shutil.move
    move(copy / "classifier" / "src" / "main" / "kotlin", copy / "classifier" / "src" / "kotlin")
    assert any("classifier: manifest and Kotlin" in line for line in gradle.differences(copy))
