"""The options that narrow inputs: the keys of an assignment, for every command that draws inputs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import wraps
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import click

from gradecheck.commands.common import Usage

if TYPE_CHECKING:
    from gradecheck.grading.assignments.assignment import Assignment, Written
    from gradecheck.packs.contract import Contract
    from gradecheck.packs.pack import Pack

OPTIONS: Final = (
    click.option(
        "--targets",
        type=click.Choice(["one-hot", "soft", "any"]),
        help="Draw only targets of one class a row, or only shares.",
    ),
    click.option("--rows", type=click.Choice(["2-D", "any"]), help="2-D: draw no array with another number of axes."),
    click.option(
        "--dtype",
        "dtypes",
        multiple=True,
        type=click.Choice(["float64", "float32"]),
        help="Draw only this precision.  [default: both]",
    ),
    click.option(
        "--regime", "regimes", multiple=True, metavar="NAME", help="Draw only numbers of this regime, or of these."
    ),
)
PackOption = click.option("--pack", metavar="PACK", help="A pack: its name, module or path.  [default: the first]")
AssignmentOption = click.option(
    "--assignment", "source", help="A TOML file, or the name of a pack that has one.  [default: the first pack]"
)
META: Final = "gradecheck.contracts"
NAMES: Final[Mapping[str, str]] = {"dtypes": "dtype", "regimes": "regime"}


class Narrowed(click.Command):
    """A command with an option for every number that an assignment may fix; which there are, the contracts say."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[META] = _meant(args)
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        from gradecheck.cases.narrowing import numbers

        options: list[click.Parameter] = [
            click.Option(
                [f"--{key.replace('_', '-')}", key],
                multiple=True,
                type=int if kind.numbers == "whole" else float,
                metavar="NUMBER",
                help=f"Draw only this value, or these: {kind.says}.",
            )
            for key, kind in numbers(_contracts(ctx)).items()
        ]
        *others, help_option = super().get_params(ctx)
        return [*others, *options, help_option]


def _meant(args: Sequence[str]) -> Collection[Contract]:
    """The contracts that a command line is about, before it is parsed; none where that cannot be said: it will be told.

    Those of a pack, or those that an assignment may ask.
    """
    from gradecheck.grading.assignments import assignment
    from gradecheck.packs import registry

    said = {"--pack": "", "--assignment": ""}
    for word, after in pairwise((*args, "")):
        option, is_one_word, value = word.partition("=")
        if option in said:
            said[option] = value if is_one_word else after
    try:
        if said["--assignment"]:
            return registry.rows(assignment.pack_of(assignment.find(said["--assignment"]))).values()
        return registry.find(said["--pack"] or None).contracts.values()
    except ValueError:
        return ()


def _contracts(ctx: click.Context) -> Collection[Contract]:
    found: Collection[Contract] = ctx.meta.get(META, ())
    return found


def narrowing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options; the command is told what was said, by the keys of an assignment, as `said`."""

    @wraps(command)
    def told(*arguments: Any, **options: Any) -> Any:
        from gradecheck.cases.narrowing import keys, numbers

        kinds = numbers(_contracts(click.get_current_context()))
        given = {key: options.pop(key) for key in keys(kinds)}
        said = {key: _plain(value, key in kinds) for key, value in given.items() if value}
        return command(*arguments, said=said, **options)

    for option in reversed(OPTIONS):
        told = option(told)
    return told


def _plain(value: Any, number: bool) -> Any:
    """As a TOML file would have it."""
    if isinstance(value, str):
        return value
    return value[0] if number and len(value) == 1 else list(value)


def found_pack(said: str | None) -> Pack:
    """The pack that is called so; without a word the usual one."""
    from gradecheck.packs import registry

    try:
        return registry.find(said)
    except ValueError as error:
        raise Usage(str(error)) from error


def loaded_assignment(source: str | None, said: Mapping[str, Any] = MappingProxyType({})) -> Assignment:
    """The assignment of that name, or in that TOML file, as far as it is asked."""
    return parsed_assignment(found_assignment(source), said)


def found_assignment(source: str | None) -> Written:
    """The text of the assignment of that name, or of that TOML file; without a word the usual one."""
    from gradecheck.grading.assignments.assignment import find

    try:
        return find(source or found_pack(None).name)
    except ValueError as error:
        raise usage(error) from error


def parsed_assignment(written: Written, said: Mapping[str, Any]) -> Assignment:
    from gradecheck.grading.assignments.assignment import parse

    try:
        return parse(written, said)
    except ValueError as error:
        raise usage(error) from error


def words(said: Mapping[str, Any]) -> str:
    """As it is said on the command line, after a space; "" where nothing is said."""
    from shlex import quote

    listed = {key: value if isinstance(value, list) else [value] for key, value in said.items()}
    return "".join(f" --{NAMES.get(key, key)} {quote(str(v))}" for key, values in listed.items() for v in values)


def usage(error: ValueError) -> Usage:
    """What is wrong, by its option where it was said on the command line."""
    from gradecheck.cases.narrowing import NarrowingError

    if isinstance(error, NarrowingError):
        return Usage(f"--{NAMES.get(error.key, error.key)} is {error.was!r}, but should be {error.should}")
    return Usage(str(error))
