"""The Android build beyond Maven: APKs, AAR, gates, tests on a phone. See ../build.sh."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import androidlint
import api
import apk as apks
import bundle as bundles
import device
import dex
import gates
import libraries
import linters
import native as natives
import project
import resources
import screens
from apk import Apk
from jvm import JAVA
from native import Native
from project import (
    ANDROID,
    HEADLESS,
    OUT,
    PACKAGE,
    ROOT,
    WORK,
    built,
    fail,
    jars,
    libraries_of,
    linked,
    maven,
    run,
    say,
)

TOOLS = ("mvn", "javac", "aapt2", "zipalign", "apksigner")


@dataclass(frozen=True)
class Artefacts:
    """The finished files and what they were made from."""

    release: Path
    others: list[Path]  # what is debuggable
    aar: Path
    bundle: Path
    native: Native


def check_tools() -> None:
    """End with what to type when a program is missing."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        fail(
            f"these programs are missing: {', '.join(missing)}."
            " Type: python3 tools/bootstrap.py --android"
        )


def check_package() -> None:
    """End unless the model package is there, which Maven validates; make those of the tests."""
    if not (PACKAGE / "model.json").is_file():
        fail(f"there is no model package at {PACKAGE}. Type: make demo")
    for made in ("make_damaged_packages", "make_own_package"):  # for tests and device
        run([sys.executable, "-m", f"tests.{made}"], cwd=ROOT)


def pack(debug: bool = True) -> Artefacts:
    """All APKs and the AAR, from what Maven has compiled.

    debug: with the debug APK, whose whole libraries take minutes to translate the first time.
    """
    native = natives.build()
    shutil.rmtree(WORK, ignore_errors=True)
    for old in [old for kind in ("apk", "aar", "aab") for old in OUT.glob(f"pocketlens-*.{kind}")]:
        old.unlink()
    plans = _plans(debug)
    made = {kind: apks.make(plan, native) for kind, plan in plans.items()}
    shutil.copyfile(WORK / "release" / "mapping.txt", MAPPING)
    aar, bundle = apks.make_aar(native), bundles.make(plans["release"], native)
    release = made.pop("release")
    return Artefacts(release, list(made.values()), aar, bundle, native)


def _plans(debug: bool) -> dict[str, Apk]:
    app, tests = built("app"), built("device")
    linked = Path("aapt") / "link" / "AndroidManifest.xml"
    packed = {
        "manifest": app / linked,
        "resources": (app / "aapt" / "res.zip",),
        "libraries": tuple(libraries.listed(libraries_of("app"))),
        "languages": tuple(resources.locale_filters(ANDROID / "app")),
        "assets": (("", app / "assets"),),
    }
    test_assets = tuple((f"{name}/", tests / "assets" / name) for name in ("golden", "damaged"))
    plans = {
        "release": Apk("release", dex=dex.make(dex.release(), WORK), **packed),
        "device-test": Apk(
            "device-test",
            tests / linked,
            dex.make(dex.device_tests(), WORK),
            libraries=tuple(libraries.listed(libraries_of("device"))),
            assets=test_assets,
            debuggable=True,
        ),
    }
    if debug:
        plans["debug"] = Apk("debug", dex=dex.make(dex.debug(), WORK), debuggable=True, **packed)
    return plans


def check(made: Artefacts) -> None:
    """Every gate on every file; complaints end the build, notes are only said."""
    errors, notes = gates.libraries(made.native)
    measured, _ = gates.libraries(Native(natives.like_a_phones()))
    errors += measured
    for path in (made.release, *made.others):
        for gate in gates.RELEASE_GATES if path == made.release else gates.OTHER_GATES:
            errors += [f"{path.name}: {complaint}" for complaint in gate(path)]
    errors += api.complaints()
    errors += [f"{made.bundle.name}: {complaint}" for complaint in bundles.complaints(made.bundle)]
    for note in notes:
        say(note)
    if errors:
        fail("these gates do not hold:\n" + "\n".join(errors))
    say("all gates hold")


MAPPING = OUT / "pocketlens-release-mapping.txt"
RELEASE_PATIENCE = 900  # seconds; each of five tests has two minutes


