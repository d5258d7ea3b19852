package io.pocketlens.classifier

import java.util.Locale

/**
 * Every way a call can fail. The names and numbers are those of the native core
 * (`jni/core/error_codes.inc`), of the Python tools and of the documentation.
 */
public enum class ErrorCode(
    public val number: Int,
) {
    /** A file that the package needs is not there. */
    MISSING_FILE(1),

    /** A file could not be read. */
    UNREADABLE_FILE(2),

    /** A file is not as long as the manifest says. */
    WRONG_SIZE(3),

    /** A file's SHA-256 is not the one in the manifest. */
    WRONG_HASH(4),

    /** The manifest model.json is not valid. */
    BAD_MANIFEST(5),

    /** The package has a format version this reader does not know. */
    UNKNOWN_FORMAT_VERSION(6),

    /** The recipe in the manifest is not one this reader can carry out. */
    BAD_RECIPE(7),

    /** The label table labels.csv is damaged. */
    BAD_LABELS(8),

    /** The label table and the model's outputs differ in number. */
    LABEL_COUNT_MISMATCH(9),

    /** The same MID stands twice in a table. */
    DUPLICATE_MID(10),

    /** The threshold table thresholds.csv is damaged. */
    BAD_THRESHOLDS(11),

    /** A threshold is not between 0 and 1. */
    THRESHOLD_OUT_OF_RANGE(12),

    /** The hierarchy table hierarchy.csv is damaged. */
    BAD_HIERARCHY(13),

    /** A table of translated names is damaged. */
    BAD_NAMES(14),

    /** A path in the package leads outside of it. */
    PATH_OUTSIDE_PACKAGE(15),

    /** The package archive is not a zip file with stored entries. */
    BAD_ARCHIVE(16),

    /** The package holds a file that its manifest does not name. */
    UNEXPECTED_FILE(17),

    /** A file or a count is larger than a package may hold. */
    TOO_LARGE(18),

    /** MindSpore Lite could not build the model. */
    MODEL_BUILD_FAILED(20),

    /** The model's input is not the one the recipe names. */
    INPUT_MISMATCH(21),

    /** The model's output is not the one the recipe names. */
    OUTPUT_MISMATCH(22),

    /** MindSpore Lite could not run the model. */
    PREDICT_FAILED(23),

    /** The model's output holds a value that is no probability. */
    SCORE_NOT_FINITE(24),

    /** A setting has a value that cannot be used. */
    BAD_SETTINGS(25),

    /** The package is of another kind than this call needs. */
    WRONG_KIND(26),

    /** The model was written by a later release of MindSpore Lite than the one that runs it. */
    MODEL_TOO_NEW(27),

    /** The package's reference picture is damaged or does not fit its model. */
    BAD_REFERENCE(28),

    /** The picture's size, planes or strides make no sense. */
    BAD_FRAME(30),

    /** The picture's pixel format is not supported. */
    UNSUPPORTED_FORMAT(31),

    /** A photo could not be read. */
    UNREADABLE_PHOTO(32),

    /** A label is named that the model does not have. */
    UNKNOWN_LABEL(33),

    /** The classifier has been closed. */
    CLOSED(40),

    /** There is not enough memory. Close other programs, or use a smaller picture or model. */
    OUT_OF_MEMORY(41),

    /** Something failed that should not be able to fail. */
    INTERNAL(42),

    /** The native library could not be loaded. */
    LIBRARY_MISSING(43),

    /** A file or folder could not be written. */
    CANNOT_WRITE(44),

    /** The package gives nothing to compare pictures by, so it cannot be taught. */
    NO_EMBEDDING(50),

    /** The package's embedding.bin is damaged or does not fit its model. */
    BAD_EMBEDDING(51),

    /** A file of taught labels is damaged, or is none. */
    BAD_TAUGHT(52),

    /** Taught labels belong to another model than the package's. */
    OTHER_EMBEDDING(53),

    /** There is no such taught label or picture. */
    UNKNOWN_TAUGHT(54),

    /** A taught label's id or name is not one that it can have. */
    BAD_TAUGHT_LABEL(55),
    ;

    /** The name that all parts of the project use, such as `wrong_hash`. */
    public val key: String get() = name.lowercase(Locale.ROOT)

    public companion object {
        /** The code with this number; [INTERNAL] for a number that is no code. */
        @JvmStatic
        public fun of(number: Int): ErrorCode = values().firstOrNull { it.number == number } ?: INTERNAL
    }
}
