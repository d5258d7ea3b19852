// The project for Android Studio, over the same sources as the Maven build (headless/), which is the one
// that continuous integration runs. tests/android compares the two. Needs Gradle 9.1 or later.
pluginManagement {
    repositories {
        google()
        mavenCentral()
        gradlePluginPortal()
    }
}

dependencyResolutionManagement {
    repositoriesMode = RepositoriesMode.FAIL_ON_PROJECT_REPOS
    repositories {
        google()
        mavenCentral()
    }
}

rootProject.name = "pocketlens-android"
include(":classifier", ":app", ":device")
