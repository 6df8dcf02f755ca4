"""GitHub's annotations: byte by byte what GitHub's own toolkit writes for the same."""

import json
import pathlib
import subprocess
import sys

from said import plain, printable, runs, same

# `error`, `warning` and `notice` of @actions/core, called with what is on the standard input.
CALLS = """
const core = await import(process.argv[1])
const chunks = []
for await (const chunk of process.stdin) chunks.push(chunk)
for (const [name, message, properties] of JSON.parse(Buffer.concat(chunks).toString())) {
  core[name](message, properties)
}
"""
core = pathlib.Path(sys.prefix).parent / "node/node_modules/@actions/core/lib/core.js"
words = {"error": "error", "warning": "warning", "note": "notice"}

def check(data, said):
    calls = []
    for one in said.findings:
        at = one["location"]
        lines = [said.message(one)]
        if one["help"]:
            lines.append(f"help: {one['help']}")
        if one["fix"]:
            by = " (with --unsafe)" if one["fix"]["safety"] == "unsafe" else ""
            lines.append(f"fix: {one['fix']['title']}{by}")
        last = at["end_line"] - int(at["end_column"] == 1 and at["end_line"] > at["line"])
        properties = {
            "title": f"diegolint: {one['rule']}",
            "file": plain(at["path"]),
            "startLine": at["line"],
            "endLine": last,
        }
        if at["line"] == at["end_line"]:
            properties |= {"startColumn": at["column"], "endColumn": at["end_column"]}
        message = "\n".join(printable(line) for line in lines)
        calls.append([words[one["severity"]], message, properties])
    for one in said.problems:
        properties = {"title": "diegolint", "file": plain(one["path"])}
        if one["line"]:
            properties |= {"startLine": one["line"], "startColumn": one["column"]}
        calls.append(["error", printable(one["message"]), properties])

    node = ["node", "--input-type=module", "--eval", CALLS, core.as_uri()]
    toolkit = subprocess.run(node, check=True, capture_output=True, input=json.dumps(calls).encode())
    same("commands", toolkit.stdout.decode().split("\n"), data.decode().split("\n"))


for data, _, said in runs():
    check(data, said)
