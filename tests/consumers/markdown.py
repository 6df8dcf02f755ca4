"""The summary, as GitHub's own library renders it: a table whose cells hold what was said, no link but
those of the rules, and nothing that a mention or a reference is found in.
"""

import re

import cmarkgfm
from cmarkgfm.cmark import Options
from lxml import html
from said import printable, runs, same

ROWS = 100
PARTED = "\u200b"

def check(data, said):
    rendered = cmarkgfm.github_flavored_markdown_to_html(data.decode(), Options.CMARK_OPT_UNSAFE)
    page = html.fromstring(f"<body>{rendered}</body>")
    known = {"body", "h3", "table", "thead", "tbody", "tr", "th", "td", "a", "code", "p", "ul", "li", "div"}
    same("elements", set(), {element.tag for element in page.iter()} - known)

    rows = [[cell for cell in row] for row in page.iterfind(".//tbody/tr")]
    same("rows", min(len(said.findings), ROWS), len(rows))
    shown = said.findings
    if len(shown) > ROWS:
        shown = sorted(shown, key=lambda one: ["error", "warning", "note"].index(one["severity"]))
    for one, row in zip(shown, rows):
        severity, rule, place, message = (cell.text_content() for cell in row)
        at = one["location"]
        same("severity", one["severity"], severity)
        same("rule", one["rule"], rule)
        expected = printable(f"{at['path']}:{at['line']}:{at['column']}")
        same("place", expected.split(), place.replace(PARTED, "").split())
        text = printable(said.message(one))[:299].strip()
        same("message", text.split(), message.replace(PARTED, "")[:299].split())
        assert len(row[1]) == 1 and row[1][0].get("href").endswith(f"/rules/{one['rule']}.md")
    links = page.findall(".//a")
    same("links", len(rows), len(links))
    items = [item.text_content().replace(PARTED, "") for item in page.iterfind(".//li")]
    same("problems", min(len(said.problems), ROWS), len(items))
    for one, item in zip(said.problems, items):
        assert item.startswith(printable(one["path"])), (one, item)
        assert item.endswith(printable(one["message"])[-200:]), (one, item)

    # GitHub and GitLab look for these in the text, but not in code.
    for element in page.iter():
        texts = [element.tail] if element.tag in ("code", "a") else [element.text, element.tail]
        for text in filter(None, texts):
            found = re.search(r"[@#!~%$][A-Za-z0-9]|:[a-z0-9_+-]+:|https?://|www\.", text)
            assert not found, (found, text)


for data, _, said in runs():
    check(data, said)
