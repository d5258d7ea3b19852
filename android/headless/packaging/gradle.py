"""Compare the Gradle project with the Maven build: both must say the same of the same sources."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

_POM = "{http://maven.apache.org/POM/4.0.0}"
MODULES = ("classifier", "app", "device")


@dataclass(frozen=True)
class Fact:
    """One thing that both builds say, or that must be there."""

    name: str
    maven: str
    gradle: str


def facts(android: Path) -> list[Fact]:
    """Everything that is compared, as each side says it."""
    return [*_versions(android), *_modules(android), *_namespaces(android), *_native(android)]


def differences(android: Path) -> list[str]:
    """The facts on which the sides differ, in words."""
    return [
        f"{fact.name}: Maven says {fact.maven!r}, Gradle says {fact.gradle!r}"
        for fact in facts(android)
        if fact.maven != fact.gradle
    ]


def _pom(file: Path, path: str) -> str:
    found = (
        ElementTree.parse(file)
        .getroot()
        .findtext("/".join(_POM + part for part in path.split("/")))
    )
    return (found or "missing").strip()


def _found(file: Path, pattern: str) -> str:
    match = re.search(pattern, file.read_text(), re.M)
    return match.group(1) if match else "missing"


def _versions(android: Path) -> list[Fact]:
    pom, root = android / "headless" / "pom.xml", android / "build.gradle.kts"
    classifier = android / "classifier" / "build.gradle.kts"
    out = []
    for name in ("minSdk", "targetSdk", "versionCode"):
        said = _found(root, rf'extra\["{name}"\] = (\d+)')
        out.append(Fact(name, _pom(pom, f"properties/android.{name}"), said))
    out.append(
        Fact("version", _pom(pom, "version"), _found(root, r'extra\["versionName"\] = "(.+)"'))
    )
    kotlin = _found(root, r"kotlin-gradle-plugin:([\d.]+)")
    out.append(Fact("Kotlin", _pom(pom, "properties/kotlin.version"), kotlin))
    for name, artifact in (
        ("junit", "junit:junit"),
        ("robolectric", "org.robolectric:robolectric"),
    ):
        said = _found(classifier, rf'testImplementation\("{artifact}:(.+)"\)')
        out.append(Fact(name, _pom(pom, f"properties/{name}.version"), said))
    return out


def _modules(android: Path) -> list[Fact]:
    """Maven's modules but those that only Maven needs; each with sources where Gradle looks."""
    root = ElementTree.parse(android / "headless" / "pom.xml").getroot()
    maven = [m.text or "" for m in root.iter(f"{_POM}module")]
    maven = [name for name in maven if name not in ("androidx-test-stub", "packaging", "lint")]
    included = _found(android / "settings.gradle.kts", r"^include\((.*)\)")
    gradle = re.findall(r'":(\w+)"', included)
    out = [Fact("modules", ",".join(maven), ",".join(gradle))]
    for name in MODULES:
        main = android / name / "src" / "main"
        there = (main / "AndroidManifest.xml").is_file() and any(main.glob("kotlin/**/*.kt"))
        out.append(Fact(f"{name}: manifest and Kotlin under src/main", "True", str(there)))
        text = (android / name / "build.gradle.kts").read_text()
        levels = all(f'rootProject.extra["{level}"]' in text for level in ("minSdk", "targetSdk"))
        out.append(Fact(f"{name}: SDK levels are the project's", "True", str(levels)))
    return out


def _namespaces(android: Path) -> list[Fact]:
    out = []
    for name in MODULES:
        gradle = android / name / "build.gradle.kts"
        maven = _pom(android / "headless" / name / "pom.xml", "properties/android.namespace")
        out.append(Fact(f"{name}: namespace", maven, _found(gradle, r'namespace = "(.+)"')))
    app, device = android / "app" / "build.gradle.kts", android / "device"
    app_id = _pom(android / "headless" / "app" / "pom.xml", "properties/android.namespace")
    out.append(Fact("applicationId", app_id, _found(app, r'applicationId = "(.+)"')))
    manifest = device / "src" / "main" / "AndroidManifest.xml"
    runner = _found(manifest, r'android:name="(.+Runner)"')
    said = _found(device / "build.gradle.kts", r'testInstrumentationRunner = "(.+)"')
    out.append(Fact("instrumentation runner", runner, said))
    out.append(Fact("instrumentation target", _found(manifest, r'targetPackage="(.+)"'), app_id))
    return out


def _native(android: Path) -> list[Fact]:
    """The same CMake project, target, ABI and options; the same package, not compressed."""
    gradle = android / "classifier" / "build.gradle.kts"
    presets = (android.parent / "jni" / "CMakePresets.json").read_text()
    jni = (android.parent / "jni" / "CMakeLists.txt").resolve()
    said = (android / "classifier" / _found(gradle, r'path = file\("(.+)"\)')).resolve()
    out = [Fact("CMake project", str(jni.exists() and jni), str(said))]
    cmake = (android.parent / "jni" / "android" / "CMakeLists.txt").read_text()
    target = re.search(r"add_library\((\w+) SHARED", cmake)
    maven_target = target.group(1) if target else "missing"
    out.append(Fact("CMake target", maven_target, _found(gradle, r'targets \+= "(\w+)"')))
    out.append(
        Fact("ABI", _preset(presets, "ANDROID_ABI"), _found(gradle, r'abiFilters \+= "(.+)"'))
    )
    for option in ("ANDROID_STL", "ANDROID_SUPPORT_FLEXIBLE_PAGE_SIZES"):
        out.append(Fact(option, _preset(presets, option), _found(gradle, rf'"-D{option}=(.+)"')))
    app = android / "app" / "build.gradle.kts"
    package = Path(_pom(android / "headless" / "pom.xml", "properties/pocketlens.package")).name
    out.append(Fact("model package", package, _found(app, r'val name = "(.+)"')))
    out.append(Fact("stored packages", "zip", _found(app, r'noCompress \+= "(.+)"')))
    rules = (android / "classifier" / _found(gradle, r'consumerProguardFiles\("(.+)"\)')).is_file()
    out.append(Fact("consumer rules", "True", str(rules)))
    return out


def _preset(text: str, name: str) -> str:
    match = re.search(rf'"{name}": "(.+)"', text)
    return match.group(1) if match else "missing"
