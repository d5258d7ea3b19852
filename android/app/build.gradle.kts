plugins {
    id("com.android.application")
}

android {
    namespace = "io.pocketlens.app"
    compileSdk = rootProject.extra["targetSdk"] as Int

    defaultConfig {
        applicationId = "io.pocketlens.app"
        minSdk = rootProject.extra["minSdk"] as Int
        targetSdk = rootProject.extra["targetSdk"] as Int
        versionCode = rootProject.extra["versionCode"] as Int
        versionName = rootProject.extra["versionName"] as String
    }

    buildTypes {
        release {
            isMinifyEnabled = true
        }
    }

    androidResources {
        // Packages are read where they lie.
        noCompress += "zip"
    }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_1_8
        targetCompatibility = JavaVersion.VERSION_1_8
    }

    testOptions {
        unitTests {
            isIncludeAndroidResources = true
        }
    }
}

// The checked model package, as `make demo` has made it.
val name = "mobilenetv2-openimages"
val model = tasks.register<Exec>("packModel") {
    val root = rootDir.resolve("..")
    val target = layout.buildDirectory.file("model/packages/$name.zip").get().asFile
    inputs.dir(root.resolve("build/packages/$name"))
    outputs.file(target)
    commandLine(root.resolve(".venv/bin/python"), rootDir.resolve("headless/packaging/model.py"))
    args(root.resolve("build/packages/$name"), target)
}

android.sourceSets["main"].assets.srcDir(layout.buildDirectory.dir("model"))

tasks.named("preBuild") {
    dependsOn(model)
}

dependencies {
    implementation(project(":classifier"))
    testImplementation("junit:junit:4.13.2")
    testImplementation("org.robolectric:robolectric:4.13")
}
