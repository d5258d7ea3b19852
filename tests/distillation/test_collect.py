"""What is collected: maps of other sizes; and what a picture's name decides."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tools.distillation.collect import PLACES, Collected, places, resampled
from tools.distillation.head import NAMED_SHARE, shows, targets_of
from tools.distillation.pictures import Entry
from tools.distillation.refine import softmax
from tools.distillation.ridge import Moments

RANDOM = np.random.default_rng(0)


def maps(
    views: int, side: int, channels: int = 5
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return RANDOM.normal(size=(views, channels, side, side)).astype(np.float32)


@pytest.mark.parametrize("side", [7, 8, 9])
def test_a_map_of_any_size_keeps_its_mean_at_49_places(side: int) -> None:
    found = maps(3, side)
    at = resampled(found)
    assert at.shape == (3, 5, PLACES, PLACES)
    np.testing.assert_allclose(at.mean((2, 3)), found.mean((2, 3)), atol=1e-6)
    assert places(at).shape == (3 * 49, 5)


def test_a_place_of_a_larger_map_is_the_mean_of_what_it_covers() -> None:
    ramp = np.broadcast_to(np.arange(14, dtype=np.float32), (1, 1, 14, 14))
    np.testing.assert_allclose(resampled(ramp)[0, 0, 3], 2 * np.arange(7) + 0.5, atol=1e-5)


def entry(named: str, taught: tuple[str, ...] = ()) -> Entry:
    return Entry("source", named, "cutout", taught, named, "a" * 64)


def collected() -> Collected:
    """Three pictures of two views; two teachers that know four classes."""
    logits = RANDOM.normal(size=(6, 2, 4)).astype(np.float16)
    logits[4:, :, 0] = -20
    features = RANDOM.normal(size=(6, 5)).astype(np.float32)
    return Collected(Moments.empty(4), features, logits, np.repeat(np.arange(3), 2))


def test_a_name_moves_its_share_to_the_labels_classes_where_it_was_seen() -> None:
    shown = collected()
    entries = [entry(""), entry("Cat"), entry("Cat")]
    cat = np.array([True, False, False, False])
    said = softmax(shown.logits.astype(np.float32)).mean(axis=1)
    targets = targets_of(shown, entries, {"Cat": cat})
    assert np.array_equal(targets[:2], said[:2])
    expected = (1 - NAMED_SHARE) * said[2:4, 0] + NAMED_SHARE
    np.testing.assert_allclose(targets[2:4, 0], expected, rtol=1e-5)
    assert np.array_equal(targets[4:], said[4:])  # no teacher saw a cat there
    np.testing.assert_allclose(targets.sum(axis=1), 1, rtol=1e-5)


def test_what_every_second_view_should_say_is_what_it_should_say_among_all() -> None:
    shown, cat = collected(), {"Cat": np.array([True, False, False, False])}
    entries = [entry(""), entry("Cat"), entry("Cat")]
    some = shown.every(2)
    assert np.array_equal(some.features, shown.features[::2])
    assert some.picture.tolist() == [0, 1, 2]
    assert some.local is shown.local
    assert np.array_equal(targets_of(some, entries, cat), targets_of(shown, entries, cat)[::2])


def test_a_row_is_taught_by_the_pictures_that_show_all_its_labels() -> None:
    entries = [entry("a", ("Person",)), entry("b", ("Person", "Human face")), entry("c")]
    assert shows(entries, ("Person", "Human face")).tolist() == [False, True, False]
    assert shows(entries, ("Person",)).tolist() == [True, True, False]


def test_what_was_collected_is_kept_and_read_again(tmp_path: Path) -> None:
    one = collected()
    one.save(tmp_path / "kept.npz")
    other = Collected.load(tmp_path / "kept.npz")
    assert [file.name for file in tmp_path.iterdir()] == ["kept.npz"]
    for name in ("features", "logits", "picture"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    assert np.array_equal(one.local.xy, other.local.xy)
