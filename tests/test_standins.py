"""Packages that change no value are there and do nothing; what computes is not there."""

import numpy as np
import pytest

from gradecheck.grading.jail.answers import Raised, Returned
from gradecheck.grading.jail.inside import standins
from gradecheck.grading.jail.inside.protocol import Cases
from gradecheck.grading.jail.isolation import isolation
from gradecheck.grading.jail.limits import Limits
from gradecheck.grading.jail.session import Session
from gradecheck.grading.source import File
from tests.tiers import TIERS, tier

QUICK = Limits(question=5.0, load=5.0)
X = np.array([1.0, -2.0, 3.0])
ONE = Cases.pack([(X,)])
OWN = File("tqdm.py", b"two = 2")

# Each defines f, and f(x) is 2 x.
RIGHT = {
    "tqdm": "from tqdm import tqdm\ndef f(x): return sum((x for _ in tqdm(range(2), desc='up')), 0 * x)",
    "tqdm.tqdm": "import tqdm\ndef f(x): return sum((x for _ in tqdm.tqdm([1, 2])), 0 * x)",
    "called by mistake": "import tqdm\ndef f(x): return sum((x for _ in tqdm(range(2))), 0 * x)",
    "trange": "from tqdm.auto import trange\ndef f(x): return sum((x for _ in trange(1, 3)), 0 * x)",
    "tqdm.notebook": "from tqdm.notebook import tqdm\ndef f(x): return x * (1 + dict(tqdm(enumerate([0, 1])))[1])",
    "a bar": """
from tqdm import tqdm
def f(x):
    bar = tqdm(range(2))
    for i in bar:
        bar.set_description(f"step {i}"); bar.set_postfix(loss=1.0); bar.update()
    with tqdm(total=3) as other:
        other.update(1)
    tqdm.write("done")
    return x * len(bar)
""",
    "contrib": "from tqdm.contrib import tenumerate\ndef f(x): return x * sum(i + 1 for i, _ in tenumerate([0])) * 2",
    "rich": """
from rich import print
from rich.console import Console
from rich.progress import track, Progress
from rich.table import Table
def f(x):
    print("[bold]loss[/]", 3)
    table = Table(title="t"); table.add_column("a"); Console().print(table, style="bold", justify="left")
    with Progress() as progress:
        task = progress.add_task("x", total=2)
        progress.update(task, advance=1)
    return sum((x for _ in track([1, 2], description="...")), 0 * x)
""",
    "other bars": """
from alive_progress import alive_bar, alive_it
import progressbar
def f(x):
    with alive_bar(3) as bar: bar()
    for _ in progressbar.ProgressBar(max_value=1)([1]): x = x + 0
    for _ in progressbar.progressbar(range(1)): x = x * 2
    return sum((x for _ in alive_it([1])), 0 * x)
""",
    "plots": """
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib import cm, animation
from mpl_toolkits.mplot3d import Axes3D
plt.rcParams["figure.figsize"] = (4, 3)
plt.style.use("ggplot")
def f(x):
    fig, ax = plt.subplots(figsize=(3, 3))
    fig, (left, right) = plt.subplots(1, 2)
    n, bins, patches = plt.hist(x, bins=3)
    line, = ax.plot(x, color=cm.viridis(0.5), lw=2)
    low, *others, high = ax.get_ylim(), 1
    for axis in plt.subplots(2, 2)[1].flat: axis.imshow(x)
    ax.set_title(f"{fig.dpi:.1f}"); ax[0, 1].set_xlim(0, ax.get_xlim()[1] + 1)
    if plt.get_fignums() and ax.lines > 3: raise ValueError
    with plt.xkcd(): plt.plot(x)
    animation.FuncAnimation(fig, lambda i: None, frames=10).save("a.gif")
    assert not isinstance(x, plt.Axes)
    plt.show()
    return 2 * x
""",
    "seaborn": "import seaborn as sns\nsns.set_theme()\ndef f(x):\n    sns.heatmap(x, annot=True)\n    return 2 * x",
    "all of pyplot": "from matplotlib.pyplot import *\ndef f(x):\n    figure(); plot(x); show()\n    return 2 * x",
    "pylab": "from pylab import *\ndef f(x):\n    plot(x); show()\n    return log(exp(x)) * 2 if False else add(x, x)",
    "display": """
from IPython.display import display, clear_output, HTML
from IPython import get_ipython
import ipywidgets as widgets
@widgets.interact(k=(0, 3))
def show(k): return k
@widgets.interact
def f(x):
    clear_output(wait=True); display(HTML("<b>x</b>")); display(x)
    return 2 * x
""",
    "numba": """
import numba as nb
from numba import njit, jit, prange, vectorize, float64
@njit
def one(x): return x
@njit(parallel=True, fastmath=True)
def two(x):
    for _ in prange(1): x = x + 0
    return x
@jit("float64[:](float64[:])", nopython=True)
def three(x): return x
@nb.njit(nb.float64[:](nb.float64[:]), cache=True)
def four(x): return x
@vectorize([float64(float64)], target="parallel")
def five(v): return v if v > 0 else -v
@vectorize
def six(v): return v
@nb.experimental.jitclass([("x", float64)])
class Kept:
    def __init__(self, x): self.x = x
def f(x): return np.sign(x) * five(x) + one(two(three(four(six(Kept(x).x)))))
""",
    "types": """
from beartype import beartype
from beartype.typing import List
from jaxtyping import Array, Float, jaxtyped
from typeguard import typechecked, check_type
from typing_extensions import Annotated, Literal, override
from typing import Optional, Union
@jaxtyped(typechecker=beartype)
def one(x: Float[np.ndarray, "n d"]) -> Optional[Float[Array, ""]]: return x
@beartype
def two(x: Union[Float[Array, "n"], int], k: Literal["a"] = "a") -> List[int]: return x
@typechecked
class Net:
    @override
    def run(self, x: Annotated[np.ndarray, "n"]) -> Float[Array, "n"] | None: return x
def f(x): return one(x) + two(check_type(Net().run(x), np.ndarray))
""",
    "colours": """
from colorama import Fore, init
from termcolor import colored, cprint
from tabulate import tabulate
from prettytable import PrettyTable
init(autoreset=True)
def f(x):
    print(Fore.RED + "red" + Fore.RESET, "x" + Fore.BLUE, f"{Fore.RED}!", colored("loss", "red"), tabulate([[1]]))
    cprint("x"); PrettyTable(["a"]).add_row([1])
    return 2 * x
""",
    "loggers": """
from loguru import logger
from icecream import ic
@logger.catch
def f(x):
    logger.info("x = {}", x)
    return ic(x) * 2
""",
    "kept apart": "import copy, matplotlib.pyplot as plt\nfig = copy.deepcopy(plt.figure())\ndef f(x): return 2 * x",
}


