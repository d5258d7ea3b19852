"""Every failure a user can meet: a name, a sentence, and what the process's exit code says.

The names are those of the native core (`jni/core/error_codes.inc`) wherever the core can fail in
the same way, so that a package refused on the phone and on the desk is refused by the same name;
the others belong to the tools alone. A message says what was found, what was expected, what to do.

Exit codes of every command:

====  =================================================================================
0     done
1     one named error; nothing half-written is left behind
2     wrong usage (an unknown option, a missing argument)
3     some inputs failed and were named, the others were done (`classify`, `evaluate`, …)
4     everything ran, but a check failed: out of tolerance, below a floor (`verify`, `evaluate`)
130   interrupted
====  =================================================================================
"""

from __future__ import annotations

from typing import IO, Any

import click

EXIT_OK = 0
EXIT_ERROR = 1
EXIT_USAGE = 2
EXIT_SOME_FAILED = 3
EXIT_CHECK_FAILED = 4
EXIT_INTERRUPTED = 130

# The native core's names and numbers (tests/test_errors.py compares with error_codes.inc).
NATIVE_ERRORS: dict[str, int] = {
    "missing_file": 1,
    "unreadable_file": 2,
    "wrong_size": 3,
    "wrong_hash": 4,
    "bad_manifest": 5,
    "unknown_format_version": 6,
    "bad_recipe": 7,
    "bad_labels": 8,
    "label_count_mismatch": 9,
    "duplicate_mid": 10,
    "bad_thresholds": 11,
    "threshold_out_of_range": 12,
    "bad_hierarchy": 13,
    "bad_names": 14,
    "path_outside_package": 15,
    "bad_archive": 16,
    "unexpected_file": 17,
    "too_large": 18,
    "model_build_failed": 20,
    "input_mismatch": 21,
    "output_mismatch": 22,
    "predict_failed": 23,
    "score_not_finite": 24,
    "bad_settings": 25,
    "wrong_kind": 26,
    "model_too_new": 27,
    "bad_reference": 28,
    "bad_frame": 30,
    "unsupported_format": 31,
    "unreadable_photo": 32,
    "unknown_label": 33,
    "closed": 40,
    "out_of_memory": 41,
    "internal": 42,
    "library_missing": 43,
    "cannot_write": 44,
    "no_embedding": 50,
    "bad_embedding": 51,
    "bad_taught": 52,
    "other_embedding": 53,
    "unknown_taught": 54,
    "bad_taught_label": 55,
}

# Names that only the tools use. Add a line here before raising a new one.
TOOL_ERRORS: dict[str, str] = {
    # Checkpoints and networks
    "bad_checkpoint": "A checkpoint is empty, truncated, damaged or not a checkpoint.",
    "unknown_naming": "A checkpoint's parameter names follow no naming that is known.",
    "missing_parameter": "A checkpoint lacks a parameter that the network needs.",
    "unexpected_parameter": "A checkpoint holds a parameter that the network has no place for.",
    "wrong_shape": "A parameter's shape is not the one that the network needs.",
    "class_count_mismatch": "A class list, a checkpoint and a model differ in their class count.",
    "training_diverged": "The loss of a training is no number any more.",
    "nothing_learned": "A training told none of its classes from the others.",
    "bad_class_map": "The class map of a mapped head does not fit its class list.",
    # Conversion and packaging
    "bad_model_file": "A model file is empty, damaged or of a form the converter cannot read.",
    "export_failed": "A checkpoint could not be exported.",
    "converter_failed": "MindSpore Lite's converter could not convert the model.",
    "timed_out": "A step took longer than it may.",
    "parity_failed": "The converted model does not give the answers of its source.",
    "bad_probabilities": "A model's outputs are not probabilities.",
    "same_answer": "A model gives the same answer for every photo.",
    "busy": "Another process is doing this very thing.",
    # Downloads
    "download_failed": "A download could not be completed.",
    "unknown_asset": "A name stands for no downloadable file.",
    # Photos, data sets, the native core
    "too_few_examples": "There are too few separate photos to hold some back for checking.",
    "no_photos": "No photo was found where photos were expected.",
    "bad_dataset": "A data set's folders or tables make no sense.",
    "core_missing": "The native core has not been built.",
    "mindspore_loaded": "The native core was called in a process that has imported mindspore.",
    "worker_failed": "A worker process ended before it answered.",
    "missing_tool": "A program that this step needs is not installed.",
    "missing_extra": "An optional Python package that this step needs is not installed.",
    "cluster_failed": "A cluster could not be reached, or a part of the work kept failing on it.",
}


class PocketlensError(click.ClickException):
    """One named failure.

    `name` is a key of NATIVE_ERRORS or TOOL_ERRORS. The message is whole sentences; `found`,
    `expected` and `do` are appended to it, in this order, where they are given.
    """

    def __init__(
        self,
        name: str,
        message: str,
        *,
        found: object = None,
        expected: object = None,
        do: str | None = None,
        exit_code: int = EXIT_ERROR,
    ) -> None:
        parts = [message]
        if found is not None:
            parts.append(f"Found: {found}.")
        if expected is not None:
            parts.append(f"Expected: {expected}.")
        if do is not None:
            parts.append(do)
        super().__init__(" ".join(parts))
        self.name = name
        self.exit_code = exit_code  # type: ignore[misc]  # click declares it for the class alone

    @property
    def number(self) -> int | None:
        """The native core's number of this error; None for a name of the tools alone."""
        return NATIVE_ERRORS.get(self.name)

    def show(self, file: IO[Any] | None = None) -> None:
        """Print `error [name]: message` to standard error (or `file`)."""
        click.echo(f"error [{self.name}]: {self.message}", file=file, err=file is None)

    def to_json(self) -> dict[str, str]:
        """The form in which commands with --json report it."""
        return {"name": self.name, "message": self.message}

    def __str__(self) -> str:
        return f"{self.name}: {self.message}"

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors cross process borders (workers), so they must survive pickling."""
        return _rebuild, (self.name, self.message, self.exit_code)


def _rebuild(name: str, message: str, exit_code: int) -> PocketlensError:
    return PocketlensError(name, message, exit_code=exit_code)


def native_error(code: int, message: str) -> PocketlensError:
    """The error that the native core reported by number; an unknown number is `internal`."""
    names = {number: name for name, number in NATIVE_ERRORS.items()}
    if code not in names:
        return PocketlensError("internal", f"The native core reported error {code}: {message}")
    return PocketlensError(names[code], message)
