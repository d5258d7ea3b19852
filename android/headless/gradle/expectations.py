"""What the Gradle project must be, asked of the facts that the plugin told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import catalog
from evaluation import ANDROID, CMAKE, NDK, Facts

ROBOLECTRIC = catalog.versions()["robolectric"]
LINKED = catalog.rows("app")  # what the headless build links the app against
LIBRARIES = ("classifier", "classifier-testing", "classifier-coroutines")


def expect_modules(facts: Facts) -> None:
    assert set(facts["modules"]) == {*LIBRARIES, "app", "sample", "device"}
    for name, module in facts["modules"].items():
        assert module["namespace"] == f"io.pocketlens.{name.replace('-', '.')}"
        assert (module["compileSdk"], module["java"]) == (36, "11")
        assert module["variants"]
        for variant in module["variants"].values():
            assert variant["minSdk"] == 26
            assert variant["targetSdk"] == 36
    app, device = facts["modules"]["app"], facts["modules"]["device"]
    assert app["applicationId"] == "io.pocketlens.app"
    assert device["tested"] == ":app" and "debug" in device["variants"]
    assert device["runner"] == "androidx.test.runner.AndroidJUnitRunner"


def expect_plugins(facts: Facts) -> None:
    used = {one["id"]: one["version"] for one in facts["plugins"] if one["version"]}
    assert used.pop("org.jetbrains.kotlin.plugin.compose") == facts["catalog"]["kotlin"]
    assert set(used.values()) == {facts["catalog"]["androidGradlePlugin"]}
    assert facts["classpath"] == [
        f"org.jetbrains.kotlin:kotlin-gradle-plugin:{facts['catalog']['kotlin']}"
    ]


def expect_native_build(facts: Facts) -> None:
    module = facts["modules"]["classifier"]
    assert module["ndk"] == NDK
    assert module["cmake"] == {"path": "../jni/CMakeLists.txt", "version": CMAKE}
    for variant in module["variants"].values():
        native = variant["native"]
        assert (native["targets"], native["abis"]) == (["pocketlens"], ["arm64-v8a"])
        assert native["arguments"][:2] == [
            "-DANDROID_STL=c++_shared",
            "-DANDROID_SUPPORT_FLEXIBLE_PAGE_SIZES=ON",
        ]
    release = module["variants"]["release"]["native"]["arguments"]
    assert release[3:] == ["-DCMAKE_BUILD_TYPE=MinSizeRel"]


def expect_runtime_where_it_is_fetched(facts: Facts) -> None:
    for variant in facts["modules"]["classifier"]["variants"].values():
        said = variant["native"]["arguments"][2].removeprefix("-DPOCKETLENS_MINDSPORE_LITE=")
        assert Path(said).parts[-4:] == (
            "build",
            "fetched",
            "mindspore-lite-2.0.0-android-aarch64",
            "runtime",
        )
        assert Path(said).is_absolute()


def expect_runtime_packed_once(facts: Facts) -> None:
    """The plugin packs what CMake links against; a folder of libraries would be a second copy."""
    for module in facts["modules"].values():
        assert module["nativeFolders"] == ["src/main/jniLibs"]
        for variant in module["variants"].values():
            folders = [Path(folder) for folder in variant["nativeFolders"]]
            assert not [one for one in folders if "build" in one.parts], "made by a task"
            assert not [one for one in folders if (ANDROID / one).exists()]


def expect_sentence_when_the_runtime_is_missing(facts: Facts) -> None:
    said = facts["acted"]["classifier:configureCMakeDebug[arm64-v8a]"]
    assert "tools fetch android-2.0.0-aarch64 --unpack" in said and "mindspore.lite.dir" in said


def expect_library_rules(facts: Facts) -> None:
    for name in LIBRARIES:
        assert facts["modules"][name]["explicitApi"] == "Strict"
    assert "exportReleaseConsumerProguardFiles" in facts["modules"]["classifier"]["tasks"]


def expect_release(facts: Facts) -> None:
    app = facts["modules"]["app"]
    release, debug = app["variants"]["release"], app["variants"]["debug"]
    assert (release["code"], release["versionName"]) == (1, facts["catalog"]["pocketlens"])
    assert release["minified"] and release["shrunk"] and not debug["minified"]
    assert any(name.startswith("proguard-android-optimize") for name in release["rules"])
    assert app["stored"] == ["zip"] and app["splitsLanguages"] is False
    assert {"bundleRelease", "assembleRelease", "installDebug"} <= set(app["tasks"])


def expect_assets(facts: Facts) -> None:
    for module, task in (
        ("app", "packModel"),
        ("sample", "packModel"),
        ("device", "collectTestData"),
    ):
        needs = facts["modules"][module]["needs"]
        assert needs and all(task in needed for needed in needs.values()), (module, needs)


def expect_model_packed(facts: Facts) -> None:
    assert facts["acted"]["app:packModel"] is None
    assert facts["acted"]["device:collectTestData"] is None


def expect_unit_tests(facts: Facts) -> None:
    for name in (*LIBRARIES, "app", "sample"):
        module = facts["modules"][name]
        assert {"junit:junit:4.13.2", f"org.robolectric:robolectric:{ROBOLECTRIC}"} <= set(
            module["dependencies"]["testImplementation"]
        )
        assert module["tests"]
        for task in module["tests"].values():
            said = task["properties"]
            assert (Path(said["pocketlens.root"]) / "android").is_dir()
            assert said["pocketlens.library"].endswith("/build/native/libpocketlens.so")
            assert Path(said["pocketlens.target"]).parts[-2:] == (name, "build")
            assert task["resources"] and (task["heap"], task["log"]) == ("2g", "3")
            assert "--add-opens=java.base/java.lang=ALL-UNNAMED" in task["arguments"]
    assert "src/sharedTest/kotlin" in facts["modules"]["app"]["testSources"]


def expect_dependencies(facts: Facts) -> None:
    ours, fake, _ = (f"io.pocketlens:{name}:{facts['catalog']['pocketlens']}" for name in LIBRARIES)
    modules = facts["modules"]
    kotlin = f"org.jetbrains.kotlin:kotlin-stdlib:{facts['catalog']['kotlin']}"
    assert modules["classifier"]["dependencies"]["api"] == [kotlin]
    assert modules["classifier"]["dependencies"]["implementation"] == []
    annotation = f"androidx.annotation:annotation:{facts['catalog']['annotation']}"
    assert modules["classifier"]["dependencies"]["compileOnly"] == [annotation]
    assert set(modules["classifier-testing"]["dependencies"]["api"]) == {kotlin, ours}
    assert modules["classifier-testing"]["dependencies"]["implementation"] == []
    for name in ("app", "sample"):
        assert fake in modules[name]["dependencies"]["testImplementation"]
    assert modules["sample"]["dependencies"]["implementation"] == [ours]
    app = modules["app"]["dependencies"]
    known = {(row.group, row.artifact): row.version for row in LINKED}
    for one in app["implementation"]:
        group, name, version = one.split(":")
        found = {known.get((group, f"{name}{kind}")) for kind in ("", "-android", "-jvm")}
        assert one == ours or version in found, f"{one} is another one in headless/libraries"
    assert modules["app"]["features"] == ["compose"]
    coroutines = f"org.jetbrains.kotlinx:kotlinx-coroutines-core:{facts['catalog']['coroutines']}"
    flows = modules["classifier-coroutines"]["dependencies"]
    assert set(flows["api"]) == {kotlin, ours, coroutines} and flows["implementation"] == []
    assert ours in modules["device"]["dependencies"]["compileOnly"]
    taken = modules["device"]["dependencies"]["implementation"]
    rows = {f"{row.group}:{row.artifact}:{row.version}" for row in catalog.rows("device")}
    assert {one.split(":")[1] for one in taken} == {"junit", "core", "runner"} and set(
        taken
    ) <= rows


def expect_languages(facts: Facts) -> None:
    """The app's own languages, and libraries' texts in them."""
    root = ElementTree.parse(
        ANDROID / "app" / "src" / "main" / "res" / "xml" / "locales.xml"
    ).getroot()
    own = [value for one in root for value in one.attrib.values()]
    said = facts["modules"]["app"]["languages"]
    assert set(own) <= set(said) and {one.split("-")[0] for one in said} == set(own)
    assert "zh-rCN" in said, "libraries know Chinese by its regions alone"


def expect_publication(facts: Facts) -> None:
    for name in LIBRARIES:
        module = facts["modules"][name]
        (publication,) = module["publications"].values()
        coordinates = f"io.pocketlens:{name}:{facts['catalog']['pocketlens']}"
        assert publication["coordinates"] == coordinates
        assert publication["licences"] == ["Apache-2.0"] and publication["name"]
        kinds = {kind.removeprefix("releaseVariantRelease") for kind in publication["variants"]}
        assert kinds == {"ApiPublication", "RuntimePublication", "SourcePublication"}
        assert "publishToMavenLocal" in module["tasks"]


def expect_no_signing(facts: Facts) -> None:
    app = facts["modules"]["app"]
    assert app["signing"] == {} and app["signed"] is None


EXPECTATIONS: tuple[Callable[[Facts], None], ...] = (
    expect_modules,
    expect_plugins,
    expect_native_build,
    expect_runtime_where_it_is_fetched,
    expect_runtime_packed_once,
    expect_sentence_when_the_runtime_is_missing,
    expect_library_rules,
    expect_release,
    expect_assets,
    expect_model_packed,
    expect_unit_tests,
    expect_dependencies,
    expect_languages,
    expect_publication,
    expect_no_signing,
)
