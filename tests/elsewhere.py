"""A virtual environment with the engine alone, away from our tree, and commands that are run there."""

import os
import shutil
import subprocess
import sysconfig
import tomllib
import venv
from dataclasses import dataclass
from pathlib import Path

import gradecheck as engine

ROOT = Path(__file__).parents[1]
TINY = Path(__file__).parent / "packs" / "tinylecture"
ENGINE = ("gradecheck", "reports")
IGNORE = shutil.ignore_patterns("__pycache__")


@dataclass(frozen=True)
class Elsewhere:
    """home: the working directory of every command.    site: where distributions are installed."""

    home: Path
    site: Path
    python: Path

    @classmethod
    def at(cls, folder):
        """gradecheck is installed there without any lecture; what it needs is lent by the tests' own Python.

        A folder named in a .pth file lends its packages; its own .pth files, our tree's among them, are not read.
        """
        venv.create(folder / "venv", with_pip=False)
        site = Path(sysconfig.get_path("purelib", vars={"base": folder / "venv", "platbase": folder / "venv"}))
        for room in ENGINE:
            shutil.copytree(ROOT / room, site / room, ignore=IGNORE)
        _describe(site, "gradecheck", engine.__version__)
        (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
        home = folder / "home"
        home.mkdir()
        return cls(home, site, folder / "venv" / "bin" / "python")

    def install(self, project):
        """A distribution of a src layout, as an installer lays it out."""
        told = tomllib.loads((project / "pyproject.toml").read_text())["project"]
        shutil.copytree(project / "src", self.site, dirs_exist_ok=True, ignore=IGNORE)
        _describe(self.site, told["name"], told["version"], told["dependencies"], told["entry-points"].items())

    def run(self, *command, status=0):
        """What Python prints there. Nothing that it says may be a traceback."""
        kept = {name: os.environ[name] for name in ("PATH", "OMP_NUM_THREADS") if name in os.environ}
        environment = {**kept, "GRADECHECK_CACHE": str(self.home / "cache"), "COLUMNS": "200"}
        words = [str(word) for word in (self.python, "-P", *command)]
        run = subprocess.run(words, cwd=self.home, env=environment, capture_output=True, text=True, check=False)
        assert "Traceback" not in run.stderr, run.stderr
        assert run.returncode == status, f"{run.stdout}\n{run.stderr}"
        return run.stdout + run.stderr

    def gradecheck(self, *words, status=0):
        return self.run("-m", "gradecheck", *words, status=status)


def _describe(site, name, version, needs=(), entry_points=()):
    folder = site / f"{name}-{version}.dist-info"
    folder.mkdir()
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {n}" for n in needs)]
    (folder / "METADATA").write_text("\n".join(lines) + "\n")
    groups = [f"[{group}]\n" + "".join(f"{k} = {v}\n" for k, v in offers.items()) for group, offers in entry_points]
    (folder / "entry_points.txt").write_text("\n".join(groups))


KEYS = """
import sys
from gradecheck.packs import registry
from gradecheck.grading.bank import store, digests
pack = registry.find(sys.argv[1])
contract = pack.contracts[sys.argv[2]]
print(store.key(contract, 16, 0), digests.code(pack))
"""


def keys(place, pack, function):
    """The keys under which a function's bank and a class's marks are kept."""
    return place.run("-c", KEYS, pack, function).split()
