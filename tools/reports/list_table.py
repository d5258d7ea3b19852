"""What `labels --fit` found: the candidates as a table, and what follows in sentences."""

from __future__ import annotations

from tools.evaluation.list_search import Found
from tools.reports.table import table

SHOWN = 6  # lists, and rows that are not proven


def fit_text(found: Found, every: bool = False) -> str:
    """The candidates as a table, and what follows from them in sentences."""
    head = ["list", "right", "by chance", "p"]
    rows = [
        [
            fit.candidate.title + (f", without {fit.spare[0].name}" if fit.spare else ""),
            f"{fit.count}/{len(fit.right)}",
            f"{fit.chance[0]:.1f}, at most {fit.chance[1]}",
            f"{fit.p:.3f}",
        ]
        for fit in found.fits[:SHOWN]
    ]
    lines = [table(head, rows, right=(1, 2, 3), flexible=0)]
    more = len(found.fits) - SHOWN
    lines += [f"and {more} more that name fewer photos rightly"] if more > 0 else []
    lines += [f"left out: {why}" for why in found.left_out]
    return "\n".join([*lines, "", *verdict(found), *unproven(found, every)])


def verdict(found: Found) -> list[str]:
    """Whether a list fits, and how surely."""
    best = found.best
    if not found.fits_at_all:
        return [
            f"No list fits: the best names {best.count} of {len(best.right)} photos rightly, which"
            f" shuffled names do as well in {best.p:.1%} of the tries. Give the model's own list as"
            " SOURCE, or photos of what it knows with --known."
        ]
    lines = [f"{best.candidate.title} fits: no more than {best.p:.1%} by chance."]
    if found.second is not None:
        other, odds = found.second.candidate.title, found.second_odds
        apart = "is ruled out" if odds <= found.limit else "CANNOT BE TOLD APART from it"
        lines.append(f"The next, {other}, {apart} (sign test over the photos: p = {odds:.2g}).")
    if len(best.spare) > 1:
        ends = f"{best.spare[0].name} … {best.spare[-1].name}"
        lines.append(
            f"Any of {len(best.spare)} rows may be the one that is left out ({ends}): no photo"
            " tells them apart. The first is taken; labels from there to the last may be one off."
        )
    return lines


def unproven(found: Found, every: bool) -> list[str]:
    """Which rows no photo has proven."""
    best = found.best
    rows = [
        f"{number} {label.name}"
        for number, label in enumerate(best.labels)
        if not best.proven[number]
    ]
    if not found.fits_at_all or not rows:
        return []
    shown = rows if every else rows[:SHOWN]
    more = f" and {len(rows) - len(shown)} more (--all)" if len(rows) > len(shown) else ""
    return [
        f"Proven by a photo: {int(best.proven.sum())} of {len(best.labels)} rows. A mistake among"
        f" the others would not show: {', '.join(shown)}{more}.",
        f"More photos than these {len(best.right)} prove more: --known DATA --photos DIR."
        " `train_head --validation DIR` unpacks 188 that go with"
        " --known models/mobilenetv2-openimages/validation.csv.",
    ]