@pytest.fixture(scope="module", params=TIERS)
def where(request):
    return tier(request.param)


@pytest.mark.parametrize("way", RIGHT)
def test_what_only_shows_changes_no_value(way, where):
    with Session([f"import numpy as np\n{RIGHT[way]}"], where, QUICK) as session:
        assert session.loaded.problems == ()
        (answer,) = session.call("f", ONE).answers
        assert isinstance(answer, Returned), answer
        assert answer.value.tolist() == (2 * X).tolist()


ABSENT = ["pandas", "scipy", "torch", "sklearn", "cupy", "jax", "google.colab", "PIL", "numba.cuda", "numba.typed"]


@pytest.mark.parametrize("name", ABSENT)
def test_what_computes_or_tells_of_a_place_is_not_there(name, where):
    code = f"import importlib.util\ndef f(x):\n    import {name}\ndef g(x):\n    "
    code += f"return float(importlib.util.find_spec({name.split('.')[0]!r}) is not None)"
    with Session([code], where, QUICK) as session:
        (answer,) = session.call("f", ONE).answers
        assert isinstance(answer, Raised)
        assert answer.type == "ModuleNotFoundError"
        assert session.call("g", ONE).answers[0].value == name.startswith("numba")


def test_a_notebook_has_its_own_names_and_a_file_has_not(where):
    code = """
place = "colab" if "google.colab" in str(get_ipython()) else "elsewhere"
get_ipython().run_line_magic("matplotlib", "inline")
def f(x):
    display(x)
    return x * 2 * (place == "elsewhere")
"""
    with Session([code], where, QUICK, file="hw3.ipynb") as session:
        assert session.call("f", ONE).answers[0].value.tolist() == (2 * X).tolist()
    with Session([code], where, QUICK, file="hw3.py") as session:
        assert session.loaded.problems[0].why.name == "get_ipython"


def test_what_is_unpacked_has_as_many_parts_as_the_caller_wants():
    thing = standins.Inert()
    a, b, c = thing
    (d, e), *_ = thing, 1
    g, *h = thing
    assert h == []
    assert list(thing) == [] == [*zip(thing, thing, strict=True)]
    assert {type(x) for x in (a, b, c, d, e, g)} == {standins.Inert}


def test_nothing_is_hidden_that_is_there():
    """The real package comes before its stand-in, and a submission's own module before both."""
    finder = standins.Finder()
    assert finder.find_spec("matplotlib") is not None
    assert finder.find_spec("numpy.absent") is finder.find_spec("absent") is None
    assert list(finder.absent) == ["absent"]
    with Session(["import tqdm\ndef f(x): return x * tqdm.two"], isolation("none"), QUICK, beside=[OWN]) as session:
        assert session.call("f", ONE).answers[0].value.tolist() == (2 * X).tolist()
