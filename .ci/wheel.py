"""Installs the one wheel in a folder where no checkout is in reach, and imports every module from it."""

import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path
from zipfile import ZipFile

ROOMS = ("manual", "reference", "gradecheck", "lectures", "reports")
STUB = "gradecheck/__init__.pyi"
CHECKOUT = Path(__file__).parents[1]

IMPORT = """
import importlib, sys
for name in sys.argv[2:]:
    file = importlib.import_module(name).__file__
    if not file.startswith(sys.argv[1]):
        sys.exit(f"{name} came from {file}, but should come from the wheel in {sys.argv[1]}")
"""


def files_of(room: str) -> set[str]:
    """Its Python, and what is read beside it: templates, styles, assignments."""
    paths = [path for path in (CHECKOUT / room).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(CHECKOUT).as_posix() for path in paths}


def module(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def main(folder: Path) -> None:
    (wheel,) = folder.glob("*.whl")
    packed = set(ZipFile(wheel).namelist())
    files = set().union(*map(files_of, ROOMS))
    missing = (files | {f"{room}/{name}" for room in ROOMS for name in ("__init__.py", "py.typed")} | {STUB}) - packed
    if missing:
        sys.exit(f"{wheel.name} lacks {', '.join(sorted(missing))}")

    with tempfile.TemporaryDirectory() as home:
        venv.create(home, with_pip=False)
        python = Path(home, "bin", "python")
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python)]
        subprocess.run([*pip, "install", "--no-deps", "--no-index", str(wheel.resolve())], check=True)
        site = Path(sysconfig.get_path("purelib", vars={"base": home, "platbase": home}))
        # The dependencies are those of the tests. A folder named in a .pth file lends its packages, but its
        # own .pth files, the editable install of the checkout among them, are not read.
        (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
        names = sorted(module(file) for file in files if file.endswith(".py") and not file.endswith("__main__.py"))
        subprocess.run([python, "-I", "-c", IMPORT, str(site), *names], check=True, cwd=home)
        subprocess.run([python.with_name("gradecheck"), "--help"], check=True, cwd=home)
    print(f"{wheel.name}: {len(names)} modules of {', '.join(ROOMS)} imported, gradecheck --help ran")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
