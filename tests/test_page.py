"""The comparison report's page: whole, self-contained, escaped, and the same every time."""

import base64
import hashlib
import json
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

import gradecheck.reporting.report as whole
from gradecheck.arguments.scope import Scope
from gradecheck.cli import main
from lectures.lecture03 import exhibits
from lectures.lecture03.loose import LOOSE
from reports import changes, document, reading, typeset
from tests.lecture import CONTRACTS, PACK
from tests.mutants.printed import Printed
from tests.pages import HOSTILE_NAME, hostile_document, small_document, small_page

pytest.importorskip("jinja2", reason="the page needs the report extra; pip install 'gradecheck[report]'")

ROOT = Path(__file__).parents[1]
PARTS = ["verdict", "formulas", "one-by-one", *(f"exhibit-{i}" for i in range(1, 5)), "unchecked", "ran"]
TITLES = ["SGD and momentum", "Real digits", "Worked example", "What is open"]
"""Of the lecture's own parts."""
VOID = {"meta", "link", "input", "br", "img", "wbr"}


class Elements(HTMLParser):
    """Every element of a page, and the text of its scripts."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.found, self.open, self.scripts = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts.append(data)


def call(*arguments, code=0):
    result = CliRunner().invoke(main, ["report", *map(str, arguments)])
    assert result.exit_code == code, result.output
    return result.output


def strict(text):
    """JSON as the standard has it: no NaN, no Infinity."""
    return json.loads(text, parse_constant=lambda token: pytest.fail(f"{token} is no JSON"))


def written(folder, found, name="report.json"):
    file = folder / name
    file.write_text(document.dumps(found), encoding="utf-8")
    return file


# -- what it holds


def test_the_parts_stand_in_their_order():
    found = Elements(small_page()).found
    heads = [attributes["id"] for tag, attributes in found if tag == "h2"]
    assert heads == PARTS
    assert re.findall(r'<li><a href="#exhibit-\d">([^<]*)</a></li>', small_page()) == TITLES
    links = [a["href"] for tag, a in found if tag == "a" and a["href"].startswith("#")]
    ids = Counter(a["id"] for _, a in found if "id" in a)
    assert set(ids.values()) == {1}
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert [link for link in links if link.startswith("#formula-")]


def test_every_formula_has_a_row_and_every_comparison_a_cell():
    table = re.search(r'<table id="comparisons".*?</table>', small_page(), re.DOTALL)[0]
    comparisons = small_document()["comparisons"]
    formulas = {c["formula"] for c in comparisons}
    assert table.count("<tr>") == 1 + len(formulas)
    assert table.count('class="badge') == len(formulas) + len(comparisons)
    columns = [f"{direction} {dtype}" for direction in ("forward", "backward") for dtype in ("float64", "float32")]
    numbers = ["worst error / bound", "worst ulp", "digits of agreement", "examples"]
    assert re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', table) == ["formula", "verdict", *columns, *numbers]


def failing(**changed):
    """The small document, softmax's forward comparison in float64 wrong."""
    found = json.loads(json.dumps(small_document()))
    row = next(c for c in found["comparisons"] if (c["formula"], c["direction"]) == ("softmax", "forward"))
    row |= {"verdict": "wrong", **changed}
    row["worst_case"] |= {"said": "softmax is off", "pairs": [[0.25, 0.5], [0.75, 1.5], [0.5, "nan"]]}
    return found


def test_what_fails_stands_first_and_open_and_with_a_plot_of_both_sides():
    from reports.page import page

    text = page(failing())
    rows = re.findall(r'<tr><th scope="row"><a href="#formula-([a-z_]*)"', text)
    assert rows[0] == "softmax" != small_document()["comparisons"][0]["formula"]
    sections = re.findall(r'<details id="formula-([a-z_]*)"( open)?>', text)
    assert [name for name, is_open in sections if is_open] == ["softmax"] == [sections[0][0]]
    assert {name for name, _ in sections} == set(rows)
    (label,) = re.findall(r'aria-label="(Scatter plot of what manual gives against [^"]*)"', text)
    assert label.endswith("forward: float64, 3 numbers, 1 of them nan or inf.")
    assert text.index('href="#formula-softmax"') < text.index('<h2 id="formulas">')


