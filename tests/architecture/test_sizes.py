"""Small files, small functions, small packages: the budget of STYLE.md."""

from __future__ import annotations

from collections import Counter
from statistics import median

from architecture.sources import PRODUCT, ROOT, files, functions, lines

CONFTEST = 80


def test_no_file_is_longer_than_200_lines():
    long = {str(path.relative_to(ROOT)): lines(path) for path in files(*PRODUCT, "tests", "bench") if lines(path) > 200}

    assert long == {}


def test_the_median_file_has_at_most_60_lines():
    assert median(lines(path) for path in files(*PRODUCT)) <= 60


def test_no_function_is_longer_than_40_lines():
    long = {
        f"{path.relative_to(ROOT)}:{name}": length
        for path in files(*PRODUCT, "tests", "bench")
        for name, length in functions(path)
        if length > 40
    }

    assert long == {}


def test_the_median_function_has_at_most_8_lines():
    assert median(length for path in files(*PRODUCT) for _, length in functions(path)) <= 8


def test_no_package_has_more_than_12_files():
    packages = Counter(path.parent for path in files(*PRODUCT))

    assert {str(package.relative_to(ROOT)): size for package, size in packages.items() if size > 12} == {}


def test_every_conftest_is_short():
    assert [path for path in files("tests") if path.name == "conftest.py" and lines(path) > CONFTEST] == []


def test_contracts_and_makefile_are_short():
    assert [path for path in (ROOT / "protos" / "forebay").rglob("*.proto") if lines(path) > 300] == []
    assert lines(ROOT / "Makefile") <= 80
