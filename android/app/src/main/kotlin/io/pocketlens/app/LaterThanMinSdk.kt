package io.pocketlens.app

/** Calls what came after minSdk, and asks for the version first: the build does not look inside. */
@Retention(AnnotationRetention.BINARY)
@Target(AnnotationTarget.FUNCTION, AnnotationTarget.CLASS)
annotation class LaterThanMinSdk
