"""Mistakes in clipping two gradients by their common norm."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right


def norm(*gradients: Any) -> Any:
    return np.sqrt(sum((x * x).sum() for x in gradients))


def scaled(dW: Any, db: Any, share: Any) -> Any:
    return dW * share, db * share


def by(size: Any, most: Any) -> Any:
    return np.minimum(most / (size + 1e-6), 1)


@Right
def clip_by_norm(dW: Any, db: Any, most: Any) -> Any:
    return scaled(dW, db, by(norm(dW, db), most))


def written(dW: Any, db: Any, most: Any) -> Any:
    share = by(norm(dW, db), most)
    dW *= share
    db *= share
    return dW, db


def small_clipped(dW: Any, db: Any, most: Any) -> Any:
    share = most / (norm(dW, db) + 1e-6)
    return scaled(dW, db, np.where(share > 1, share, 1).astype(dW.dtype))


MISTAKES: Final = (
    clip_by_norm.wrong("each-alone", lambda dW, db, most: (dW * by(norm(dW), most), db * by(norm(db), most)),
        "Each gradient is clipped by its own norm, which turns the direction; there is one norm, of both together.",
        "Try a large dW and a small db: both should be scaled alike."),
    clip_by_norm.wrong("elementwise", lambda dW, db, most: (np.clip(dW, -most, most), np.clip(db, -most, most)),
        "Every element is clipped to [-most, most], which turns the direction; the whole gradient should be scaled.",
        "Try dW = [[3]], db = [4] and most = 1: the ratio of the two should stay."),
    clip_by_norm.wrong("always-scaled", lambda dW, db, most: scaled(dW, db, most / (norm(dW, db) + 1e-6)),
        "A gradient with a norm below most is scaled up; it should stay what it is.",
        "Try a small gradient and a large most."),
    clip_by_norm.wrong("small-clipped", small_clipped,
        "The comparison is the wrong way round: gradients below most are scaled up, and large ones stay.",
        "Try a gradient whose norm is far above most."),
    clip_by_norm.wrong("constant-left-out", lambda dW, db, most: scaled(dW, db, by(norm(dW, db) - 1e-6, most)),
        "The 1e-6 is left out, which is added to the norm before most is divided by it.",
        "Try a most that is half of the norm, and compare the last digits."),
    clip_by_norm.wrong("root-left-out", lambda dW, db, most: scaled(dW, db, by(norm(dW, db) ** 2, most)),
        "The root is left out: most is divided by the sum of squares and not by the norm.",
        "Try dW = [[3]] and db = [4], whose norm is 5."),
    clip_by_norm.wrong("norms-added", lambda dW, db, most: scaled(dW, db, by(norm(dW) + norm(db), most)),
        "The norms of dW and db are added; their squares should be, below the root.",
        "Try dW = [[3]] and db = [4], whose norm is 5."),
    clip_by_norm.wrong("sum-of-sizes",
        lambda dW, db, most: scaled(dW, db, by(np.abs(dW).sum() + np.abs(db).sum(), most)),
        "The norm is the sum of all |g|; it should be the root of the sum of squares.",
        "Try dW = [[3]] and db = [4], whose norm is 5."),
    clip_by_norm.wrong("largest-element",
        lambda dW, db, most: scaled(dW, db, by(max(np.abs(dW).max(), np.abs(db).max()), most)),
        "The norm is the largest |g|; it should be the root of the sum of squares.",
        "Try dW = [[3]] and db = [4], whose norm is 5."),
    clip_by_norm.wrong("mean-of-squares",
        lambda dW, db, most: scaled(dW, db, by(norm(dW, db) / np.sqrt(dW.dtype.type(dW.size + db.size)), most)),
        "The squares are averaged; the norm is the root of their sum.",
        "Try dW = [[3]] and db = [4], whose norm is 5."),
    clip_by_norm.wrong("bias-left-alone", lambda dW, db, most: (clip_by_norm(dW, db, most)[0], db.copy()),
        "Only dW is scaled; db should be, too.",
        "Try gradients far above most, and look at the second result."),
    clip_by_norm.wrong("norm-of-weights", lambda dW, db, most: scaled(dW, db, by(norm(dW), most)),
        "The norm is that of dW alone; db belongs to it.",
        "Try dW = [[3]] and db = [4], whose norm is 5."),
    clip_by_norm.given("most-ignored", lambda dW, db, most: (dW, db, 1),
        "most is not looked at: gradients are clipped to the norm 1.",
        "Try a most of 10."),
    clip_by_norm.written_to("written-into-gradients", written, "dW", "db"),
)  # fmt: skip
