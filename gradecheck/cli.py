"""The command line: parsing only. What takes long to import is imported where it is used."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

import gradecheck

if TYPE_CHECKING:
    from gradecheck.contract import Contract
    from gradecheck.implementation import Implementation
    from gradecheck.verify import Options

WRONG = 1
USAGE = 2


class Usage(click.ClickException):
    """A mistake in the call itself, said in one line."""

    exit_code = USAGE


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(gradecheck.__version__)
def main() -> None:
    """Hold the hand-written NumPy formulas of the lecture against torch, to the last rounding error."""


def _contracts(names: tuple[str, ...]) -> list[Contract]:
    """The contracts named, by function or by formula; all of them without a name."""
    from difflib import get_close_matches

    from gradecheck.contracts import CONTRACTS

    chosen: dict[str, Contract] = {}
    for name in names or CONTRACTS:
        found = {c.name: c for c in CONTRACTS.values() if name in (c.name, c.subject)}
        if not found:
            near = get_close_matches(name, CONTRACTS) or list(CONTRACTS)
            raise Usage(f"formula: {name} is not one of the lecture's; did you mean {', '.join(near)}?")
        chosen |= found
    return list(chosen.values())


def _implementation(path: Path | None) -> Implementation:
    from gradecheck.implementation import load

    try:
        return load(path)
    except ValueError as error:
        raise click.ClickException(str(error)) from error


def _options(examples: int, seed: int, dtype: tuple[str, ...], device: str, truth: bool = False) -> Options:
    from gradecheck.verify import DTYPES, Options

    if device != "cpu":
        from gradecheck.tensors import check_device

        try:
            check_device(device)
        except ValueError as error:
            raise Usage(str(error)) from error
    return Options(examples=examples, seed=seed, dtypes=dtype or DTYPES, device=device, truth=truth)


def _folder(path: Path) -> Path:
    from gradecheck.files import writable_folder

    try:
        return writable_folder(path)
    except ValueError as error:
        raise Usage(str(error)) from error


def _command() -> str:
    return " ".join(["gradecheck", *sys.argv[1:]])


def _verifying(function: Any) -> Any:
    """The options that verify and report share."""
    for option in (
        click.option("--device", default="cpu", show_default=True, help="Torch device that the reference runs on."),
        click.option("--dtype", multiple=True, type=click.Choice(["float64", "float32"]), help="Default: both."),
        click.option("--seed", default=0, show_default=True, help="Seed of every random draw."),
        click.option("--examples", default=200, show_default=True, type=click.IntRange(1), help="Examples a row."),
        click.option(
            "--implementation",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="Python file to check in place of manual/. It runs in this process: only code that you trust.",
        ),
    ):
        function = option(function)
    return function


@main.command()
@click.argument("formula", nargs=-1)
@_verifying
@click.option("--truth", is_flag=True, help="Say for every row how far both sides are from the true value.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the results here.")
def verify(
    formula: tuple[str, ...],
    implementation: Path | None,
    examples: int,
    seed: int,
    dtype: tuple[str, ...],
    device: str,
    truth: bool,
    json_file: Path | None,
) -> None:
    """Hold each FORMULA (all by default) against the reference; exit 1 where anything is wrong."""
    contracts = _contracts(formula)
    if json_file is not None:
        _folder(json_file.parent)
    options = _options(examples, seed, dtype, device, truth)
    subject = _implementation(implementation)
    from gradecheck.verify import verify as hold
    from reports import terminal

    pairs = [(contract, d) for contract in contracts for d in options.dtypes]
    with click.progressbar(pairs, file=sys.stderr, item_show_func=lambda p: f"{p[0].name} {p[1]}" if p else "") as bar:
        found = [hold(contract, subject, d, options) for contract, d in bar]
    click.echo(terminal.verifications(found))
    if json_file is not None:
        from gradecheck.environment import environment
        from gradecheck.files import write
        from reports import document

        write(json_file, document.verifications(found, environment(_command(), seed)))
    sys.exit(0 if all(v.verdict.passes for v in found) else WRONG)


@main.command()
@click.option("--out", default="build/report", show_default=True, type=click.Path(file_okay=False, path_type=Path))
@_verifying
def report(
    out: Path, implementation: Path | None, examples: int, seed: int, dtype: tuple[str, ...], device: str
) -> None:
    """Write the comparison report: formulas, trajectories, the worked example, real training."""
    folder = _folder(out)
    options = _options(examples, seed, dtype, device)
    subject = _implementation(implementation)
    from gradecheck.files import write
    from gradecheck.report import build
    from reports import document, markdown, terminal

    found = build(_contracts(()), subject, options, _command(), lambda stage: click.echo(f"  {stage}", err=True))
    write(folder / "report.json", document.report(found))
    write(folder / "report.md", markdown.markdown(found))
    click.echo(terminal.report(found))
    click.echo(f"written to {folder}: report.md, report.json")
    sys.exit(0 if found.passes else WRONG)


@main.command()
@click.argument("path", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--assignment", default="lecture03", show_default=True, help="A built-in name or a TOML file.")
@click.option("--out", default="build/grades", show_default=True, type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--isolation",
    default="auto",
    show_default=True,
    type=click.Choice(["auto", "required", "none"]),
    help="The jail for strangers' code: where it works, or else refuse, or none.",
)
def grade(path: tuple[Path, ...], assignment: str, out: Path, isolation: Literal["auto", "required", "none"]) -> None:
    """Mark every submission at PATH: a .py, .ipynb or .zip file, or a folder of them."""
    from gradecheck.grading import assignment as assignments
    from gradecheck.grading.bank import bank
    from gradecheck.grading.grade import find, grade_one
    from gradecheck.grading.jail import isolation as probe
    from gradecheck.grading.marks import ClassMark
    from gradecheck.grading.process import JailError

    folder = _folder(out)
    try:
        asked = assignments.load(assignment)
        jail = probe(isolation)
    except (ValueError, JailError) as error:
        raise Usage(str(error)) from error
    click.echo(f"isolation: {jail.line}")
    from gradecheck.files import write
    from reports import gradebook

    cases = bank(asked)
    with click.progressbar(find(list(path)), file=sys.stderr, item_show_func=lambda s: s[0] if s else "") as bar:
        marks = tuple(grade_one(name, file, asked, cases, jail) for name, file in bar)
    found = ClassMark(asked.name, asked.title, asked.seed, jail.line, marks)
    write(folder / "results.json", gradebook.results(found))
    write(folder / "gradebook.csv", gradebook.gradebook(found))
    click.echo(gradebook.table(found).text())
    click.echo(f"written to {folder}: results.json, gradebook.csv")
    sys.exit(WRONG if any(s.status == "fault" for s in marks) else 0)


@main.command()
def formulas() -> None:
    """List the formulas: function, slide formula, torch twin."""
    from tabulate import tabulate

    from gradecheck.contracts import CONTRACTS

    rows = [(f"{c.name}({', '.join(a.name for a in c.arguments)})", c.formula, c.twin) for c in CONTRACTS.values()]
    click.echo(tabulate(rows, ("function", "formula", "torch twin"), disable_numparse=True))
