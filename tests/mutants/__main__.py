"""`make mutants`: the kill matrix over many seeds, the peers' policies, and what mutation tools leave alive."""

import json
import multiprocessing
import os
import sys
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import click

from gradecheck.machine.files import writable_folder, write
from tests.lecture import CONTRACTS, PROVED
from tests.mutants.matrix import Fate, try_job
from tests.mutants.policies import try_policies
from tests.mutants.printed import Printed

SEEDS = 20
EXAMPLES = 100


@click.command()
@click.option("--seeds", default=SEEDS, show_default=True)
@click.option("--examples", default=EXAMPLES, show_default=True)
@click.option("--out", default="build", type=click.Path(file_okay=False, path_type=Path), show_default=True)
def main(seeds: int, examples: int, out: Path) -> None:
    """Try every mistake and every honest variant; exit 1 where one survives or is blamed."""
    folder = writable_folder(out)
    os.environ["OMP_NUM_THREADS"] = "1"
    jobs = [(function, examples, seed) for seed in range(seeds) for function in PROVED]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as pool:
        with click.progressbar(pool.map(try_job, jobs), length=len(jobs), label="kill matrix", file=sys.stderr) as bar:
            found = list(bar)
        with click.progressbar(pool.map(try_policies, CONTRACTS), length=len(CONTRACTS), label="policies") as bar:
            policies = [row for rows in bar for row in rows]
    mistakes = _by_id(fate for pair in found for fate in pair[0])
    variants = _by_id(fate for pair in found for fate in pair[1])
    survivors = sorted(id for id, fates in mistakes.items() if not all(f.killed for f in fates))
    blamed = sorted(id for id, fates in variants.items() if any(f.killed for f in fates))
    matrix, summary = _matrix(mistakes), _summary(mistakes, variants, survivors, blamed, policies)
    printed = f"{matrix.text()}\n\n{summary.text()}"
    write(folder / "mutants.md", printed + "\n")
    document = {
        "schema": 1,
        "tables": [summary.as_dict(), matrix.as_dict()],
        "seeds": seeds,
        "examples": examples,
        "mistakes": {id: _record(fates) for id, fates in sorted(mistakes.items())},
        "variants": {id: _record(fates) for id, fates in sorted(variants.items())},
        "policies": [list(row) for row in policies],
    }
    write(folder / "mutants.json", json.dumps(document, indent=1) + "\n")
    print(printed)
    for id in survivors:
        print(f"SURVIVED: {id}, with seeds {[f.seed for f in mistakes[id] if not f.killed]}")
    for id in blamed:
        print(f"BLAMED: {id}: {sorted({r for f in variants[id] for r in f.reasons})}")
    sys.exit(1 if survivors or blamed else 0)


def _by_id(fates: Iterable[Fate]) -> dict[str, list[Fate]]:
    found = defaultdict(list)
    for fate in fates:
        found[fate.id].append(fate)
    return dict(found)


def _record(fates: list[Fate]) -> dict[str, object]:
    return {
        "killed": sum(f.killed for f in fates),
        "seeds": len(fates),
        "caught": sorted({f"{check}: {regime}" for f in fates for check, regime in f.caught}),
        "reasons": sorted({reason for f in fates for reason in f.reasons}),
    }


def _matrix(mistakes: dict[str, list[Fate]]) -> Printed:
    """Mistake x check, with the regimes that caught it."""
    rows = []
    for id, fates in sorted(mistakes.items()):
        regimes = defaultdict(set)
        for fate in fates:
            for check, regime in fate.caught:
                regimes[check].add(regime)
        said = [", ".join(sorted(regimes[check])) for check in ("correctness", "edges", "stability")]
        reasons = ", ".join(sorted({reason for f in fates for reason in f.reasons}))
        rows.append((id, f"{sum(f.killed for f in fates)}/{len(fates)}", *said, reasons))
    headers = ("mistake", "seeds that kill it", "correctness", "edges", "stability", "how")
    return Printed("Every mistake, and which inputs of which check caught it", headers, rows, long=True)


def _summary(
    mistakes: dict[str, list[Fate]],
    variants: dict[str, list[Fate]],
    survivors: list[str],
    blamed: list[str],
    policies: list[tuple[str, str, str, bool]],
) -> Printed:
    """Caught and blamed, ours against theirs."""
    ours = ("gradecheck", f"{len(mistakes) - len(survivors)}/{len(mistakes)}", f"{len(blamed)}/{len(variants)}")
    rows = [ours]
    for name in dict.fromkeys(row[0] for row in policies):
        caught = sum(not ok for policy, kind, _, ok in policies if policy == name and kind == "mistake")
        wrongly = sum(not ok for policy, kind, _, ok in policies if policy == name and kind == "variant")
        rows.append((name, f"{caught}/{len(mistakes)}", f"{wrongly}/{len(variants)}"))
    headers = ("policy", "mistakes caught", "right implementations blamed")
    return Printed("Caught and blamed, by this suite and under the policies of others", headers, rows)


if __name__ == "__main__":
    main()
