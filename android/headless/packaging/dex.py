"""From class files to classes.dex: ProGuard shrinks and removes invokedynamic, dx translates.

The release is also optimised and renamed. What its names were stands in `mapping.txt`, with which
`android/headless/build.sh retrace` reads a stack trace back.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from project import ANDROID, built, fail, jar, jars, run, versions

_ALWAYS = [
    "-target 1.7",  # rewrites kotlin-stdlib's lambdas, which dx cannot read
    "-dontnote",
    "-dontwarn kotlin.**,org.jetbrains.annotations.**",
]
_PLAIN = [
    "-dontobfuscate",
    "-dontoptimize",
    "-dontshrink",
    "-ignorewarnings",
    "-keepattributes *Annotation*,Signature,InnerClasses,EnclosingMethod",
    "-keepattributes SourceFile,LineNumberTable",
]
_SMALL = [
    "-optimizationpasses 8",
    "-optimizeaggressively",  # without it no classes are merged
    "-allowaccessmodification",
    "-mergeinterfacesaggressively",
    "-repackageclasses ''",
    # Kotlin's tests of parameters: their names alone are much of the text in a dex.
    "-assumenosideeffects class kotlin.jvm.internal.Intrinsics { static void check*(...); }",
    # The lists behind `entries`, made for every enum whether it is asked for or not.
    "-assumenosideeffects class kotlin.enums.EnumEntriesKt { *** enumEntries(...); }",
]


@dataclass(frozen=True)
class Program:
    """What one dex file is made of."""

    name: str
    inputs: Sequence[Path]
    rules: Sequence[Path] = ()  # ProGuard rules; without any, nothing is left out or renamed
    libraries: Sequence[Path] = field(default_factory=tuple)


def _app() -> list[Path]:
    return [built("classifier") / "classes", built("app") / "classes", jar("kotlin-stdlib")]


def release() -> Program:
    """App and library, shrunk by their own rules."""
    rules = [
        ANDROID / "classifier" / "consumer-rules.pro",
        built("app") / "aapt" / "keep.pro",
    ]
    return Program("release", _app(), rules)


def debug() -> Program:
    """App and library, whole."""
    return Program("debug", _app())


def device_tests() -> Program:
    """The instrumented tests; what they test is in the app beside them."""
    inputs = [built("device") / "classes", jar("junit"), jar("hamcrest-core")]
    return Program("device-test", inputs, libraries=debug().inputs)


def make(program: Program, work: Path) -> Path:
    """Make NAME/classes.dex under `work` and refuse a dex that this minSdk cannot run."""
    folder = work / program.name
    folder.mkdir(parents=True, exist_ok=True)
    shrunk = folder / "classes.jar"
    _proguard(program, folder, shrunk)
    dex = folder / "classes.dex"
    command: list[object] = [
        "java",
        "-Xmx1g",
        "-cp",
        jar("dalvik-dx"),
        "com.android.dx.command.Main",
    ]
    command += ["--dex", f"--min-sdk-version={versions().min_sdk}", f"--output={dex}", shrunk]
    run(command)
    refuse_invoke_custom(dex)
    return dex


def _proguard(program: Program, folder: Path, out: Path) -> None:
    java_base = _java_home() / "jmods" / "java.base.jmod"
    no_resources = "(!META-INF/**,!**.kotlin_builtins,!**.kotlin_module,!junit/runner/**.gif)"
    libraries = [jar("android-all"), java_base, *program.libraries]
    lines = [f"-injars '{path}'{no_resources}" for path in program.inputs]
    lines += [f"-libraryjars '{path}'(!**.jar;!module-info.class)" for path in libraries]
    lines += [f"-outjars '{out}'", *_ALWAYS]
    if program.rules:
        lines += [*_SMALL, f"-printmapping '{folder / 'mapping.txt'}'"]
        lines += [f"-include '{path}'" for path in program.rules]
    else:
        lines += _PLAIN
    settings = folder / "proguard.pro"
    settings.write_text("\n".join(lines) + "\n")
    out.unlink(missing_ok=True)
    classpath = ":".join(str(path) for path in jars() if not path.name.startswith("android-all"))
    run(["java", "-Xmx1g", "-cp", classpath, "proguard.ProGuard", f"@{settings}"])


def _java_home() -> Path:
    return Path(run(["readlink", "-f", run(["which", "javac"]).strip()]).strip()).parent.parent


def refuse_invoke_custom(dex: Path) -> None:
    """End the build when a dex holds invoke-custom, which dx cannot write well."""
    with subprocess.Popen(["dexdump", "-d", str(dex)], stdout=subprocess.PIPE, text=True) as dump:
        assert dump.stdout is not None
        found = sum(1 for line in dump.stdout if re.search(r"\binvoke-custom\b", line))
    if found:
        fail(
            f"{dex} holds {found} invoke-custom instructions."
            " Compile lambdas as classes, as android/headless/pom.xml does."
        )
