"""check, starter, assignment check: for students before they hand in, and for a teacher before a release."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradecheck.commands.common import WRONG, Failed, Usage, output_folder
from gradecheck.commands.narrowing import AssignmentOption, Narrowed, loaded_assignment, narrowing, words
from gradecheck.commands.strangers import Isolated, Jobs, isolated, need_linux
from gradecheck.machine.cores import cores

if TYPE_CHECKING:
    from gradecheck.grading.jail.isolation import Wanted


@click.command(cls=Narrowed)
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@AssignmentOption
@click.option(
    "--markdown", type=click.Path(dir_okay=False, path_type=Path), help="Also write the feedback to this file."
)
@Isolated
@narrowing
def check(file: Path, source: str | None, markdown: Path | None, isolation: Wanted, said: Mapping[str, Any]) -> None:
    """Check FILE as it will be marked, and show the feedback.

    The exit status is 0 where everything passes, else 1.
    """
    need_linux()
    from gradecheck.grading.bank.store import bank
    from gradecheck.grading.classrun.repairing import mark_and_search
    from gradecheck.grading.jail.process import JailError
    from gradecheck.grading.submissions.carried import UnreadableError
    from gradecheck.grading.submissions.submission import read
    from reports import feedback as pages

    asked = loaded_assignment(source, said)
    jail = isolated(isolation, asked.packages)
    if markdown is not None:
        output_folder(markdown.parent, "markdown")
    try:
        code = read(file, asked.names, asked.file)
    except UnreadableError as error:
        raise Failed(f"{file.name}: {error}") from error
    except OSError as error:
        raise Failed(f"{file.name} cannot be read: {error.strerror}") from error
    try:
        searched = mark_and_search(file.name, code, asked, bank(asked), jail)
    except JailError as error:
        raise Failed(f"not judged, a fault of ours: {error}") from error
    if searched.lost:
        click.echo(f"no repair was looked for, a fault of ours: {searched.lost}", err=True)
    found = searched.mark
    shown = pages.feedback(found, asked.title, asked.feedback, asked.hint)
    click.echo(pages.terminal(shown))
    if markdown is not None:
        from gradecheck.machine.files import write

        try:
            write(markdown, pages.markdown(shown))
        except OSError as error:
            raise Usage(f"markdown: {markdown} cannot be written ({error.strerror}); name another file") from error
    sys.exit(0 if all(q.outcome == "passed" for q in found.questions) else WRONG)


@click.command(cls=Narrowed)
@AssignmentOption
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this new .py or .ipynb.")
@narrowing
def starter(source: str | None, out: Path | None, said: Mapping[str, Any]) -> None:
    """Write the file that students fill in.

    It has signatures, shapes and formulas, and no answers. Where the assignment has an adapter, it is the file that the
    assignment names as its starter.
    """
    from gradecheck.grading.assignments.notebook import notebook
    from gradecheck.grading.assignments.starter import starter as file_of_python

    asked = loaded_assignment(source, said)
    told = f"gradecheck check FILE{f' --assignment {source}' if source else ''}{words(said)}"
    if asked.adapter is not None:
        if asked.starter is None:
            should = 'should, where there is an adapter: add starter = "starter.py", a file that students fill in'
            raise Usage(f"assignment: {source}: starter is not named, but {should}")
        if out is not None and out.suffix != ".py":
            raise Usage(f"out: {out} should be a .py, as {asked.starter.file} is")
    if out is None:
        text = file_of_python(asked, told)
        click.echo(text if sys.stdout.isatty() else text.encode(), nl=False)  # a file of Python is UTF-8
        return
    writers = {".py": file_of_python, ".ipynb": notebook}
    if out.suffix not in writers:
        was = f"a {out.suffix}" if out.suffix else "without a suffix"
        raise Usage(f"out: {out} is {was}, but should be a .py, or an .ipynb for a notebook")
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(writers[out.suffix](asked, told))
    except FileExistsError as error:
        raise Usage(f"out: {out} is there already, but should be a new file; name another") from error
    except OSError as error:
        raise Usage(f"out: {out} cannot be written ({error.strerror}), but should be a file of yours") from error
    click.echo(f"written to {out}")


@click.group()
def assignment() -> None:
    """Check an assignment before its release."""


@assignment.command("check")
@click.argument("source")
@Jobs
@Isolated
def assignment_check(source: str, jobs: int | None, isolation: Wanted) -> None:
    """Check the assignment SOURCE, a TOML file or the name of a pack that has one, before its release.

    A model answer has to get all points, and an empty file none. Every catalogued mistake has to cost points in its own
    function, and in no other. Right answers that are written in another way have to keep all points. Where the
    assignment has an adapter, the model answer is the one that the assignment names.

    The exit status is 1 where one of these does not hold.
    """
    need_linux()
    from gradecheck.grading.classrun.pool import MarkerError
    from gradecheck.grading.proof import prove
    from reports import proof as page
    from reports.screen import paragraph

    asked = loaded_assignment(source)
    if asked.adapter is not None and asked.model is None:
        should = 'should, where there is an adapter: add model = "right.py", an answer that has to get all points'
        raise Usage(f"assignment: {source}: model is not named, but {should}")
    jail = isolated(isolation, asked.packages)
    click.echo(paragraph(f"isolation: {jail.line}", further="  "))
    try:
        with click.progressbar(length=100, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
            proof = prove(asked, isolation, jobs or cores(), lambda share: bar.update(int(100 * share) - bar.pos))
    except MarkerError as error:
        raise Failed(str(error)) from error
    click.echo(page.terminal(proof))
    sys.exit(WRONG if proof.breaches else 0)