def test_release() -> None:
    """Run the app's ReleaseTest over the shrunk and renamed classes."""
    classes = [dex.shrunk_classes(dex.release(), WORK), built("app") / "test-classes"]
    classpath = ":".join(map(str, [*classes, *_beside_the_release()]))
    command = [*JAVA, "-Xmx2g", "-cp", classpath]
    for package in ("lang", "util", "io"):
        command.append(f"--add-opens=java.base/java.{package}=ALL-UNNAMED")
    for name, value in (
        ("robolectric.offline", "true"),
        ("robolectric.dependency.dir", HEADLESS / "target" / "robolectric"),
        ("pocketlens.library", ROOT / "build" / "native" / "libpocketlens.so"),
        ("pocketlens.root", ROOT),
    ):
        command.append(f"-D{name}={value}")
    command += ["org.junit.runner.JUnitCore", "io.pocketlens.app.ReleaseTest"]
    say("running ReleaseTest over the release's classes")
    with subprocess.Popen(command, env={**os.environ, "GLOG_v": "3"}) as test:
        try:
            code = test.wait(RELEASE_PATIENCE)
        except subprocess.TimeoutExpired:
            subprocess.run(["jstack", str(test.pid)])
            test.kill()
            fail(f"ReleaseTest did not end in {RELEASE_PATIENCE} s; what it was doing is above")
    if code != 0:
        fail("the release's classes do not work; its messages are above")


def _beside_the_release() -> list[Path]:
    """What ReleaseTest needs: its own libraries and not the app's, which the release holds."""
    known = (built("app") / "test-classpath.txt").read_text().strip().split(":")
    shrunk, own = set(linked("app")), ("kotlin-stdlib-", "annotation-jvm-")
    tests = [Path(entry) for entry in known]
    kept = [path for path in tests if path not in shrunk or path.name.startswith(own)]
    aars = libraries.listed(libraries_of("app"))
    monitors = [aar for aar in aars if aar.name.startswith(("tracing-", "startup-runtime-"))]
    return kept + [jar for aar in monitors for jar in libraries.jars_of(aar)]


def retrace() -> None:
    """Read a stack trace of the release from standard input and print it with its names (R8's)."""
    if not MAPPING.is_file():
        fail(f"there is no {MAPPING.relative_to(ROOT)}. Type: android/headless/build.sh apk")
    names = ":".join(str(path) for path in jars())
    command = [*JAVA, "-cp", names, "com.android.tools.r8.retrace.Retrace", str(MAPPING)]
    if subprocess.run(command).returncode != 0:
        fail("the stack trace could not be read; the message is above")


def tell_what_is_missing(native: Native) -> None:
    """Say why no phone can run what was built, if so."""
    if native.missing:
        say("built without the native library, so no phone can run these APKs. To build it, set:")
        for entry in native.missing:
            say(f"  {entry}")


def build_apks() -> None:
    """Compile, pack and check everything."""
    check_package()
    maven("package", "-DskipTests")
    made = pack()
    check(made)
    tell_what_is_missing(made.native)


def test() -> None:
    """The linters, Maven's tests, the APKs and their gates, and the app as it is shipped."""
    check_package()
    maven("package", "-pl", "lint,packaging")
    findings = _told(linters.findings())
    maven("verify")
    findings += _told(androidlint.findings())
    made = pack(debug=False)
    check(made)
    test_release()
    tell_what_is_missing(made.native)
    if findings:
        fail(f"the linters have {len(findings)} findings; they are above")


def _told(findings: list[str]) -> list[str]:
    """Findings, which do not end the tests at once."""
    if findings:
        print("\n".join(findings), file=sys.stderr)
        say(f"{len(findings)} findings of the linters; the tests run all the same")
    return findings


def unit() -> None:
    """The library's own tests on one Android, without linters, app and APKs: for the inner loop."""
    check_package()
    place = "-Dpocketlens.target=target/quick"  # the others remove classes that this one relies on
    kept = ("-Dkotlin.compiler.incremental=true", "-Dmaven.clean.skip")
    quick = (place, *kept, "-DskipOlderAndroids=true")
    # After a compilation that failed, the incremental one leaves classes out and says nothing.
    whole = built("classifier") / "quick" / "compiled-whole"
    if not whole.is_file():
        shutil.rmtree(whole.parent, ignore_errors=True)
    whole.unlink(missing_ok=True)
    project.compile_and_run("test", "-pl", "classifier", "-am", *quick)
    whole.touch()
    say("the library's tests pass")