def test_what_was_not_measured_has_no_number():
    """A function that is not there, and one that raised every time."""
    from reports.page import page

    text = page(failing(digits=None, worst_ratio=0.0, worst_ulp=0.0))
    row = re.search(r'<tr><th scope="row"><a href="#formula-softmax".*?</tr>', text)[0]
    assert '✗&nbsp;wrong</span> <span class="soft">–</span>' in row
    only = failing(digits=None)
    only["comparisons"] = [c for c in only["comparisons"] if c["verdict"] == "wrong"]
    row = re.search(r'<tr><th scope="row"><a href="#formula-softmax".*?</tr>', page(only))[0]
    assert re.findall(r'<td class="number">([^<]*)</td>', row) == ["–", "–", "–", "25"]


def test_a_function_that_is_missing_is_told_in_one_line_and_has_no_digits(tmp_path):
    file = tmp_path / "part.py"
    file.write_text("from manual import softmax\n\n\nclass Layer:\n    pass\n", encoding="utf-8")
    arguments = ("--formula", "softmax", "--formula", "tanh", "--examples", "25", "--out", tmp_path)
    said = call("--implementation", file, *arguments, code=1)
    line = "part.py does not have: softmax_backward, tanh, tanh_backward (3 of 4)"
    assert line in said
    assert "part.py holds the class Layer where functions are asked" in said
    found = strict((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert {c["formula"]: c["digits"] is None for c in found["comparisons"]} == {"softmax": False, "tanh": True}
    assert line in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert line in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_every_regime_that_is_named_leads_to_what_it_is():
    page = small_page()
    ids = set(re.findall(r'<dt id="regime-([a-z-]*)">', page))
    links = set(re.findall(r'<a href="#regime-([a-z-]*)" title="[^"]+">', page))
    assert {"moderate", "overflow-edges"} <= links <= ids
    assert "(ordinary numbers around 0, most of them below 10), " in page


def test_the_summary_stands_above_what_it_ran_on():
    page = small_page()
    assert page.index('<table id="comparisons"') < page.index("<dt>torch</dt>")


def test_a_section_holds_formula_code_bound_and_a_case_to_run():
    text = small_page()
    section = text[text.index('id="formula-softmax"') : text.index('id="formula-cross_entropy"')]
    for piece in ("<math", "manual/activations.py:", "reference/activations.py:", "exponentials", "aria-label"):
        assert piece in section
    assert "It rounds: 1 subtraction, 1 exp, 1 sum, 1 quotient." in section
    assert "Run this case again" in section


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("index", range(6))
def test_a_case_runs_and_prints_its_numbers(index, dtype, capsys):
    sheet = small_document()["sheets"][index]
    (row,) = (
        c
        for c in small_document()["comparisons"]
        if (c["formula"], c["direction"], c["dtype"]) == (sheet["subject"], sheet["direction"], dtype)
    )
    exec(compile(sheet["repros"][dtype], "repro", "exec"), {})
    printed = capsys.readouterr().out.split()
    element = row["worst_case"]["element"]
    if element is not None:
        assert [float(x) for x in printed] == [element["actual"], element["expected"]]


def test_code_is_read_from_its_file():
    for sheet in small_document()["sheets"]:
        for source in (*sheet["implementation"], *sheet["reference"], sheet["stable"]):
            lines = (ROOT / source["file"]).read_text(encoding="utf-8").splitlines()[source["line"] - 1 :]
            code = source["code"].splitlines()
            assert [line.strip() for line in lines[: len(code)]] == [line.strip() for line in code]


def test_every_part_of_a_section_is_shown_in_its_place():
    """A text, a list, tables, plots, what shows classes, and sections in the section."""
    page = small_page()
    digits = page[page.index('<h2 id="exhibit-2">') : page.index('<h2 id="exhibit-3">')]
    places = [
        *("Real digits <span", "1797 handwritten", ">Every training run on the digits<", "<summary><span"),
        *("<li>float64: all", "loss of both sides, float64", "lock-step: error / bound of every step"),
        *("that the two sides read differently: ", "Digits (rows) and what manual’s network reads (columns), float64"),
        *('<td class="hit">', "The first digits that are misread", "by torch as ", "the loss by epoch"),
    ]
    assert [digits.index(place) for place in places] == sorted(digits.index(place) for place in places)
    assert digits.count('<table class="confusion"') == 2
    assert re.findall(r"<details( open)?><summary><span class=\"name\">digits", digits) == [" open", ""]


def test_a_section_in_which_something_fails_is_open():
    from reports.page import page

    found = json.loads(json.dumps(small_document()))
    second = [part for part in found["sections"][1]["parts"] if part["kind"] == "section"][1]
    second["outcomes"][0]["verdict"] = "wrong"
    text = page(found)
    name = '<span class="name">digits, single[^<]*</span>'
    assert re.search(rf'<details open><summary>{name} <span class="badge bad">', text)
    assert re.search(r'<h2 id="exhibit-2">Real digits <span class="badge bad">', text)


def test_both_sides_distances_from_the_truth_stand_by_regime():
    for dtype in ("float64", "float32"):
        title = f"Worst ulp from the true value, {dtype}: manual / torch"
        table = small_page().partition(f'aria-label="{title}">')[2].partition("</table>")[0]
        assert {"moderate", "huge", "zeros"} <= set(re.findall(r'<th scope="col">([^<]*)</th>', table))
        assert table.count('<th scope="row">') == len(small_document()["sheets"])
        assert re.search(r"<td>\d+\.\d\d / \d+\.\d\d</td>", table)
    for sheet in small_document()["sheets"]:
        for distances in sheet["distances"].values():
            assert len(distances) >= 8
            if sheet["name"] == "relu":
                assert {(d["implementation_ulp"], d["reference_ulp"]) for d in distances} == {(0.0, 0.0)}
            if sheet["name"] == "sigmoid":
                assert 0 < max(float(d["implementation_ulp"]) for d in distances) < 10


def test_a_worst_number_is_shown_with_the_inputs_that_it_is_made_of():
    for sheet in small_document()["sheets"]:
        if sheet["name"] not in ("sigmoid", "softmax"):
            continue
        for dtype, said in sheet["made_of"].items():
            assert re.match(r"x(\[[\d, ]+\])? = ", said)
            assert f"<dt>input</dt><dd>{said[:60]}" in small_page()
            assert dtype in sheet["repros"]


def peers(**changed):
    """The smallest peers.json, its texts hostile."""
    evil = "<script>alert(1)</script>"
    table = {"headers": ["function", "fake"], "rows": [["mse", f"their convention [1] {evil}"]]}
    explained = {"number": 1, "peer": evil, "said": "their convention", "why": f"half `x` {evil}", "evidence": [evil]}
    return {
        "schema": 1, "passes": True, "faults": [], "summary": table, "matrix": table, "legend": evil,
        "explanations": [explained], **changed,
    }  # fmt: skip


@pytest.fixture(scope="module")
def with_everything(tmp_path_factory):
    """The page with the parts that other commands bring: of published code, and of what the suite catches."""
    folder = tmp_path_factory.mktemp("page")
    found = {"peers": peers(faults=["fake: not explained: relu"])}
    for name, long, count in (("mutants", False, 1), ("mutations", True, 3470), ("operators", False, 702)):
        table = Printed(f"{name} <b>", ("policy", "caught"), [("<script>", count)], long).as_dict()
        found[name] = {"schema": 1, "tables": [table], "legend": "<i>", "faults": ["exp <u>"], "missed": ["few <s>"]}
    for name, brought in found.items():
        (folder / f"{name}.json").write_text(json.dumps(brought), encoding="utf-8")
    options = {"--peers": ["peers"], "--operators": ["operators"], "--mutants": ["mutants", "mutations"]}
    arguments = [word for option, names in options.items() for n in names for word in (option, folder / f"{n}.json")]
    call("--from", written(folder, small_document()), *arguments, "--out", folder)
    return (folder / "report.html").read_text(encoding="utf-8")


def test_parts_that_other_commands_bring_stand_before_the_last(with_everything):
    elements = Elements(with_everything)
    brought = ["peers", "operators", "mutants"]
    assert [a["id"] for tag, a in elements.found if tag == "h2"] == [*PARTS[:-2], *brought, *PARTS[-2:]]
    assert len(elements.scripts) == 1


@pytest.mark.parametrize("said", ["their convention [1]", "half <code>x</code>", "fake: not explained: relu"])
def test_published_code_has_its_part_of_the_page(with_everything, said):
    assert said in with_everything


@pytest.mark.parametrize("said", ["mutants &lt;b&gt;", "&lt;script&gt;", "3470"])
def test_what_the_suite_catches_has_its_part_of_the_page(with_everything, said):
    assert said in with_everything.partition('<h2 id="mutants">')[2]


@pytest.mark.parametrize("said", ["operators &lt;b&gt;", "&lt;i&gt;", "exp &lt;u&gt;", "few &lt;s&gt;", "702"])
def test_torchs_own_operators_have_their_part_of_the_page(with_everything, said):
    assert said in with_everything.partition('<h2 id="operators">')[2].partition('<h2 id="mutants">')[0]


def test_a_run_keeps_the_peers(tmp_path):
    file = tmp_path / "peers.json"
    file.write_text(json.dumps(peers()), encoding="utf-8")
    arguments = ("--formula", "relu", "--examples", "25", "--peers", file, "--out", tmp_path / "out")
    call(*arguments)
    found = Elements((tmp_path / "out" / "report.html").read_text(encoding="utf-8")).found
    heads = {a["id"] for tag, a in found if tag == "h2"}
    assert ("peers" in heads, "mutants" in heads) == (True, False)
    call("--from", tmp_path / "out" / "report.json", "--out", tmp_path / "again")
    assert (tmp_path / "again" / "report.html").read_bytes() == (tmp_path / "out" / "report.html").read_bytes()


@pytest.mark.parametrize(
    "table",
    [
        1,
        {},
        {"caption": 1, "headers": [], "rows": [], "long": False},
        {"caption": "", "headers": ["a"], "rows": [[]], "long": True},
    ],
)
def test_a_table_that_is_none_is_refused_before_any_work(tmp_path, table):
    file = tmp_path / "mutants.json"
    file.write_text(json.dumps({"schema": 1, "tables": [table]}), encoding="utf-8")
    said = call("--mutants", file, "--formula", "relu", "--out", tmp_path / "out", code=2)
    assert "mutants.json has no tables of schema 1" in said


@pytest.mark.parametrize("option", ["peers", "operators", "mutants"])
@pytest.mark.parametrize(("text", "said"), [("{", "is no JSON"), ('{"schema": 1, "peers": []}', "make it again")])
def test_a_file_of_something_else_is_said_in_one_line(tmp_path, option, text, said):
    file = tmp_path / f"{option}.json"
    file.write_text(text, encoding="utf-8")
    assert said in call(f"--{option}", file, "--formula", "relu", "--out", tmp_path / "out", code=2)


def test_progress_is_told_for_every_piece_of_work(tmp_path):
    arguments = ("--formula", "relu", "--examples", "25", "--dtype", "float32", "--out", tmp_path)
    said = call(*arguments)
    assert "[1/" in said
    assert "relu float32" in said
    assert "the page" in said


def test_loose_slides_are_those_of_the_guide():
    guide = (ROOT / "docs" / "lecturer.md").read_text(encoding="utf-8")
    _, _, chapter = guide.partition("## Where the slides are loose\n")
    items = chapter.partition("\n## ")[0].split("\n- ")[1:]
    assert [" ".join(item.split()) for item in items] == list(LOOSE)


# -- self-contained, small, escaped


def test_nothing_is_fetched_and_only_our_script_runs():
    page = small_page()
    elements = Elements(page)
    assert re.findall(r"https?:", page) == []
    for _, attributes in elements.found:
        for name in ("src", "href", "action", "data"):
            assert attributes.get(name, "#").startswith(("#", "data:,"))
    assert re.findall(r"url\((?!#)", page) == []
    (script,) = elements.scripts
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = (a["content"] for tag, a in elements.found if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none';")
    assert f"script-src 'sha256-{digest}'" in policy
    assert [name for _, a in elements.found for name in a if name.startswith("on")] == []


def test_the_page_is_small():
    assert len(small_page().encode()) < 1_000_000


def test_every_plot_says_what_it_shows():
    plots = [a for tag, a in Elements(small_page()).found if tag == "svg" and a.get("class") == "plot"]
    assert len(plots) > 15
    assert all(a["role"] == "img" and len(a["aria-label"]) > 60 for a in plots)


def test_hostile_names_messages_and_docstrings_are_text(tmp_path):
    from reports.page import page

    text = page(hostile_document(tmp_path))
    elements = Elements(text)
    assert len(elements.scripts) == sum(tag == "script" for tag, _ in elements.found) == 1
    assert {"u", "img"} & {tag for tag, _ in elements.found} == set()
    assert "&lt;script&gt;alert(&#39;name&#39;)&lt;&amp;" in text
    assert '&lt;script&gt;document.title = "docstring"' in text
    assert "&lt;script&gt;document.title = &#39;exception&#39;" in text


def inside(sections):
    """Every record in them."""
    for record in sections:
        yield record
        yield from inside(record.get("parts", ()))


def spoil(record, evil):
    """Every word of a record that somebody may have written."""
    known = {"kind", "style"}
    for key, value in record.items():
        if isinstance(value, str) and key not in known:
            record[key] = evil
        elif isinstance(value, list) and value and isinstance(value[0], str):
            record[key] = [evil for _ in value]
        elif key in ("rows", "lines", "pictures"):
            for item in value:
                if isinstance(item, dict):
                    spoil(item, evil)
                else:
                    item[:] = [evil for _ in item]


def test_a_hostile_document_is_text(tmp_path):
    from reports.page import page

    evil = "<script>alert(1)</script>"
    found = json.loads(json.dumps(small_document()))
    found |= {"implementation": evil, "headline": evil, "unchecked": [evil], "broken": [evil]}
    found["environment"]["command"] = evil
    for sheet in found["sheets"]:
        sheet |= {"latex": r"\text{" + evil + "}", "formula": evil, "slide": evil, "twin": evil, "bound": evil}
        sheet["stable"]["code"] = evil
    for record in inside(found["sections"]):
        spoil(record, evil)
    for comparison in found["comparisons"]:
        comparison["verdict"] = "wrong"
        comparison["worst_case"]["said"] = comparison["worst_case"]["inputs"][0] = evil
    text = page(found)
    assert len(Elements(text).scripts) == 1
    assert evil not in text


@pytest.mark.parametrize(
    "latex", [r"\text{<script>alert(1)</script>}", r"\frac{", r"\href{javascript:alert(1)}{x}", "<b>", ""]
)
def test_what_is_no_formula_stands_in_plain_words(latex):
    shown = typeset.formula(latex, "x < 1")
    assert "<script" not in shown
    assert "javascript" not in shown or "href" not in shown
    assert "<b>" not in shown


@pytest.mark.parametrize("name", CONTRACTS)
def test_no_formula_shows_a_command_of_its_latex(name):
    shown = typeset.formula(CONTRACTS[name].latex, "")
    assert shown.startswith("<math")
    assert "\\" not in shown


def test_upright_letters_are_one_word():
    assert "<mi>MSE</mi>" in typeset.formula(r"\mathrm{MSE} = x", "")


def test_a_formula_in_another_size_is_one():
    assert 'scriptlevel="0"' in typeset.formula(r"\dfrac{1}{n} x", "")


# -- the same every time


def test_json_is_strict_and_reads_back():
    text = document.dumps(small_document())
    assert strict(text) == small_document() == reading.read(text, "report.json")
    assert document.dumps(strict(text)) == text


def test_from_makes_the_same_page(tmp_path):
    file = written(tmp_path, small_document())
    said = call("--from", file, "--out", tmp_path / "out")
    assert f"written to {tmp_path / 'out'}: report.html" in said
    assert (tmp_path / "out" / "report.html").read_text(encoding="utf-8") == small_page()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["report.html"]


def test_report_limited_to_a_formula_writes_all_three_and_from_repeats_it(tmp_path):
    arguments = ("--formula", "relu", "--examples", "25", "--dtype", "float32")
    assert "report.md, report.json, report.html" in call(*arguments, "--out", tmp_path)
    found = strict((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert {c["formula"] for c in found["comparisons"]} == {"relu"}
    assert found["unchecked"][0] == "training runs: they need every function"
    call("--from", tmp_path / "report.json", "--out", tmp_path / "again")
    assert (tmp_path / "again" / "report.html").read_bytes() == (tmp_path / "report.html").read_bytes()


def test_a_report_asks_what_is_said_and_nothing_else(tmp_path):
    said = ("--dtype", "float32", "--regime", "moderate", "--regime", "ties", "--alpha", 0.5)
    call("--formula", "leaky_relu", "--examples", "25", *said, "--out", tmp_path)
    found = strict((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert {c["dtype"] for c in found["comparisons"]} == {"float32"}
    for c in found["comparisons"]:
        assert set(c["regimes"]) == {"moderate", "ties"}
        assert c["worst_case"]["inputs"][-1] == "alpha = 0.5"
    for sheet in found["sheets"]:
        assert {dtype: {d["regime"] for d in own} for dtype, own in sheet["distances"].items()} == {
            "float32": {"moderate", "ties"}
        }


def test_an_older_document_and_that_of_verify_make_a_page(tmp_path):
    found = {key: small_document()[key] for key in ("schema", "environment", "comparisons")}
    call("--from", written(tmp_path, found), "--out", tmp_path)
    assert "holds no sheets" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_an_interrupted_report_leaves_the_one_before(tmp_path, monkeypatch):
    (tmp_path / "report.html").write_text("before", encoding="utf-8")

    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("gradecheck.reporting.report.verify", interrupted)
    result = CliRunner().invoke(main, ["report", "--formula", "relu", "--out", str(tmp_path)])
    assert result.exit_code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == "before"


def test_without_the_extra_the_rest_is_written(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "latex2mathml", None)
    said = call("--formula", "relu", "--examples", "25", "--dtype", "float32", "--out", tmp_path)
    assert "without the page: report: latex2mathml is not installed" in said
    assert "pip install 'gradecheck[report]'" in said
    assert {path.name for path in tmp_path.iterdir()} == {"report.md", "report.json"}
    assert "latex2mathml" in call("--from", tmp_path / "report.json", "--out", tmp_path, code=2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no JSON"),
        ("[]", "has no comparisons"),
        ('{"schema": 1, "comparisons": []}', "should be of schema 2: another version of gradecheck wrote"),
        ('{"schema": 2, "comparisons": [{"verdict": "agrees"}]}', "cannot be made a page of"),
        (
            '{"schema": 2, "environment": {}, "comparisons": [], "sections": [{"kind": "gallery"}]}',
            "cannot be made a page of",
        ),
    ],
)
def test_a_file_that_is_no_report_is_said_in_one_line(tmp_path, text, said):
    file = tmp_path / "old.json"
    file.write_text(text, encoding="utf-8")
    output = call("--from", file, "--out", tmp_path / "out", code=2)
    assert said in output
    assert "Traceback" not in output


def test_a_report_of_an_older_version_is_not_compared(tmp_path):
    old = written(tmp_path, {"schema": 1, "comparisons": [], "trajectories": []}, "old.json")
    said = call("--compare", old, "--formula", "relu", "--out", tmp_path / "out", code=2)
    assert "old.json is of schema 1, but should be of schema 2" in said
    assert "make it again with this one" in said


def test_from_takes_nothing_to_run(tmp_path):
    file = written(tmp_path, small_document())
    assert "--from runs nothing" in call("--from", file, "--formula", "relu", "--out", tmp_path, code=2)


# -- what changed


def changed(**row):
    """The comparisons of the small document, the first one changed."""
    found = json.loads(json.dumps({key: small_document()[key] for key in ("schema", "environment", "comparisons")}))
    found["comparisons"][0].update(row)
    return found


def test_nothing_changed():
    found = changes.changes(small_document(), small_document(), "old.json")
    assert (found["rows"], found["worse"], found["environment"]) == ([], False, {})
    assert "no verdict changed; 0 rows moved" in changes.summary(found)


@pytest.mark.parametrize(
    ("before", "now", "change", "code"),
    [
        ({"verdict": "exact"}, {"verdict": "agrees"}, "worse", 1),
        ({"verdict": "less accurate"}, {"verdict": "agrees"}, "better", 0),
        ({"worst_ratio": 0.25}, {"worst_ratio": 0.5}, "moved", 0),
        ({"formula": "gelu"}, {"formula": "gelu", "dtype": "float16"}, "gone", 1),
    ],
)
def test_a_change_is_told_and_one_for_the_worse_fails(tmp_path, before, now, change, code):
    old = written(tmp_path, changed(**before), "old.json")
    new = written(tmp_path, changed(**now), "new.json")
    output = call("--from", new, "--compare", old, "--out", tmp_path, code=code)
    assert re.search(rf"{change}\s*$", output, re.MULTILINE)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert '<h2 id="changes">What changed</h2>' in page
    assert f">{change}</td>" in page


def test_another_environment_is_told():
    old = json.loads(json.dumps(small_document()))
    old["environment"]["torch"] = "1.0"
    found = changes.changes(old, small_document(), "old.json")
    assert found["environment"] == {"torch": ["1.0", small_document()["environment"]["torch"]]}


def test_a_run_compared_keeps_the_changes(tmp_path):
    old = written(tmp_path, small_document(), "old.json")
    arguments = ("--formula", "relu", "--examples", "25", "--compare", old, "--out", tmp_path / "out")
    said = call(*arguments)
    assert "gone" not in said
    assert "since old.json: " in said
    found = strict((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert found["changes"]["name"] == "old.json"
    call("--from", tmp_path / "out" / "report.json", "--out", tmp_path / "again")
    assert (tmp_path / "again" / "report.html").read_bytes() == (tmp_path / "out" / "report.html").read_bytes()


def test_a_formula_that_an_implementation_has_lost_is_gone():
    lost = {**changed(), "missing": ["sigmoid", "sigmoid_backward"]}
    lost["comparisons"] = [c for c in lost["comparisons"] if c["formula"] != "sigmoid"]
    found = changes.changes(changed(), lost, "old.json")
    assert {row["what"].split()[0] for row in found["rows"] if row["change"] == "gone"} == {"sigmoid"}
    assert changes.changes(changed(), {**lost, "missing": []}, "old.json")["rows"] == []


def test_training_runs_are_compared_where_both_reports_have_some():
    alone = changed()
    assert changes.changes(small_document(), alone, "old.json")["rows"] == []
    less = json.loads(json.dumps(small_document()))
    less["sections"][1]["parts"][2]["outcomes"].pop()
    gone = [row for row in changes.changes(small_document(), less, "old.json")["rows"] if row["change"] == "gone"]
    assert len(gone) == 1


def test_a_broken_run_is_said_and_fails(tmp_path, monkeypatch):
    file = tmp_path / HOSTILE_NAME
    raises = "def momentum_step(w, v, grad, lr, mu):\n    raise RuntimeError('no <b>momentum</b>')\n"
    file.write_text(f"from manual import *\n\n{raises}", encoding="utf-8")
    from gradecheck.verifying.implementation import load
    from gradecheck.verifying.verify import Options
    from tests.pages import SHORT

    for name, value in SHORT.items():
        monkeypatch.setattr(exhibits, name, value)
    small = replace(PACK, rows=(CONTRACTS["relu"],))
    functions = {k: v for k, v in load(PACK, file).functions.items() if k != "step"}
    subject = whole.Implementation("broken.py", functions, small)
    options = Options(examples=25, scope=Scope(everything=True, dtypes=("float64",)))
    found = whole.build(list(small.contracts.values()), subject, options, "", lambda stage: None)
    assert not found.passes
    assert any("RuntimeError: no <b>momentum</b>" in reason for reason in found.broken)
    from reports.page import page

    assert "no &lt;b&gt;momentum&lt;/b&gt;" in page(document.as_dict(found))
