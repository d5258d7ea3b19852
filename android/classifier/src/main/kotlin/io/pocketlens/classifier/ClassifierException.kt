package io.pocketlens.classifier

/**
 * The one exception this library throws. [code] says which failure it is; the message says in whole
 * sentences what was found, what was expected and what to do.
 */
public class ClassifierException(
    public val code: ErrorCode,
    message: String,
    cause: Throwable? = null,
) : Exception(message, cause) {
    /** Called by the native core. */
    internal constructor(number: Int, message: String) : this(ErrorCode.of(number), message)
}
