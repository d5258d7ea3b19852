plugins {
    id("com.android.test")
}

android {
    namespace = "io.pocketlens.device"
    compileSdk = rootProject.extra["targetSdk"] as Int
    targetProjectPath = ":app"

    defaultConfig {
        minSdk = rootProject.extra["minSdk"] as Int
        targetSdk = rootProject.extra["targetSdk"] as Int
        testInstrumentationRunner = "io.pocketlens.device.DeviceRunner"
    }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_1_8
        targetCompatibility = JavaVersion.VERSION_1_8
    }
}

val packages = tasks.register<Exec>("makeDamagedPackages") {
    workingDir = rootDir.resolve("..")
    commandLine("python3", "-m", "tests.make_damaged_packages")
}

// Golden vectors and damaged packages travel in the test APK.
val data = tasks.register<Sync>("copyTestData") {
    from(rootDir.resolve("../tests/data/golden")) { into("golden") }
    dependsOn(packages)
    from(rootDir.resolve("../build/test-data/packages")) { into("damaged") }
    into(layout.buildDirectory.dir("data"))
}

android.sourceSets["main"].assets.srcDir(layout.buildDirectory.dir("data"))

tasks.named("preBuild") {
    dependsOn(data)
}

dependencies {
    compileOnly(project(":classifier")) // it is in the app that is tested
    implementation("junit:junit:4.13.2")
}
