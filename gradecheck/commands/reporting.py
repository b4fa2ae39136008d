"""report: everything found in one run, as a page, as Markdown and as JSON; or the page of an earlier run."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from gradecheck.commands.common import WRONG, Failed, Usage, command_line, one_thread, output_folder
from gradecheck.commands.narrowing import Narrowed, found_pack
from gradecheck.commands.verifying import (
    asked,
    checked_options,
    chosen_contracts,
    held_and_missing,
    loaded_implementation,
    tell_prints,
    verifying,
)

if TYPE_CHECKING:
    from reports.reading import Document

Json = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(cls=Narrowed)
@click.option("--out", default="build/report", show_default=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--formula", multiple=True, metavar="NAME", help="Report only this one; may be given again.")
@click.option("--compare", type=Json, metavar="OLD.json", help="Say what changed since that report.")
@click.option("--peers", type=Json, metavar="FILE", help="Add what published code does: the peers.json of make peers.")
@click.option(
    "--operators", type=Json, metavar="FILE", help="Add torch's own operators: the operators.json of make operators."
)
@click.option(
    "--mutants", type=Json, multiple=True, metavar="FILE", help="Add what the suite catches: a JSON of make mutants."
)
@click.option(
    "--from", "source", type=Json, metavar="FILE", help="Make the page again from this report.json; run nothing."
)
@verifying
def report(
    out: Path,
    formula: tuple[str, ...],
    compare: Path | None,
    peers: Path | None,
    operators: Path | None,
    mutants: tuple[Path, ...],
    source: Path | None,
    **told: Any,
) -> None:
    """Write the comparison report.

    It has every formula, and what the pack shows beside them, such as training runs. A report that is interrupted
    leaves the one before it as it was.

    The exit status is 1 where anything is wrong, or worse than in --compare. It is 2 for a mistake in the command,
    which is found before any work.
    """
    one_thread()
    if source is not None and (formula or told["implementation"]):
        raise Usage("report: --from runs nothing, but --formula or --implementation was given; leave one of them out")
    folder = output_folder(out)
    old = None if compare is None else _read(compare)
    more: Document = {} if peers is None else {"peers": _read(peers, "peers")}
    if operators is not None:
        more["operators"] = _read(operators, "operators")
    if mutants:
        more["mutants"] = [_read(path, "mutants") for path in mutants]
    if source is None:
        document, texts = _run(formula, told)
    else:
        document, texts = _read(source), {}
    document = {**document, **more}
    if old is not None and compare is not None:
        document = _compared(document, old, compare.name)
    if source is None:
        texts["report.json"] = _dumps(document)
    page, missing = _page(document, source)
    if page is not None:
        texts["report.html"] = page
    elif source is not None:
        raise Usage(missing)
    _finish(folder, document, texts, missing)


def _read(path: Path, what: Literal["read", "peers", "operators", "mutants"] = "read") -> Document:
    """An earlier report, or what one of the make targets beside it wrote."""
    from reports import reading

    try:
        found: Document = getattr(reading, what)(path.read_text(encoding="utf-8"), path.name)
        return found
    except (OSError, ValueError) as error:
        raise Usage(str(error)) from error


def _run(formula: tuple[str, ...], told: Mapping[str, Any]) -> tuple[Document, dict[str, str]]:
    """Print the tables, and return the document, and the Markdown by its file's name."""
    from gradecheck.verifying.check import ensure_bounds

    pack = found_pack(told["pack"])
    contracts = chosen_contracts(formula, pack)
    options = checked_options(pack, told)
    contracts = asked(contracts, options)
    ensure_bounds(contracts)
    subject = loaded_implementation(pack, told["implementation"], told["seconds"])
    held, missing = held_and_missing(contracts, formula, subject)
    from gradecheck.reporting.report import build
    from gradecheck.reporting.tasks import MOST_PROCESSES, EndedError
    from reports import document, markdown, terminal

    try:
        found = build(held, subject, options, command_line(), _progress, MOST_PROCESSES, missing)
    except EndedError as error:
        raise Failed(str(error)) from error
    _progress("")
    click.echo(terminal.report(found))
    tell_prints(subject, found.verifications)
    return document.as_dict(found), {"report.md": markdown.markdown(found)}


def _progress(stage: str) -> None:
    """Show the stage: on a terminal in one line that changes, in a log on a line of its own."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{stage}", nl=False, err=True, color=True)  # color=True keeps the control codes
    elif stage:
        click.echo(f"  {stage}", err=True)


def _compared(document: Document, old: Document, name: str) -> Document:
    from reports.changes import changes, summary, table

    found = changes(old, document, name)
    if found["rows"]:
        click.echo(f"\n{table(found).terminal()}")
    click.echo(f"\n{summary(found)}")
    return {**document, "changes": found}


def _dumps(document: Document) -> str:
    from reports.document import dumps

    return dumps(document)


def _page(document: Document, source: Path | None) -> tuple[str | None, str]:
    """The page and "", or None and why there is none."""
    from reports.page import page

    _progress("the page")
    try:
        return page(document), ""
    except ModuleNotFoundError as error:
        return None, str(error)
    except Exception as error:  # somebody else may have written the file, with anything in it
        if source is None:
            raise
        msg = f"report: {source} cannot be made a page of ({type(error).__name__}: {error}); make it again"
        raise Usage(msg) from error
    finally:
        _progress("")


def _finish(folder: Path, document: Document, texts: Mapping[str, str], missing: str) -> None:
    """Write all files or none."""
    from gradecheck.machine.files import write_together

    write_together({folder / name: text for name, text in texts.items()})
    click.echo(f"written to {folder}: {', '.join(texts)}")
    if missing:
        click.echo(f"without the page: {missing}")
    worse = document.get("changes") and document["changes"]["worse"]
    sys.exit(0 if document["passes"] and not worse else WRONG)
