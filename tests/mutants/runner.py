"""`make mutate`: mutants of our own modules, each of which a test must notice; what is equivalent is in one list.

As they come, fates are written to build/mutations.jsonl, and what no test noticed is printed.
"""

import json
import os
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gradecheck.machine.files import writable_folder, write
from tests.mutants.bench import Bench, Fate
from tests.mutants.printed import Printed
from tests.mutants.sessions import ROOT, warm_up
from tests.mutants.sources import TOOLS, Mutant, mutants

EQUIVALENT = Path(__file__).with_name("equivalent.toml")
TESTS = {  # longest first, so that no core waits for the last
    "gradecheck/numbers/rounding.py": ("radius", "ball"),
    "gradecheck/numbers/radii.py": ("radii", "radius", "ball"),
    "lectures/training/trajectory.py": ("lock_step", "trajectory_engine"),
    "gradecheck/numbers/compare.py": ("compare", "check"),
    "manual/network.py": ("network", "bad_input"),
    "manual/losses.py": ("losses", "slides", "bad_input"),
    "manual/activations.py": ("activations", "slides", "bad_input"),
    "manual/arguments.py": ("bad_input", "losses", "network"),
    "manual/linear.py": ("linear", "bad_input"),
    "manual/sgd.py": ("sgd", "bad_input"),
}
DEAD = ("killed", "timeout")


def check_known(files: Sequence[str]) -> None:
    """Raises ValueError for a file that is not mutated."""
    for file in files:
        if file not in TESTS:
            msg = f"mutate: {file} is not mutated, but should be one of {', '.join(TESTS)}"
            raise ValueError(msg)


def equivalents(made: dict[str, list[Mutant]]) -> dict[str, set[str]]:
    """Ids of the mutants listed as equivalent, by file. Raises ValueError for one that no tool makes any more."""
    listed: dict[str, set[str]] = {file: set() for file in TESTS}
    for entry in tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")).get("equivalent", ()):
        if set(entry) != {"file", "why", "mutants"}:
            msg = f"mutate: an entry of {EQUIVALENT.name} has {', '.join(entry)}, but should have file, why, mutants"
            raise ValueError(msg)
        check_known([entry["file"]])
        listed[entry["file"]] |= set(entry["mutants"])
    for file in made:
        stale = sorted(listed[file] - {mutant.id for mutant in made[file]})
        if stale:
            lines = "\n".join(stale)
            msg = f"mutate: {EQUIVALENT.name} lists what is no mutant of {file} any more; take out or adapt:\n{lines}"
            raise ValueError(msg)
    return listed


def try_file(file: str, made: Sequence[Mutant], listed: set[str], out: Path) -> None:
    """The fates of a file's mutants, a line of JSON each, appended to out."""

    shown = os.dup(1)  # pytest's own output is hidden, and this is said from where it is

    def say(mutant: Mutant, fate: Fate, by: str, cpu: float) -> None:
        row = {"file": file, "id": mutant.id, "tools": mutant.tools, "operator": mutant.operator}
        row |= {"fate": fate, "listed": mutant.id in listed, "by": by, "cpu": round(cpu, 3)}
        with out.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(row) + "\n")
        if (fate in DEAD) == row["listed"]:
            though = ", though listed as equivalent" * row["listed"]
            os.write(shown, f"{fate}{though}: {file}: {mutant.id}\n".encode())

    with tempfile.TemporaryDirectory() as scratch:
        Bench(file, TESTS[file], Path(scratch), say).try_all(made, listed)


def try_files(made: dict[str, list[Mutant]], listed: dict[str, set[str]], out: Path) -> bool:
    """All files, one a core at a time, each in a fork of what is imported; whether all of them ended well."""
    waiting, running, well = list(made), 0, True
    while waiting or running:
        if waiting and running < (os.cpu_count() or 1):
            file = waiting.pop(0)
            running += 1
            if os.fork() == 0:
                status = 1
                try:
                    try_file(file, made[file], listed[file], out)
                    status = 0
                except Exception as error:
                    print(error, file=sys.stderr, flush=True)
                finally:
                    os._exit(status)
        else:
            well = os.wait()[1] == 0 and well
            running -= 1
    return well


def table(rows: Sequence[dict[str, Any]]) -> Printed:
    """Killed and equivalent by module and tool, as docs/development.md shows it."""
    lines = []
    for file in (*TESTS, "all"):
        of_file = [row for row in rows if file in (row["file"], "all")]
        cells = []
        for tool in TOOLS:
            fates = Counter("equivalent" if row["listed"] else row["fate"] for row in of_file if tool in row["tools"])
            dead = sum(fates[fate] for fate in DEAD)
            cells += [fates.total(), dead, fates["equivalent"], fates.total() - dead - fates["equivalent"]]
        if of_file:
            lines.append((file, *cells))
    headers = [f"{tool}: {what}" for tool in TOOLS for what in ("mutants", "killed", "equivalent", "survived")]
    return Printed("Changes of our own sources, by mutmut's operators and by ours", ("module", *headers), lines)


def main(chosen: Sequence[str]) -> int:
    """Try all mutants of the chosen files, or of all; 1 where one survives or is listed without reason."""
    try:
        check_known(chosen)
        made = {file: list(mutants((ROOT / file).read_text(encoding="utf-8"))) for file in chosen or TESTS}
        listed = equivalents(made)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    out = writable_folder(ROOT / "build") / "mutations.jsonl"
    out.write_text("", encoding="utf-8")
    begun = time.monotonic()
    warm_up()
    well = try_files(made, listed, out)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    found = table(rows)
    if not chosen:  # a part would stand in the report as if it were all
        write(out.with_suffix(".json"), json.dumps({"schema": 1, "tables": [found.as_dict()]}, indent=1) + "\n")
    print(found.text())
    fates = Counter(row["fate"] for row in rows)
    print(f"{len(rows)} mutants, no two the same: {dict(fates)}; {time.monotonic() - begun:.0f} s", flush=True)
    right = all((row["fate"] in DEAD) != row["listed"] for row in rows)
    return 0 if well and right and len(rows) == sum(map(len, made.values())) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
