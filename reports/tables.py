"""Records into rows: one list of headers and cells for each table, whatever it is printed on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tabulate import tabulate

from gradecheck.records import Training, Trajectory, Verification, WorkedExample
from gradecheck.wording import number
from reports import screen

Cell = str | int | float


@dataclass(frozen=True)
class Table:
    headers: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]

    def without(self, *headers: str) -> Table:
        """The same table, some columns left out."""
        kept = [i for i, header in enumerate(self.headers) if header not in headers]
        rows = [tuple(row[i] for i in kept) for row in self.rows]
        return Table(tuple(self.headers[i] for i in kept), rows)

    def terminal(self) -> str:
        """As wide as the terminal, and coloured."""
        return screen.table(self.headers, [[str(cell) for cell in row] for row in self.rows])

    def text(self) -> str:
        """As wide as it is, for a file."""
        return tabulate(self.rows, self.headers, tablefmt="simple", disable_numparse=True)

    def markdown(self) -> str:
        rows = [[str(cell).replace("|", r"\|") for cell in row] for row in self.rows]  # a bare | would end the cell
        return tabulate(rows, self.headers, tablefmt="github", disable_numparse=True)


def verifications(found: Sequence[Verification]) -> Table:
    """One row a function and precision."""
    headers = ("formula", "direction", "dtype", "examples", "worst error / bound", "worst ulp", "verdict")
    return Table(
        headers,
        [
            (
                v.contract.subject,
                v.contract.direction,
                v.dtype,
                str(v.examples),
                number(v.worst_ratio, 3) if v.judged else "-",
                number(v.worst_ulp, 3) if v.judged else "-",
                str(v.verdict),
            )
            for v in found
        ],
    )


def distances(found: Mapping[str, Sequence[tuple[str, float, float]]]) -> Table:
    """One row a function, one column a regime. found: regime and worst ulp of both sides from the truth, by function.

    A regime that a function is not asked in is a dash.
    """
    regimes = dict.fromkeys(regime for distances in found.values() for regime, *_ in distances)
    rows = []
    for function, distances in found.items():
        both = {regime: f"{_ulp(ours)} / {_ulp(theirs)}" for regime, ours, theirs in distances}
        rows.append((function, *(both.get(regime, "-") for regime in regimes)))
    return Table(("function", *regimes), rows)


def _ulp(x: float) -> str:
    """Short, and as many decimals as tell two sides apart: an ulp is no quantity that has a small part."""
    if x == 0 or x >= 1e4:
        return number(x, 1)
    return f"{x:.0f}" if x >= 100 else f"{x:.2f}"


def trajectories(found: Sequence[Trajectory]) -> Table:
    """One row a run: the verdict in lock-step, the free run beside it."""
    headers = (
        *("network", "dtype", "lr", "mu", "steps", "worst error / bound", "verdict"),
        *("first loss", "last loss", "torch's last loss", "drift", "envelope", "leaves it"),
    )
    return Table(headers, [(*_names(t), *_numbers(t)) for t in found])


def trainings(found: Sequence[Training]) -> Table:
    """One row a run on real data, with the accuracy of both sides on held-out rows."""
    headers = (
        *("run", "dtype", "lr", "mu", "epochs", "steps", "worst error / bound", "verdict"),
        *("first loss", "last loss", "torch's last loss", "drift", "envelope", "leaves it"),
        *("accuracy", "torch's accuracy"),
    )
    rows = []
    for training in found:
        t = training.trajectory
        _, dtype, lr, mu = _names(t)
        accuracies = (f"{training.accuracy:.2%}", f"{training.reference_accuracy:.2%}")
        rows.append((training.title, dtype, lr, mu, str(training.epochs), *_numbers(t), *accuracies))
    return Table(headers, rows)


def _names(t: Trajectory) -> tuple[str, str, str, str]:
    network = t.network
    return f"{', '.join(network.activations)} | {network.loss}", t.dtype, f"{network.lr:g}", f"{network.mu:g}"


def _numbers(t: Trajectory) -> tuple[str, ...]:
    left = t.leaves_envelope_at
    return (
        str(len(t.ratios)),
        number(max(t.ratios), 3),
        str(t.verdict),
        number(t.losses[0], 8),
        number(t.losses[-1], 8),
        number(t.reference_losses[-1], 8),
        number(t.drift[-1], 2),
        number(t.envelope[-1], 2),
        "never" if left is None else f"step {left}",
    )


def losses(training: Training) -> Table:
    """Both loss curves of one run, a row an epoch: the loss before its first step, lock-step and drift within it."""
    t, size = training.trajectory, training.steps_an_epoch
    rows = []
    for epoch in range(0, len(t.losses) // size, max(1, training.epochs // 10)):
        at, steps = epoch * size, slice(epoch * size, (epoch + 1) * size)
        rows.append(
            (
                str(epoch),
                number(t.losses[at], 12),
                number(t.reference_losses[at], 12),
                number(max(t.ratios[steps]), 3),
                number(max(t.drift[steps]), 2),
                number(max(t.envelope[steps]), 2),
            )
        )
    headers = ("epoch", "loss", "torch's loss", "worst error / bound", "drift", "envelope")
    return Table(headers, rows)


def worked_example(found: WorkedExample) -> Table:
    """The slides' table column by column, with the log to both bases."""
    headers = (
        *("x", "t", "p on the slide", "p", "torch's p", "log p on the slide", "log2 p", "ln p"),
        *("t log p on the slide", "t log2 p", "t ln p"),
    )
    return Table(
        headers,
        [
            (
                f"{r.x:g}",
                f"{r.t:g}",
                _digits(r.printed[0]),
                _digits(r.p),
                _digits(r.reference_p),
                _digits(r.printed[1]),
                _digits(r.base2[0]),
                _digits(r.natural[0]),
                _digits(r.printed[2]),
                _digits(r.base2[1]),
                _digits(r.natural[1]),
            )
            for r in found.rows
        ],
    )


def worked_losses(found: WorkedExample) -> str:
    """The loss of the worked example in both bases."""
    natural, base2, theirs = found.loss_natural, found.loss_base2, found.reference_loss
    return f"The loss is {natural:.9g} by the natural log (torch: {theirs:.9g}) and {base2:.9g} by log2."


def _digits(x: float | None) -> str:
    """As on the slide, where t log p stands as 0 for t = 0."""
    return "0" if x is None else f"{x:.8e}"
