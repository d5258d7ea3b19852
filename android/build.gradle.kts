buildscript {
    dependencies {
        // The Kotlin that the Android plugin compiles with.
        classpath("org.jetbrains.kotlin:kotlin-gradle-plugin:2.2.21")
    }
}

plugins {
    id("com.android.application") version "9.0.1" apply false
    id("com.android.library") version "9.0.1" apply false
    id("com.android.test") version "9.0.1" apply false
}

extra["minSdk"] = 26
extra["targetSdk"] = 36
extra["versionCode"] = 1
extra["versionName"] = "0.1.0"
