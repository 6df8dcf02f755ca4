"""JUnit, by the schema of Jenkins's xUnit plugin, and by a library that reads it."""

import collections
import pathlib
import sys

import junitparser
from lxml import etree
from said import plain, runs, same, valid

schema = pathlib.Path(sys.prefix).parent / "junit-10.xsd"
schema = etree.XMLSchema(etree.parse(schema))


def check(data, said):
    schema.assertValid(etree.fromstring(data))
    suites = junitparser.JUnitXml.fromstring(data)
    named = {"tests": suites.tests, "failures": suites.failures, "errors": suites.errors}
    suites.update_statistics()
    counted = {"tests": suites.tests, "failures": suites.failures, "errors": suites.errors}
    same("sums", named, counted)
    fails = [one for one in said.findings if one["fails"]]
    same("findings that fail", len(fails), suites.failures)
    same("findings that do not", len(said.findings) - len(fails), suites.skipped)
    same("problems", len(said.problems), suites.errors)
    same("files", sorted(valid(path) for path in said.paths()), sorted(suite.name for suite in suites))

    cases = collections.Counter()
    for suite in suites:
        sums = lambda: (suite.tests, suite.failures, suite.errors, suite.skipped)
        before = sums()
        suite.update_statistics()
        same("sums of a file", before, sums())
        for case in suite:
            same("class", suite.name, case.classname)
            cases.update((suite.name, result.message) for result in case.result)
    ours = collections.Counter()
    for one in said.findings:
        ours[valid(plain(one["location"]["path"])), valid(said.message(one))] += 1
    for one in said.problems:
        ours[valid(plain(one["path"])), valid(one["message"])] += 1
    same("cases", ours, cases)


for data, _, said in runs():
    check(data, said)
