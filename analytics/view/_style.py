"""How the pages look: one style sheet inside each page, named to the browser by its digest."""

from __future__ import annotations

import base64
import hashlib

CSS = """
:root {
  color-scheme: light dark;
  --ground: #fbfaf8; --paper: #ffffff; --ink: #1d1c1a; --soft: #5d5a55; --line: #dedad3;
  --link: #0b5a8a; --yes: #1d6b3a; --yes-ground: #e5f2e8; --no: #9a2c1f; --no-ground: #fbe9e6;
  --open-ground: #efece6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #16171a; --paper: #1f2125; --ink: #ebe9e5; --soft: #aeaaa2; --line: #3a3c41;
    --link: #8ac4ee; --yes: #8fd6a6; --yes-ground: #1b3324; --no: #f3a99e; --no-ground: #412420;
    --open-ground: #2b2d32;
  }
}
* { box-sizing: border-box; }
html { font: 100%/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
body { margin: 0; background: var(--ground); color: var(--ink); overflow-wrap: anywhere; }
header, main, footer { max-width: 54rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1.25rem; display: flex; flex-wrap: wrap; gap: .25rem 2rem; align-items: baseline; }
header p { margin: 0; font-weight: 650; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0; padding: 0; list-style: none; }
nav a { display: inline-block; padding: .3rem 0; text-decoration: none;
  border-bottom: 2px solid transparent; }
nav a:hover { border-color: currentColor; }
nav a[aria-current] { color: var(--ink); border-color: var(--ink); }
a { color: var(--link); }
a:focus-visible, button:focus-visible, summary:focus-visible {
  outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px;
}
.skip { position: absolute; left: -100vw; top: 0; padding: .5rem 1rem; background: var(--paper); }
.skip:focus { left: 0; }
main { padding-top: 1.5rem; padding-bottom: 2rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .5rem 0 .25rem; letter-spacing: -.01em; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 .6rem; }
p { margin: .5rem 0; max-width: 44rem; }
.soft, footer, time { color: var(--soft); }
time { white-space: nowrap; }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 10px;
  padding: 1.1rem 1.25rem; margin-top: 1.25rem; }
.card h2 { margin-top: 0; }
form { display: flex; flex-wrap: wrap; gap: .6rem; margin-top: .75rem; }
button { font: inherit; font-weight: 600; padding: .5rem 1.1rem; border-radius: 8px; cursor: pointer;
  color: var(--ink); background: var(--paper); border: 1.5px solid var(--soft); }
button:hover { background: var(--open-ground); }
button.chosen { color: var(--paper); background: var(--ink); border-color: var(--ink); }
button.quiet { border-color: transparent; color: var(--link); font-weight: 400; text-decoration: underline; }
.said { border-left: 4px solid var(--yes); background: var(--yes-ground); padding: .6rem 1rem; }
table { width: 100%; border-collapse: collapse; background: var(--paper); border: 1px solid var(--line);
  margin: .5rem 0 1rem; }
caption { text-align: left; color: var(--soft); padding: .25rem 0 .4rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem .8rem; border-top: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 500; border-top: 0; }
tbody th { font-weight: 600; }
.keys th:first-child { width: 31%; } .keys td:nth-child(2) { width: 31%; }
.rules th:first-child { width: 12rem; }
code, pre { font: .92em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
pre { white-space: pre-wrap; margin: .3rem 0; padding: .7rem .9rem; background: var(--open-ground);
  border-radius: 6px; }
.mark { display: inline-block; padding: .05rem .55rem; border-radius: 1rem; font-size: .88rem;
  font-weight: 600; background: var(--open-ground); color: var(--ink); }
.mark.yes { background: var(--yes-ground); color: var(--yes); }
.mark.no { background: var(--no-ground); color: var(--no); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.5rem; margin: .75rem 0; }
dt { color: var(--soft); } dd { margin: 0; }
ol.posts { list-style: none; margin: 1rem 0; padding: 0; }
ol.posts > li { background: var(--paper); border: 1px solid var(--line); border-radius: 10px;
  margin: .5rem 0; }
summary { padding: .65rem 1rem; cursor: pointer; }
summary b { margin-right: .6rem; } summary time { margin-right: .6rem; }
details > div { padding: 0 1rem .75rem; border-top: 1px solid var(--line); }
.pager { display: flex; gap: 1.5rem; }
footer { padding-top: .5rem; padding-bottom: 2rem; font-size: .92rem; border-top: 1px solid var(--line); }
@media (max-width: 36rem) {
  header, main, footer { padding-left: .9rem; padding-right: .9rem; }
  h1 { font-size: 1.55rem; }
  table, caption, tbody, tr, th, td { display: block; width: auto; }
  thead { position: absolute; left: -100vw; }
  tr { border-top: 1px solid var(--line); padding: .5rem 0; }
  tbody tr:first-child { border-top: 0; }
  th, td, .keys th:first-child, .keys td:nth-child(2), .rules th:first-child { border: 0;
    padding: .1rem .8rem; width: auto; }
  caption { padding: .5rem .8rem; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .6rem; }
}
"""


def source_of(css: str) -> str:
    """What the Content-Security-Policy calls a style sheet that stands in the page: ``'sha256-…'``."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()}'"
