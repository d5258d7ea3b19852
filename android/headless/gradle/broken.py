"""Broken copies of the Gradle project, each with the expectation that must notice it."""

from __future__ import annotations

from collections.abc import Callable

from evaluation import Facts
from expectations import (
    expect_assets,
    expect_dependencies,
    expect_languages,
    expect_library_rules,
    expect_model_packed,
    expect_modules,
    expect_native_build,
    expect_publication,
    expect_release,
    expect_runtime_packed_once,
    expect_runtime_where_it_is_fetched,
    expect_sentence_when_the_runtime_is_missing,
    expect_unit_tests,
)

COPY_RUNTIME = """
def copyRuntime = tasks.register('copyRuntime', Copy) {
    from("${runtime}/lib/libmindspore-lite.so")
    into(layout.buildDirectory.dir('runtime/arm64-v8a'))
}
"""
PROVIDER = "android.sourceSets['main'].assets.srcDir(layout.buildDirectory.dir('model'))\n"
# Name -> file, what stands there, what a broken copy says, the expectation that must then fail;
# None where the plugin must refuse it, with words of its refusal.
BROKEN: dict[str, tuple[str, str, str, Callable[[Facts], None] | None, str]] = {
    "provider-as-folder": (
        "gradle/model.gradle",
        "androidComponents {\n    onVariants",
        PROVIDER + "androidComponents {\n    onVariants",
        None,
        "Provider",
    ),
    "name-of-the-task": (
        "gradle/model.gradle",
        "    location = found\n",
        '    location = rootProject.file("../build/packages/$name")\n',
        expect_model_packed,
        "",
    ),
    "runtime-twice": (
        "classifier/build.gradle",
        "kotlin {\n    explicitApi",
        COPY_RUNTIME + "android.sourceSets.main.jniLibs.directories.add('build/runtime')\n"
        "kotlin {\n    explicitApi",
        expect_runtime_packed_once,
        "",
    ),
    "shared-tests-missing": (
        "app/build.gradle",
        "            kotlin.directories.add('src/sharedTest/kotlin')\n",
        "",
        expect_unit_tests,
        "",
    ),
    "system-properties-missing": (
        "gradle/unit-tests.gradle",
        "systemProperty 'pocketlens.root'",
        "// systemProperty 'pocketlens.root'",
        expect_unit_tests,
        "",
    ),
    "null-runtime": (
        "classifier/build.gradle",
        "    fetched.path\n",
        "    null\n",
        None,
        "null",
    ),
    "runtime-from-the-environment-alone": (
        "classifier/build.gradle",
        'String runtime = "${mindsporeLite',
        "mindsporeLite = \"${System.getenv('MINDSPORE_LITE_HOME')}\"\n"
        'String runtime = "${mindsporeLite',
        expect_runtime_where_it_is_fetched,
        "",
    ),
    "asset-task-not-wired": (
        "gradle/model.gradle",
        "variant.sources.assets.addGeneratedSourceDirectory(packModel) { it.assets }",
        "",
        expect_assets,
        "",
    ),
    "test-data-not-wired": (
        "device/build.gradle",
        "variant.sources.assets.addGeneratedSourceDirectory(collectTestData) { it.assets }",
        "",
        expect_assets,
        "",
    ),
    "no-sentence": (
        "classifier/build.gradle",
        "throw new GradleException(",
        "logger.info(",
        expect_sentence_when_the_runtime_is_missing,
        "",
    ),
    "min-sdk": ("gradle/libs.versions.toml", 'minSdk = "26"', 'minSdk = "24"', expect_modules, ""),
    "target-sdk": (
        "gradle/libs.versions.toml",
        'targetSdk = "36"',
        'targetSdk = "34"',
        expect_modules,
        "",
    ),
    "catalog-without-junit": (
        "gradle/libs.versions.toml",
        "junit = { module",
        "junit4 = { module",
        None,
        "junit",
    ),
    "module-left-out": ("settings.gradle", ", ':device'", "", expect_modules, ""),
    "application-id": (
        "app/build.gradle",
        "applicationId = 'io.",
        "applicationId = 'org.",
        expect_modules,
        "",
    ),
    "runner": ("device/build.gradle", "AndroidJUnitRunner'", "OtherRunner'", expect_modules, ""),
    "packages-compressed": ("app/build.gradle", "noCompress += 'zip'", "", expect_release, ""),
    "compose-forgotten": (
        "app/build.gradle",
        "        compose = true\n",
        "",
        expect_dependencies,
        "",
    ),
    "compose-of-another-version": (
        "gradle/libs.versions.toml",
        'compose-ui = { module = "androidx.compose.ui:ui", version.ref = "compose" }',
        'compose-ui = "androidx.compose.ui:ui:1.0.0"',
        expect_dependencies,
        "",
    ),
    "language-of-libraries-missing": (
        "app/build.gradle",
        "'zh', 'zh-rCN'",
        "'zh-rCN'",
        expect_languages,
        "",
    ),
    "not-minified": (
        "app/build.gradle",
        "minifyEnabled = true\n            shrinkResources = true",
        "minifyEnabled = false",
        expect_release,
        "",
    ),
    "misspelt-option": (
        "app/build.gradle",
        "minifyEnabled = true",
        "minify = true",
        None,
        "minify",
    ),
    "other-abi": (
        "classifier/build.gradle",
        "'arm64-v8a'",
        "'armeabi-v7a'",
        None,
        "ABIs [armeabi-v7a] are not supported",
    ),
    "other-target": (
        "classifier/build.gradle",
        "targets 'pocket",
        "targets 'p",
        expect_native_build,
        "",
    ),
    "static-stl": ("classifier/build.gradle", "c++_shared", "c++_static", expect_native_build, ""),
    "cmake-elsewhere": (
        "classifier/build.gradle",
        "../../jni/CMake",
        "../../native/CMake",
        expect_native_build,
        "",
    ),
    "other-ndk": (
        "gradle/libs.versions.toml",
        'ndk = "28.2.13676358"',
        'ndk = "27.0.12077973"',
        None,
        "NDK not configured",
    ),
    "no-sources-published": (
        "gradle/publish.gradle",
        "withSourcesJar()",
        "",
        expect_publication,
        "",
    ),
    "nothing-published": (
        "gradle/publish.gradle",
        "from components.release",
        "",
        expect_publication,
        "",
    ),
    "fake-among-what-ships": (
        "sample/build.gradle",
        "testImplementation project(':classifier-testing')",
        "implementation project(':classifier-testing')",
        expect_dependencies,
        "",
    ),
    "coroutines-in-the-library": (
        "classifier/build.gradle",
        "kotlin {\n    explicitApi",
        "dependencies { api libs.kotlinx.coroutines.core }\nkotlin {\n    explicitApi",
        expect_dependencies,
        "",
    ),
    "flow-without-its-type": (
        "classifier-coroutines/build.gradle",
        "api libs.kotlinx",
        "implementation libs.kotlinx",
        expect_dependencies,
        "",
    ),
    "fake-without-its-interface": (
        "classifier-testing/build.gradle",
        "api project(':classifier')",
        "implementation project(':classifier')",
        expect_dependencies,
        "",
    ),
    "implicit-api": ("classifier/build.gradle", "explicitApi()", "", expect_library_rules, ""),
    "dependency-leaks": (
        "classifier/build.gradle",
        "kotlin {\n    explicitApi",
        "dependencies { implementation libs.junit }\nkotlin {\n    explicitApi",
        expect_dependencies,
        "",
    ),
    "test-apk-with-the-library": (
        "device/build.gradle",
        "compileOnly project",
        "implementation project",
        expect_dependencies,
        "",
    ),
}
