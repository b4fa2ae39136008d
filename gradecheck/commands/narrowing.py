"""The options that say which inputs are asked: those of an assignment's keys, for every command that draws inputs."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from functools import wraps
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import click

from gradecheck.commands.common import Usage

if TYPE_CHECKING:
    from gradecheck.grading.assignments.assignment import Assignment

OPTIONS: Final = (
    click.option("--targets", type=click.Choice(["one-hot", "soft", "any"]), help="Rows of targets that are asked."),
    click.option("--rows", type=click.Choice(["2-D", "any"]), help="2-D: no array of another number of axes."),
    click.option("--dtype", "dtypes", multiple=True, type=click.Choice(["float64", "float32"]), help="Default: both."),
    click.option("--regime", "regimes", multiple=True, metavar="NAME", help="Ask numbers of this regime, or these."),
)
NAMES: Final[Mapping[str, str]] = {"dtypes": "dtype", "regimes": "regime"}


class Narrowed(click.Command):
    """A command with an option for every number that an assignment may fix; which there are, the contracts say."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        from gradecheck.contracts import CONTRACTS
        from gradecheck.narrowing import numbers

        options: list[click.Parameter] = [
            click.Option(
                [f"--{key.replace('_', '-')}", key],
                multiple=True,
                type=int if kind.numbers == "whole" else float,
                metavar="NUMBER",
                help=f"Ask {key} of this value alone, or of these: {kind.says}.",
            )
            for key, kind in numbers(CONTRACTS.values()).items()
        ]
        *others, help_option = super().get_params(ctx)
        return [*others, *options, help_option]


def narrowing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options; the command is told what was said, by the keys of an assignment, as `said`."""

    @wraps(command)
    def told(*arguments: Any, **options: Any) -> Any:
        from gradecheck.contracts import CONTRACTS
        from gradecheck.narrowing import keys, numbers

        contracts = CONTRACTS.values()
        given = {key: options.pop(key) for key in keys(contracts)}
        said = {key: _plain(value, key in numbers(contracts)) for key, value in given.items() if value}
        return command(*arguments, said=said, **options)

    for option in reversed(OPTIONS):
        told = option(told)
    return told


def _plain(value: Any, number: bool) -> Any:
    """As a TOML file would have it."""
    if isinstance(value, str):
        return value
    return value[0] if number and len(value) == 1 else list(value)


def loaded_assignment(source: str, said: Mapping[str, Any] = MappingProxyType({})) -> Assignment:
    """The assignment of that name, or in that TOML file, as far as it is asked."""
    from gradecheck.grading.assignments.assignment import load

    try:
        return load(source, said)
    except ValueError as error:
        raise usage(error) from error


def words(said: Mapping[str, Any]) -> str:
    """As it is said on the command line, after a space; "" where nothing is said."""
    listed = {key: value if isinstance(value, list) else [value] for key, value in said.items()}
    return "".join(f" --{NAMES.get(key, key)} {shlex.quote(str(v))}" for key, values in listed.items() for v in values)


def usage(error: ValueError) -> Usage:
    """What is wrong, by its option where it was said on the command line."""
    from gradecheck.narrowing import NarrowingError

    if isinstance(error, NarrowingError):
        return Usage(f"--{NAMES.get(error.key, error.key)} is {error.was!r}, but should be {error.should}")
    return Usage(str(error))
