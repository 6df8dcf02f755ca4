"""GitLab's code quality: what GitLab requires, and the types of Code Climate, by TypeScript."""

import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema
from said import plain, printable, runs, same

# The facts of app/validators/json_schemas/codeclimate.json of GitLab, and what its documentation asks
# for: no `./` before a path, a severity of its five, different fingerprints.
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1, "pattern": "^[^\\n\\r]*$"},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {
                            "begin": {"type": "integer", "minimum": 1},
                            "end": {"type": "integer", "minimum": 1},
                        },
                    },
                },
            },
        },
    },
}
TYPES = """import type { Issue } from 'codeclimate-types'
type Reported = Issue & { fingerprint: string; severity: NonNullable<Issue['severity']> }
export const report: Reported[] = """

def check(data, said):
    issues = json.loads(data)
    jsonschema.validate(issues, SCHEMA)
    same("fingerprints", len(issues), len({issue["fingerprint"] for issue in issues}))
    words = {"error": "critical", "warning": "major", "note": "minor"}
    ours = []
    for one in said.findings:
        at = one["location"]
        message = printable(f"{one['rule']}: {said.message(one)}")
        ours.append((plain(at["path"]), at["line"], words[one["severity"]], message))
    for one in said.problems:
        ours.append((plain(one["path"]), one["line"] or 1, "blocker", printable(one["message"])))
    theirs = []
    for issue in issues:
        place = issue["location"]
        assert place["lines"]["begin"] <= place["lines"]["end"], issue
        at = (place["path"], place["lines"]["begin"])
        theirs.append((*at, issue["severity"], issue["description"]))
    same("issues", ours, theirs)


node = pathlib.Path(sys.prefix).parent / "node"
# Beside the packages, where TypeScript looks for them.
with tempfile.TemporaryDirectory(dir=node) as folder:
    modules = []
    for data, _, said in runs():
        check(data, said)
        modules.append(pathlib.Path(folder) / f"report{len(modules)}.ts")
        modules[-1].write_text(TYPES + data.decode(), encoding="utf-8")
    tsc = [node / "node_modules/.bin/tsc", "--noEmit", "--strict", "--module", "nodenext", *modules]
    subprocess.run(tsc, check=True)
