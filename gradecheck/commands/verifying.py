"""verify, formulas: compare every function with its twin; and the options of all commands that verify."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradecheck.commands.common import BAR, WRONG, Usage, command_line, one_thread, output_folder
from gradecheck.commands.narrowing import Narrowed, PackOption, found_pack, narrowing, usage

if TYPE_CHECKING:
    from gradecheck.packs.contract import Contract
    from gradecheck.packs.pack import Pack
    from gradecheck.verifying.implementation import Implementation
    from gradecheck.verifying.records import Verification
    from gradecheck.verifying.verify import Options


def chosen_contracts(names: tuple[str, ...], pack: Pack) -> list[Contract]:
    """The contracts of these functions or formulas; without names all of the pack."""
    from gradecheck.packs import registry

    try:
        return registry.chosen(pack, names)
    except ValueError as error:
        raise Usage(str(error)) from error


def loaded_implementation(pack: Pack, path: Path | None, seconds: float) -> Implementation:
    from gradecheck.verifying.implementation import load

    try:
        return load(pack, path, seconds)
    except ValueError as error:
        raise Usage(str(error)) from error


def asked(contracts: list[Contract], options: Options) -> list[Contract]:
    """The contracts that have inputs in the scope of the options; a line is printed about the others."""
    from gradecheck.arguments.regimes import regimes_of

    found = [contract for contract in contracts if regimes_of(contract, options.scope)]
    others = [contract.name for contract in contracts if contract not in found]
    numbers = ", ".join(options.scope.regimes)
    if not found:
        raise Usage(f"--regime is {numbers}, but should be one that is asked of {', '.join(others)}; leave it out")
    if others:
        click.echo(f"not asked of {numbers}: {', '.join(others)}", err=True)
    return found


def checked_options(pack: Pack, told: Mapping[str, Any], truth: bool = False) -> Options:
    """The Options of a call: the pack's own side is verified on everything, a file on what submissions are asked."""
    from gradecheck.arguments.scope import EVERYTHING, SUBMISSION
    from gradecheck.cases.narrowing import NarrowingError, narrowed, numbers
    from gradecheck.verifying.verify import Options

    device = told["device"]
    if device != "cpu":
        from gradecheck.verifying.tensors import check_device

        try:
            check_device(device)
        except ValueError as error:
            raise Usage(str(error)) from error
    everything = told["everything"] or told["implementation"] is None
    try:
        scope = narrowed(EVERYTHING if everything else SUBMISSION, told["said"], numbers(pack.contracts.values()))
    except NarrowingError as error:
        raise usage(error) from error
    return Options(examples=told["examples"], seed=told["seed"], scope=scope, truth=truth, device=device)


def held_and_missing(
    contracts: list[Contract], names: tuple[str, ...], subject: Implementation
) -> tuple[list[Contract], tuple[str, ...]]:
    """The contracts to verify: those that the implementation has, or that were named; and the functions it lacks."""
    missing = tuple(c.name for c in contracts if c.name not in subject.functions)
    return [c for c in contracts if c.name not in missing or c.name in names], missing


def verifying(function: Any) -> Any:
    """The options that verify and report share."""
    for option in (
        PackOption,
        click.option("--device", default="cpu", show_default=True, help="Torch device that the twins run on."),
        click.option("--seed", default=0, show_default=True, help="Seed of all random inputs."),
        click.option(
            "--examples",
            default=200,
            show_default=True,
            type=click.IntRange(1),
            help="Inputs for each function and precision.",
        ),
        click.option(
            "--seconds",
            default=10.0,
            show_default=True,
            type=click.FloatRange(0, min_open=True),
            help="How long to wait for one call of a function of that file.",
        ),
        click.option(
            "--everything",
            is_flag=True,
            help="Give that file also NaN, infinities, 0-d and empty arrays, and targets of any sum.",
        ),
        click.option(
            "--implementation",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="Python file to check in place of the pack's own. It runs in this process: only code that you trust.",
        ),
    ):
        function = option(function)
    return narrowing(function)


@click.command(cls=Narrowed)
@click.argument("formula", nargs=-1)
@verifying
@click.option("--truth", is_flag=True, help="Add how far both sides are from the true value.")
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the results to this file."
)
def verify(
    formula: tuple[str, ...],
    truth: bool,
    json_file: Path | None,
    **told: Any,
) -> None:
    """Compare each FORMULA, or all of them, with its torch twin.

    The exit status is 0 where all agree, 1 where anything is wrong, and 2 for a mistake in the command.
    """
    from gradecheck.verifying.check import ensure_bounds

    one_thread()
    pack = found_pack(told["pack"])
    contracts = chosen_contracts(formula, pack)
    if json_file is not None:
        output_folder(json_file.parent, "json")
    options = checked_options(pack, told, truth)
    contracts = asked(contracts, options)
    ensure_bounds(contracts)
    subject = loaded_implementation(pack, told["implementation"], told["seconds"])
    held, missing = held_and_missing(contracts, formula, subject)
    from gradecheck.verifying.repaired import repaired
    from gradecheck.verifying.verify import verify as hold
    from gradecheck.verifying.wording import lacking
    from reports import terminal

    pairs = [(contract, d) for contract in held for d in options.scope.dtypes]
    with click.progressbar(
        pairs, file=sys.stderr, width=BAR, item_show_func=lambda p: f"{p[0].name} {p[1]}" if p else ""
    ) as bar:
        found = [hold(contract, subject, d, options) for contract, d in bar]
    found = repaired(found, subject, options.scope)
    click.echo(terminal.verifications(found, lacking(subject.name, len(contracts), missing, subject.classes)))
    if json_file is not None:
        from gradecheck.machine.files import write
        from gradecheck.reporting.environment import environment
        from reports import document

        write(json_file, document.verifications(found, environment(command_line(), options.seed), missing))
    tell_prints(subject, found)
    sys.exit(0 if found and all(v.verdict.passes for v in found) else WRONG)


def tell_prints(subject: Implementation, found: Sequence[Verification]) -> None:
    """Say on stderr which functions printed how much; the prints themselves are not shown."""
    printed: dict[str, int] = {subject.name: subject.printed}
    for v in found:
        printed[v.contract.name] = printed.get(v.contract.name, 0) + v.printed
    said = [f"{name} printed {size / 1000:.3g} kB" for name, size in printed.items() if size]
    if said:
        click.echo(f"{', '.join(said)}, not shown", err=True)


@click.command()
@PackOption
def formulas(pack: str | None) -> None:
    """List the formulas of a pack, each with its torch twin."""
    from reports.tables import Table

    rows = [
        (f"{c.name}({', '.join(a.name for a in c.arguments)})", f"{c.formula}\n{c.twin}")
        for c in found_pack(pack).contracts.values()
    ]
    click.echo(Table(("function", "formula, and its torch twin"), rows).terminal())
