"""The tables of activations, losses and initialisers on their page are those that the code makes."""

from scripts import tables


def test_the_page_has_the_tables_of_the_code():
    page = tables.PAGE.read_text(encoding="utf-8")
    assert tables.filled(page) == page, "run python -m scripts.tables"


def test_a_kink_is_found_with_its_derivative():
    assert tables.kinks_of(lambda z: abs(z - 2.0)) == "derivative 0 at 2"