def lint() -> None:
    """The linters alone."""
    maven("package", "-pl", "lint,packaging")
    findings = linters.findings()
    if findings:
        fail("the linters found:\n" + "\n".join(findings))
    say("the linters find nothing")


def android_lint() -> None:
    """Android's own lint, which wants compiled classes."""
    check_package()
    maven("process-classes")
    findings = androidlint.findings()
    if findings:
        fail("Android's lint found:\n" + "\n".join(findings))
    say("Android's lint finds nothing")


def update_screens() -> None:
    """Draw the golden pictures of all screens anew."""
    check_package()
    pictures = ("-Dpocketlens.goldens=update", "-Dtest=*GoldenTest")
    maven("test", "-pl", "app", "-am", *pictures, "-Dsurefire.failIfNoSpecifiedTests=false")
    say("drew android/app/src/test/golden; look at what changed with git diff")


def compare_screens(commit: str) -> None:
    """Draw what the screens were at a commit beside what they are."""
    try:
        sheet = screens.beside(ROOT, commit)
    except subprocess.CalledProcessError:
        fail(f"git knows no commit {commit} of this repository.")
    if sheet is None:
        say(f"the screens are as they were at {commit}")
        return
    OUT.mkdir(parents=True, exist_ok=True)
    sheet.save(OUT / "screens.png")
    say(f"drew {(OUT / 'screens.png').relative_to(ROOT)}: the screens at {commit} and now")


def update_badging() -> None:
    """Write android/headless/badging.txt anew from the release APK."""
    check_package()
    maven("package", "-DskipTests")
    gates.BADGING.write_text(gates.badging(pack().release))
    say(f"wrote {gates.BADGING.relative_to(ROOT)}; look at what changed with git diff")


def update_api() -> None:
    """Write the baselines of the libraries' public API anew."""
    check_package()
    maven("package", "-DskipTests")
    for path in api.write():
        say(f"wrote {path.relative_to(ROOT)}; look at what changed with git diff")


def test_on_phone(only: str | None = None) -> None:
    """Install the debug and the test APK on a phone and run the instrumented tests."""
    device.run_tests(only)


COMMANDS: dict[str, tuple[Callable[[], None], str]] = {
    "apk": (build_apks, "the library's AAR, the app's APKs and bundle, into build/apk"),
    "test": (test, "everything that must hold without a phone"),
    "unit": (unit, "the library's own tests alone, on the newest Android"),
    "lint": (lint, "ktlint, detekt and unused resources"),
    "android-lint": (android_lint, "Android's own lint over all modules, the app too"),
    "screens": (update_screens, "draw the golden pictures in android/app/src/test/golden anew"),
    "badging": (update_badging, "write android/headless/badging.txt anew"),
    "test-release": (test_release, "run ReleaseTest over the shrunk classes, after apk"),
    "api": (update_api, "write the libraries' api/*.api anew"),
    "retrace": (retrace, "read a release's stack trace from standard input back to names"),
    "device-test": (test_on_phone, "run the instrumented tests on a phone connected by adb"),
}


def usage() -> Iterable[str]:
    """The lines of the help."""
    yield "usage: android/headless/build.sh COMMAND"
    for name, (_, what) in COMMANDS.items():
        yield f"  {name:12} {what}"
    yield "  device-test CLASS[#METHOD]  some of them"
    yield "  screens COMMIT  what has changed in them since, side by side in build/apk/screens.png"
    yield "  mvn ARGUMENTS  Maven on these modules: mvn test -pl app -am -Dtest=TextsTest"


def main(arguments: Sequence[str]) -> int:
    """Run one command."""
    if arguments[:1] == ["mvn"]:
        project.compile_and_run(*arguments[1:])
        return 0
    if arguments[:1] == ["device-test"] and len(arguments) == 2:
        test_on_phone(arguments[1])
        return 0
    if arguments[:1] == ["screens"] and len(arguments) == 2:
        compare_screens(arguments[1])
        return 0
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        print("\n".join(usage()), file=sys.stderr)
        return 2
    check_tools()
    COMMANDS[arguments[0]][0]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
