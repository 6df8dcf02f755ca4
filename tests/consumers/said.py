"""What diegolint said in JSON, beside which each of the other formats is held.

Every validator is called with a folder, the report and the JSON report of one run there, and again these
three of others, and says by its status whether they agree.
"""

import json
import os
import re
import sys


class Said:
    def __init__(self, report):
        self.targets = report["targets"]
        self.files = [plain(path) for path in report["files"]]
        self.findings = report["findings"]
        self.problems = report["problems"]
        self.summary = report["summary"]

    def message(self, finding):
        """The message, and the targets where there are several."""
        if len(self.targets) < 2:
            return finding["message"]
        return f"{finding['message']} (on {', '.join(finding['targets'])})"

    def paths(self):
        """All files that there is something to say of, that it is good among it."""
        found = [plain(finding["location"]["path"]) for finding in self.findings]
        return {*self.files, *found, *(plain(problem["path"]) for problem in self.problems)}


def runs():
    """The bytes of each report, its path, and what was said; meanwhile one is in the folder."""
    arguments = iter(sys.argv[1:])
    for folder, report, said in zip(arguments, arguments, arguments):
        os.chdir(folder)
        with open(report, "rb") as file:
            data = file.read()
        with open(said, encoding="utf-8") as file:
            yield data, report, Said(json.load(file))


def plain(path):
    return re.sub(r"^(\./+)+", "", path)


def printable(text):
    """The text on one line, as src/report/printable.rs shows it."""
    shown = {"\n": " ", "\t": " ", "\r": "\\r"}
    hidden = r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
    return re.sub(hidden, lambda m: shown.get(m[0], f"\\u{{{ord(m[0]):x}}}"), text)


def valid(text):
    """The text as src/report/xml.rs writes what XML cannot hold."""
    bad = r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
    return re.sub(bad, lambda m: f"\\u{{{ord(m[0]):x}}}", text)


def mended(edits):
    """The bytes of each file that a fix changes, by the offsets of the JSON report."""
    files = {}
    for edit in edits:
        files.setdefault(edit["path"], []).append(edit)
    for path, own in files.items():
        with open(path, "rb") as file:
            data = file.read()
        for edit in reversed(own):
            data = data[: edit["start"]] + edit["replacement"].encode() + data[edit["end"] :]
        yield path, data


def same(what, ours, theirs):
    if ours != theirs:
        sys.exit(f"{os.getcwd()}: {what}:\n  said: {ours!r}\n  read: {theirs!r}")
