"""The report: what it tells, that nothing in it runs or is fetched, and that it can be mailed."""

import re
import shutil
import subprocess
from html.parser import HTMLParser

import numpy as np
import pytest

from hagang.data import prepare
from hagang.nn import Dense, Network
from hagang.runs import fit, open_run
from hagang.view.report import ReportSection, paragraph, report

NASTY = '<script>alert("x")</script><img src=http://example.org/x.png>'


class Parts(HTMLParser):
    """Tags, headings, and every place that something could be fetched from."""

    def __init__(self):
        super().__init__()
        self.tags, self.headings, self.places, self.text = [], [], [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.places += [value for name, value in attributes if name in ("src", "href", "xlink:href", "action", "data")]

    def handle_data(self, data):
        if self.tags and self.tags[-1] == "h2":
            self.headings.append(data)
        self.text.append(data)


def parts(html):
    read = Parts()
    read.feed(html)
    return read


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "first"
    fit(Network([Dense(8, "relu"), Dense(3)]), prepare("iris"), lr=0.01, epochs=20, folder=folder)
    return report(open_run(folder))


def test_it_tells_all(page):
    assert parts(page).headings == ["Result", "Training", "Predictions", "Data", "Network", "First layer", "Reproduce"]
    text = " ".join(parts(page).text)
    for said in (
        "A network trained on iris: accuracy",
        "always 'versicolor', the most frequent class in training",
        "epoch limit: 20 epochs done",
        "104 training, 23 validation, 23 test",
        "classification: 3 classes of 'target' (setosa, versicolor, virginica)",
        f"numpy {np.__version__}",
        "SHA-256",
    ):
        assert said in text, said
    assert page.count("<svg") == 4


def test_nothing_in_it_is_fetched_or_run(page):
    read = parts(page)
    assert "script" not in read.tags
    assert "iframe" not in read.tags
    assert all(place.startswith(("#", "data:")) for place in read.places), read.places
    assert not re.search(r"url\((?!#|\"#|'#|data:)", page)
    assert "default-src 'none'" in page
    assert not re.search(r"\son\w+=", page)


def test_it_can_be_mailed(page):
    assert len(page.encode()) < 3_000_000


def test_it_is_dark_where_the_reader_is_and_light_on_paper(page):
    assert "@media screen and (prefers-color-scheme: dark)" in page
    assert "@media print" in page


def test_what_the_data_say_is_text(tmp_path):
    rng = np.random.default_rng(0)
    labels = np.array([NASTY, "b"])[np.arange(60) % 2]
    data = {NASTY: rng.normal(size=60) + (np.arange(60) % 2), "plain": rng.normal(size=60), "kind": labels}
    run = fit(Network([Dense(4, "relu"), Dense(2)]), prepare(data, "kind"), epochs=3, folder=tmp_path / "first")
    html = report(run)
    read = parts(html)
    assert "<script" not in html
    assert "img" not in read.tags
    assert any(NASTY in text for text in read.text)


def test_listeners_contribute_sections(tmp_path):
    class Doctor:
        def report_section(self, run):
            return ReportSection("Health <1>", paragraph(f"{len(run.history.epochs)} epochs < 3"))

    class Silent:
        def report_section(self, run):
            return None

    rng = np.random.default_rng(0)
    data = (rng.normal(size=(30, 4)), np.arange(30) % 3)
    where = {"folder": tmp_path / "first", "listeners": [Doctor(), Silent()]}
    fit(Network([Dense(3)]), data, epochs=2, **where)
    html = report(open_run(tmp_path / "first"))
    assert "<h2>Health &lt;1&gt;</h2><p>2 epochs &lt; 3</p>" in html
    assert parts(html).headings[-2:] == ["Health <1>", "Reproduce"]
    alone = fit(Network([Dense(3)]), data, epochs=2)
    assert "Health" in report(alone, listeners=[Doctor()])


def test_a_quantity_has_residuals():
    html = report(fit(Network([Dense(4, "relu"), Dense(1)]), prepare("diabetes"), epochs=3))
    assert "residual (true" in html
    assert "(baseline " in html


def test_an_unfinished_run_has_a_report_too(tmp_path):
    class Broken:
        def on_epoch_end(self, record):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fit(Network([Dense(3)]), prepare("iris"), epochs=2, folder=tmp_path / "first", listeners=[Broken()])
    html = report(open_run(tmp_path / "first"))
    assert "is not finished" in html
    assert parts(html).headings == ["Result", "Training", "Data", "Reproduce"]


def test_several_quantities_have_a_report_without_pictures_of_answers():
    x = np.random.default_rng(0).normal(size=(40, 3))
    html = report(fit(Network([Dense(2)]), (x, x[:, :2]), epochs=2, validation=0.2))
    assert "Predictions" not in parts(html).headings


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ITS_OWN = ("google", "gstatic", "gvt1")
"""Parts of the addresses that the browser asks on its own account."""


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here to open the page with")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_has_nothing_to_complain_of(page, scheme, tmp_path):
    file = tmp_path / "report.html"
    file.write_text(page, encoding="utf-8")
    switches = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    switches += [f"--user-data-dir={tmp_path / 'profile'}", f"--log-net-log={tmp_path / 'net.json'}"]
    switches += ["--enable-logging=stderr", f"--blink-settings=preferredColorScheme={int(scheme == 'light')}"]
    command = [CHROMIUM, *switches, f"--screenshot={tmp_path / 'page.png'}", file.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (tmp_path / "page.png").exists(), done.stderr
    assert "CONSOLE" not in done.stderr
    told = (tmp_path / "net.json").read_text(encoding="utf-8", errors="replace")
    fetched = set(re.findall(r'"url":"(https?://[^"]*)"', told))
    assert {url for url in fetched if not any(own in url for own in ITS_OWN)} == set()
