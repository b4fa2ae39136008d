"""check, starter, assignment check: what students run before they hand in, and a teacher before a release."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

from gradecheck.commands.common import WRONG, Usage, need_linux, output_folder
from gradecheck.commands.narrowing import narrowing, usage
from gradecheck.cores import cores

if TYPE_CHECKING:
    from gradecheck.grading.assignments.assignment import Assignment
    from gradecheck.grading.jail.isolation import Wanted
    from gradecheck.grading.jail.process import Isolation

Isolated = click.option(
    "--isolation",
    default="auto",
    show_default=True,
    type=click.Choice(["auto", "required", "none"]),
    help="The jail that the file runs in: where it works, or else refuse, or none.",
)


def _loaded(source: str, said: Mapping[str, Any] = MappingProxyType({})) -> Assignment:
    from gradecheck.grading.assignments.assignment import load

    try:
        return load(source, said)
    except ValueError as error:
        raise usage(error) from error


def _isolation(wanted: Wanted) -> Isolation:
    from gradecheck.grading.jail.isolation import isolation
    from gradecheck.grading.jail.process import JailError

    try:
        return isolation(wanted)
    except JailError as error:
        raise Usage(str(error)) from error


@click.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--assignment", "source", default="lecture03", show_default=True, help="A built-in name or a TOML file.")
@click.option("--markdown", type=click.Path(dir_okay=False, path_type=Path), help="Write the feedback here, too.")
@Isolated
@narrowing
def check(file: Path, source: str, markdown: Path | None, isolation: Wanted, said: Mapping[str, Any]) -> None:
    """Say what passes in FILE, what does not, and why: what a student sees of the marks.

    The exit status is 0 where everything passes, else 1.
    """
    need_linux()
    from gradecheck.grading.banked.bank import bank
    from gradecheck.grading.course.marking import mark
    from gradecheck.grading.handed_in.submissions import UnreadableError, read
    from gradecheck.grading.jail.process import JailError
    from reports import feedback as pages

    asked, jail = _loaded(source, said), _isolation(isolation)
    if markdown is not None:
        output_folder(markdown.parent, "markdown")
    try:
        code = read(file, asked.file)
    except UnreadableError as error:
        raise click.ClickException(f"{file.name}: {error}") from error
    except OSError as error:
        raise click.ClickException(f"{file.name} cannot be read: {error.strerror}") from error
    try:
        found = mark(file.name, code, asked, bank(asked), jail)
    except JailError as error:
        raise click.ClickException(f"not judged, a fault of ours: {error}") from error
    shown = pages.feedback(found, asked.title, asked.feedback)
    click.echo(pages.terminal(shown))
    if markdown is not None:
        from gradecheck.files import write

        try:
            write(markdown, pages.markdown(shown))
        except OSError as error:
            raise Usage(f"markdown: {markdown} cannot be written ({error.strerror}); name another file") from error
    sys.exit(0 if all(q.outcome == "passed" for q in found.questions) else WRONG)


@click.command()
@click.option("--assignment", "source", default="lecture03", show_default=True, help="A built-in name or a TOML file.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this new file.")
@narrowing
def starter(source: str, out: Path | None, said: Mapping[str, Any]) -> None:
    """Write the file that students fill in: signatures, shapes, formulas, no answers."""
    from gradecheck.grading.assignments.starter import starter as written

    text = written(_loaded(source, said), source)
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise Usage(f"out: {out} is there already, but should be a new file; name another") from error
    except OSError as error:
        raise Usage(f"out: {out} cannot be written ({error.strerror}), but should be a file of yours") from error
    click.echo(f"written to {out}")


@click.group()
def assignment() -> None:
    """What concerns an assignment as a whole."""


@assignment.command("check")
@click.argument("source")
@click.option("--jobs", type=click.IntRange(1), help="How much is marked at a time.  [default: one a core]")
@Isolated
def assignment_check(source: str, jobs: int | None, isolation: Wanted) -> None:
    """Prove the assignment SOURCE (a built-in name or a TOML file) before it is released.

    A model answer has to get all points, an empty file none; every catalogued mistake has to cost its own function
    something and no other anything; honest variants have to keep everything. The exit status is 1 where one does not.
    """
    need_linux()
    from gradecheck.grading.course.pool import MarkerError
    from gradecheck.grading.proof import prove
    from reports import proof as page

    asked, jail = _loaded(source), _isolation(isolation)
    click.echo(f"isolation: {jail.line}")
    try:
        with click.progressbar(length=100, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
            proof = prove(asked, isolation, jobs or cores(), lambda share: bar.update(int(100 * share) - bar.pos))
    except MarkerError as error:
        raise click.ClickException(str(error)) from error
    click.echo(page.terminal(proof))
    sys.exit(WRONG if proof.breaches else 0)
