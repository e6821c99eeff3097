"""The HTML page around a report's sections: self-contained, light and dark, for screen and print."""

from __future__ import annotations

from html import escape
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hagang.runs.report_section import ReportSection

__all__ = ["page"]

_PAGE = Template(
    """<!doctype html>
<html lang="en">
<head>
<meta name="generator" content="hagang">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<link rel="icon" href="data:,">
<title>$title</title>
<style>$style</style>
</head>
<body>
<header><h1>$title</h1>$lead</header>
<nav>$contents</nav>
<main>$sections</main>
<footer>$foot</footer>
</body>
</html>
"""
)

_STYLE = """
:root { --paper: #fff; --ink: #222; --soft: #666; --line: #e0e0e0; --band: #f5f7f9; --link: #0068a3 }
@media screen and (prefers-color-scheme: dark) {
  :root { --paper: #14171a; --ink: #e6e6e6; --soft: #a0a0a0; --line: #32373c; --band: #1d2125; --link: #6db8ea }
}
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem 1.25rem 3rem; max-width: 62rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans KR", "NanumGothic", sans-serif }
h1 { font-size: 1.75rem; line-height: 1.2; margin: .5rem 0; overflow-wrap: anywhere }
h2 { font-size: 1.2rem; margin: 2.4rem 0 .6rem; padding-top: .6rem; border-top: 1px solid var(--line) }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem }
header p { font-size: 1.1rem; margin: .3rem 0; max-width: 46rem }
nav { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; margin-top: 1rem; font-size: .92rem }
a { color: var(--link); text-decoration: none } a:hover, a:focus { text-decoration: underline }
p, li, dd { overflow-wrap: anywhere; max-width: 46rem }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .25rem 1.2rem; margin: .6rem 0 }
dt { color: var(--soft) } dd { margin: 0 }
.wide { overflow-x: auto; margin: .8rem 0 }
table { border-collapse: collapse; font-size: .93rem }
th, td { padding: .28rem 1.1rem .28rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line) }
th { color: var(--soft); font-weight: 600 }
.numbers th:not(:first-child), .numbers td:not(:first-child) { text-align: right; font-variant-numeric: tabular-nums }
pre { background: var(--band); padding: .7rem .9rem; border-radius: .3rem; overflow-x: auto; font-size: .88rem;
  white-space: pre-wrap; overflow-wrap: anywhere }
figure { margin: 1.2rem 0; break-inside: avoid }
figure svg { display: block; max-width: 100%; height: auto }
figcaption { color: var(--soft); font-size: .9rem; margin-top: .3rem; max-width: 46rem }
footer { margin-top: 3rem; color: var(--soft); font-size: .85rem }
@media print {
  body { max-width: none; padding: 0; font-size: 10.5pt } nav { display: none }
  h2 { break-after: avoid } tr, pre { break-inside: avoid }
}
"""


def page(title: str, lead: str, sections: Sequence[ReportSection], foot: str) -> str:
    """Assemble the page; `lead` is HTML, the titles and the foot are text."""
    body = "".join(
        f"<section id='s{k}'><h2>{escape(section.title)}</h2>{section.html}</section>"
        for k, section in enumerate(sections)
    )
    contents = "".join(f"<a href='#s{k}'>{escape(section.title)}</a>" for k, section in enumerate(sections))
    return _PAGE.substitute(
        title=escape(title), style=_STYLE, lead=lead, contents=contents, sections=body, foot=escape(foot)
    )
