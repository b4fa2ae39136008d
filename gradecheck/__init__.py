"""gradecheck holds a hand-written NumPy formula against its torch.nn twin, to the last rounding error."""

__version__ = "0.1.0"

HOMES = {
    name: home
    for home, names in {
        "gradecheck.packs.contract": "ANY Argument Contract Form History Sketch gradient_of",
        "gradecheck.agreement.decorator": "agrees_with",
        "gradecheck.agreement.given": "assert_agrees assert_within",
        "gradecheck.agreement.wording": "Agreed",
        "gradecheck.arguments.kinds": "kinds",
        "gradecheck.arguments.possible": "Possible",
        "gradecheck.packs.pack": "Pack PackError",
        "gradecheck.packs.mistakes.mistake": "Guard Mistake",
        "gradecheck.packs.variant": "Variant",
        "gradecheck.numbers.compare": "Verdict",
        "gradecheck.reporting.parts": "parts",
        "gradecheck.testing": "Verified parametrize verify",
        "gradecheck.traced.bounds": "Bound bound gradient_bound",
    }.items()
    for name in names.split()
}
"""The module of every public name; a name that ends its module's own is that module. __init__.pyi says it to mypy."""

__all__ = ["__version__", *HOMES]


def __getattr__(name: str) -> object:
    """A public name, imported when it is first asked for: `gradecheck --help` waits for none."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module = import_module(HOMES[name])
    found = module if HOMES[name].endswith(f".{name}") else getattr(module, name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
