"""Checkstyle, as diff-cover reads it, in a folder that is a Git repository; columns by the elements."""

from diff_cover.git_path import GitPathTool
from diff_cover.violationsreporters.java_violations_reporter import CheckstyleXmlDriver
from lxml import etree
from said import plain, runs, same, valid

def check(data, said):
    GitPathTool.set_cwd(None)
    read = CheckstyleXmlDriver().parse_reports([data.decode()])
    lines = sorted((path, one.line) for path, violations in read.items() for one in violations)
    ours = {(valid(plain(one["location"]["path"])), one["location"]["line"]) for one in said.findings}
    ours |= {(valid(plain(one["path"])), one["line"] or 1) for one in said.problems}
    # It takes a backslash for a slash, as on Windows.
    same("lines", {(path.replace("\\", "/"), line) for path, line in ours}, set(lines))

    root = etree.fromstring(data)
    same("files", {valid(path) for path in said.paths()}, {file.get("name") for file in root})
    words = {"error": "error", "warning": "warning", "note": "info"}
    theirs, ours = [], []
    for file in root:
        for error in file:
            at = (file.get("name"), error.get("line"), error.get("column"))
            message = error.get("message").split("\n")[0]
            theirs.append((*at, error.get("severity"), error.get("source"), message))
    for one in said.findings:
        at = one["location"]
        place = (valid(plain(at["path"])), str(at["line"]), str(at["column"]))
        message = valid(said.message(one)).split("\n")[0]
        ours.append((*place, words[one["severity"]], f"diegolint.{one['rule']}", message))
    for one in said.problems:
        place = (valid(plain(one["path"])), str(one["line"] or 1), str(one["column"] or 1))
        ours.append((*place, "error", "diegolint", valid(one["message"]).split("\n")[0]))
    same("errors", sorted(ours), sorted(theirs))


for data, _, said in runs():
    check(data, said)
