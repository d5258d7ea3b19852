"""Copies of the Gradle project, configured by the real Android Gradle plugin (evaluate.groovy)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "packaging"))
import artifacts
import catalog
from jvm import JAVA

ROOT = HERE.parents[2]
ANDROID = ROOT / "android"
WORK = ROOT / "build" / "gradle-evaluation"
GRADLE = "8.11.1"  # the version of the API jar
NDK, CMAKE = "28.2.13676358", "3.22.1"
OPENED = ("lang", "util", "lang.invoke", "net", "nio.charset")
Facts = dict[str, Any]


def run(command: list[str], **options: Any) -> None:
    """Run a program; what it printed is shown when it fails."""
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options
    )
    assert done.returncode == 0, done.stdout[-6000:]


def class_path() -> list[str]:
    """Plugin and API as Maven finds them, held against the lock, and a jar for each Gradle module.

    The one API jar lacks what Gradle's module registry looks for: a jar a module, with a list of
    what it needs.
    """
    run(["mvn", "-q", "-f", str(HERE / "pom.xml"), *catalog.maven_properties(), "package"])
    jars = (HERE / "target" / "classpath.txt").read_text().strip().split(":")
    assert artifacts.mistakes(map(Path, jars)) == []
    api = next(jar for jar in jars if jar.endswith(f"gradle-api-{GRADLE}.jar"))
    registry = WORK / "registry"
    registry.mkdir(exist_ok=True)
    with zipfile.ZipFile(api) as source:
        for name in source.namelist():
            if not name.endswith("-classpath.properties") or "/" in name:
                continue
            lines = source.read(name).decode().splitlines()
            kept = [line for line in lines if line.startswith("projects=")]
            module = name.removesuffix("-classpath.properties")
            with zipfile.ZipFile(registry / f"{module}-{GRADLE}.jar", "w") as target:
                target.writestr(name, "\n".join([*kept, "runtime="]) + "\n")
    return [*map(str, sorted(registry.glob("*.jar"))), *jars]


def sdk() -> Path:
    """A folder that the plugin takes for an SDK with this NDK: it looks for files, runs nothing."""
    root = WORK / "sdk"
    files = {
        "platforms/android-36/source.properties": "AndroidVersion.ApiLevel=36\n",
        f"ndk/{NDK}/source.properties": f"Pkg.Desc = Android NDK\nPkg.Revision = {NDK}\n",
        f"ndk/{NDK}/meta/platforms.json": '{"min": 21, "max": 35, "aliases": {}}',
        f"ndk/{NDK}/meta/abis.json": json.dumps(
            {
                "arm64-v8a": {
                    "bitness": 64,
                    "default": True,
                    "deprecated": False,
                    "proc": "aarch64",
                    "arch": "arm64",
                    "triple": "aarch64-linux-android",
                    "llvm_triple": "aarch64-none-linux-android",
                }
            }
        ),
        f"cmake/{CMAKE}/source.properties": f"Pkg.Revision={CMAKE}\nPkg.Path=cmake;{CMAKE}\n",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def copy(name: str) -> Path:
    """The scripts of the project in a folder of their own, the rest as links."""
    top = WORK / "projects" / name
    shutil.copytree(
        ANDROID,
        top / "android",
        ignore=lambda folder, names: [
            one
            for one in names
            if one in ("src", "headless", "build", "target", ".gradle", "local.properties")
        ],
    )
    for module in ANDROID.iterdir():
        if (module / "src").is_dir():
            (top / "android" / module.name / "src").symlink_to(module / "src")
    for folder in ("jni", "tests"):
        (top / folder).symlink_to(ROOT / folder)
    for folder in ("packages", "test-data", "native"):
        (top / "build").mkdir(exist_ok=True)
        (top / "build" / folder).symlink_to(ROOT / "build" / folder)
    return top


def clear() -> None:
    """Remove what an earlier run has left but the SDK."""
    for name in ("projects", "home"):
        shutil.rmtree(WORK / name, ignore_errors=True)
    WORK.mkdir(parents=True, exist_ok=True)
    for old in WORK.glob("*.json"):
        old.unlink()


def evaluate() -> dict[str, Facts]:
    """The facts of every copy by its name, told by one run of the plugin."""
    environment = {**os.environ, "ANDROID_HOME": str(sdk())}
    for variable in ("MINDSPORE_LITE_HOME", "POCKETLENS_KEYSTORE", "ANDROID_SDK_ROOT"):
        environment.pop(variable, None)
    opened = [f"--add-opens=java.base/java.{package}=ALL-UNNAMED" for package in OPENED]
    command = [*JAVA, "-Xmx1500m", *opened, "-cp", ":".join(class_path())]
    command += ["groovy.ui.GroovyMain", str(HERE / "evaluate.groovy"), str(WORK)]
    run([*command, str(WORK / "projects")], env=environment)
    return {path.stem: json.loads(path.read_text()) for path in WORK.glob("*.json")}
