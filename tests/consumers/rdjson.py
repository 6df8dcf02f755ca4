"""reviewdog's diagnostics, by a validator of the format; suggestions by the files themselves."""

import json
import pathlib
import subprocess
import sys

from said import mended, plain, runs, same

node = pathlib.Path(sys.prefix).parent / "node/node_modules/.bin"
words = {"error": "ERROR", "warning": "WARNING", "note": "INFO"}


def replaced(lines, region, text):
    """The bytes of a file after a suggestion, as reviewdog counts: bytes of lines, the end exclusive."""
    start, end = region["start"], region["end"]
    before = lines[: start["line"] - 1] + [lines[start["line"] - 1][: start["column"] - 1]]
    after = [lines[end["line"] - 1][end["column"] - 1 :]] + lines[end["line"] :]
    return b"".join(before) + text.encode() + b"".join(after)


def check(data, said):
    found = json.loads(data)
    same("source", "diegolint", found["source"]["name"])
    diagnostics = found["diagnostics"]
    same("diagnostics", len(said.findings) + len(said.problems), len(diagnostics))
    for one, diagnostic in zip(said.findings, diagnostics):
        same("message", said.message(one), diagnostic["message"].split("\nhelp: ")[0].split("\nfix: ")[0])
        same("rule", one["rule"], diagnostic["code"]["value"])
        same("severity", words[one["severity"]], diagnostic["severity"])
        at = one["location"]
        same("path", plain(at["path"]), diagnostic["location"]["path"])
        start = {"line": at["line"], "column": at["byte_column"]}
        end = {"line": at["end_line"], "column": at["end_byte_column"]}
        same("range", {"start": start, "end": end}, diagnostic["location"]["range"])
        fix = one["fix"]
        own = fix and {edit["path"] for edit in fix["edits"]} == {one["location"]["path"]}
        suggestions = diagnostic.get("suggestions", [])
        same("suggestions", int(bool(own and fix["safety"] == "safe")), len(suggestions))
        for suggestion in suggestions:
            ((path, after),) = mended(fix["edits"])
            with open(path, "rb") as file:
                lines = file.read().split(b"\n")
            lines = [line + b"\n" for line in lines[:-1]] + lines[-1:]
            same("mended", after, replaced(lines, suggestion["range"], suggestion["text"]))
    for one, diagnostic in zip(said.problems, diagnostics[len(said.findings) :]):
        same("message", one["message"], diagnostic["message"])
        same("path", plain(one["path"]), diagnostic["location"]["path"])


for data, path, said in runs():
    check(data, said)
    command = [node / "rdformat-validator", "--strict", "--no-extra-fields", path]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
