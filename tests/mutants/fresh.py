"""What is said of the mistakes of tests/fresh, which were written without a look at the operators of the search."""

from collections.abc import Sequence
from dataclasses import dataclass

from gradecheck.grading.bank.store import bank
from gradecheck.grading.classrun.repairing import mark_and_search
from gradecheck.grading.jail.isolation import isolation
from gradecheck.grading.marks import Repair
from tests.held_out import Mistake
from tests.mutants.mended import line_of, unhurried
from tests.mutants.printed import Printed

# Where another line may be told, or none: what the catalogue calls the mistake, as fresh.toml does in other words.
FITTING = {
    "classes_linear_backward_axis": "linear_backward/db-over-features",
    "classes_relu_mask_upside_down": "relu_backward/mask-inverted",
    "classes_sgd_rate_in_velocity": "momentum_step/lr-inside-velocity",
    "columns_cost_over_the_classes": "cross_entropy/classes-for-rows",
    "cross_entropy_backward_length_of_a_row": "cross_entropy_backward/single-row-divided",
    "sgd_step_no_return": "sgd_step/nothing-returned",
    "softmax_backward_like_sigmoid": "softmax_backward/diagonal-only",
    "train_bias_without_momentum": "train/b-without-momentum",
    "train_velocity_reset": "train/no-momentum",
}


@dataclass(frozen=True)
class Said:
    """diagnoses, repair: as of the question's mark.

    located: whether a line of the mistake is told, or one beside it.
    """

    mistake: Mistake
    diagnoses: tuple[str, ...]
    repair: Repair | None
    located: bool

    @property
    def named(self) -> bool:
        return FITTING.get(self.mistake.id) in self.diagnoses

    @property
    def reached(self) -> bool:
        return self.located or self.named


def said(mistake: Mistake) -> Said:
    asked, source = mistake.assignment, mistake.source()
    with unhurried():
        found = mark_and_search(source.file, source, asked, bank(asked), isolation("auto"))
    assert not found.lost, found.lost
    [question] = found.mark.questions
    told = [line_of(change) for change in question.repair.changes] if question.repair else []
    located = any(
        (file or source.file) == place.file and place.lines[0] - 1 <= line <= place.lines[1] + 1
        for file, line in told
        for place in mistake.places
    )
    return Said(mistake, question.diagnoses, question.repair, located)


def of_fresh(found: Sequence[Said]) -> Printed:
    rows = []
    for own in found:
        how = "located" if own.located else "named" if own.named else "missed"
        changes = own.repair.changes if own.repair else ()
        told = " ".join(f"{change.where}: {change.kind}" for change in changes) or ", ".join(own.diagnoses)
        rows.append((own.mistake.id, how, own.mistake.what, told))
    headers = ("mistake", "what is said", "what is wrong", "in the words of the search, or of the catalogue")
    return Printed("Sixty mistakes that the search had not seen", headers, rows, long=True)
