plugins {
    id("com.android.library")
}

android {
    namespace = "io.pocketlens.classifier"
    compileSdk = rootProject.extra["targetSdk"] as Int

    defaultConfig {
        minSdk = rootProject.extra["minSdk"] as Int
        consumerProguardFiles("consumer-rules.pro")
        ndk {
            abiFilters += "arm64-v8a"
        }
        externalNativeBuild {
            cmake {
                targets += "pocketlens"
                arguments += "-DANDROID_STL=c++_shared"
                arguments += "-DANDROID_SUPPORT_FLEXIBLE_PAGE_SIZES=ON"
                arguments += "-DPOCKETLENS_MINDSPORE_LITE=${System.getenv("MINDSPORE_LITE_HOME")}/runtime"
            }
        }
    }

    externalNativeBuild {
        cmake {
            path = file("../../jni/CMakeLists.txt")
            version = "3.22.1"
        }
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

kotlin {
    explicitApi()
}

// MindSpore Lite's own library goes into the AAR beside ours.
val runtime = tasks.register<Copy>("copyRuntime") {
    from("${System.getenv("MINDSPORE_LITE_HOME")}/runtime/lib/libmindspore-lite.so")
    into(layout.buildDirectory.dir("runtime/arm64-v8a"))
}

android.sourceSets["main"].jniLibs.srcDir(layout.buildDirectory.dir("runtime"))

tasks.named("preBuild") {
    dependsOn(runtime)
}

dependencies {
    testImplementation("junit:junit:4.13.2")
    testImplementation("org.robolectric:robolectric:4.13")
}
