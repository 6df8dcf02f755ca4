//! The pages of the rules tell the truth: each *Before* is found, and each *After* is what diegolint
//! makes of it.
//!
//! A block of code in these two parts is a file: `dockerfile` is the Dockerfile, any other is named
//! by `title="…"`. A file whose name ends in `.sh` is executable.

#[path = "support/contexts.rs"]
mod contexts;
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use contexts::{Tree, difference, findings, read_tree, write_tree};
use serde_json::Value;
use similar::{DiffTag, TextDiff};
use support::{diegolint, stdout};

const HEADINGS: &[&str] = &[
    "What it finds",
    "Why",
    "Before",
    "After",
    "By hand",
    "When not to",
];

/// How an *After* begins that people have to make themselves.
const NO_FIX: &str = "diegolint has no fix for this: ";

struct Page {
    name: String,
    text: String,
}

impl Page {
    fn part(&self, heading: &str) -> &str {
        let start = format!("\n## {heading}\n");
        let (_, rest) = self.text.split_once(&start).unwrap_or_else(|| {
            panic!("{}: no heading {heading}", self.name);
        });
        rest.split_once("\n## ").map_or(rest, |(part, _)| part)
    }

    /// The files of a part.
    fn files(&self, heading: &str) -> Tree {
        let mut files = Tree::new();
        let mut lines = self.part(heading).lines();
        while let Some(line) = lines.next() {
            let Some(fence) = line.strip_prefix("```") else {
                continue;
            };
            let name = match fence.split_once(" title=\"") {
                Some((_, title)) => title.trim_end_matches('"'),
                None if fence == "dockerfile" => "Dockerfile",
                None => panic!("{}: {heading}: a block without a title", self.name),
            };
            let body = lines.by_ref().take_while(|line| *line != "```");
            let text: String = body.flat_map(|line| [line, "\n"]).collect();
            let file = (name.ends_with(".sh"), text.into_bytes());
            assert!(
                files.insert(name.to_owned(), file).is_none(),
                "{}: {heading}: {name} twice",
                self.name
            );
        }
        assert!(!files.is_empty(), "{}: {heading}: no file", self.name);
        files
    }

    /// The options that choose the target which the page shows: the one of a paragraph `On NAME:` at
    /// the beginning of *Before*, else the default.
    fn target(&self) -> Vec<String> {
        let first = self.part("Before").trim_start().lines().next();
        let name = first.and_then(|line| line.strip_prefix("On ")?.strip_suffix(':'));
        let options = name.map(|name| ["--target".to_owned(), name.to_owned()]);
        options.into_iter().flatten().collect()
    }

    /// What the program finds in a folder on that target.
    fn findings(&self, dir: &Path) -> Vec<Value> {
        let target = self.target();
        let options: Vec<&str> = target.iter().map(String::as_str).collect();
        of_rule(findings(dir, &options), &self.name)
    }

    fn has_fix(&self) -> bool {
        !self.part("After").starts_with(NO_FIX)
    }
}

fn pages() -> Vec<Page> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut pages = Vec::new();
    for entry in fs::read_dir(folder).expect("the pages") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let name = path.file_stem().expect("a name").to_string_lossy();
            pages.push(Page {
                name: name.into_owned(),
                text: fs::read_to_string(&path).expect("a page"),
            });
        }
    }
    pages.sort_by(|a, b| a.name.cmp(&b.name));
    pages
}

fn laid_out(files: &Tree) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    write_tree(dir.path(), files);
    dir
}

fn of_rule(findings: Vec<Value>, rule: &str) -> Vec<Value> {
    let mut findings = findings;
    findings.retain(|finding| finding["rule"] == rule);
    findings
}

/// Whether a finding lies on a line that *After* has no more.
fn is_on_a_changed_line(finding: &Value, before: &Tree, after: &Tree) -> bool {
    let path = finding["location"]["path"].as_str().unwrap_or_default();
    let line = finding["location"]["line"].as_u64().unwrap_or_default() as usize;
    changed_lines(path, before, after).contains(&line)
}

fn changed_lines(path: &str, before: &Tree, after: &Tree) -> BTreeSet<usize> {
    let text = |tree: &Tree| {
        let bytes = tree.get(path).map(|(_, bytes)| bytes.as_slice());
        String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned()
    };
    let (old, new) = (text(before), text(after));
    TextDiff::from_lines(&old, &new)
        .ops()
        .iter()
        .filter(|op| matches!(op.tag(), DiffTag::Delete | DiffTag::Replace))
        .flat_map(|op| op.old_range())
        .map(|index| index + 1)
        .collect()
}

#[test]
fn every_rule_has_a_page_and_every_page_a_rule() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let report = stdout(&diegolint(here, &["rules", "--format", "json"]));
    let report: Value = serde_json::from_str(&report).expect("JSON");
    let known: Vec<_> = report["rules"].as_array().expect("a list").to_vec();
    let rules: Vec<&str> = known.iter().filter_map(|r| r["name"].as_str()).collect();
    let pages = pages();
    let names: Vec<&str> = pages.iter().map(|page| page.name.as_str()).collect();
    assert_eq!(rules, names);
    for (rule, page) in known.iter().zip(&pages) {
        let summary = page.text.lines().nth(2);
        assert_eq!(rule["summary"].as_str(), summary, "{}", page.name);
    }
}

const TABLE: &str = "<!-- table: UPDATE_EXPECTED=1 cargo test --test pages -->\n";
const END_OF_TABLE: &str = "<!-- end of table -->\n";

/// The table of the documentation, from what the program says of its rules and targets, and what it
/// offers for the *Before* of each page.
fn table() -> String {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let report = |command: &str| -> Value {
        let text = stdout(&diegolint(here, &[command, "--format", "json"]));
        serde_json::from_str(&text).expect("JSON")
    };
    let (rules, targets) = (report("rules"), report("targets"));
    let targets = targets["targets"].as_array().expect("a list").iter();
    let targets: Vec<&str> = targets
        .filter_map(|target| target["name"].as_str())
        .collect();
    let mut table = format!("| rule | {} | fix |\n", targets.join(" | "));
    table += &format!("|---|{}---|\n", ":-:|".repeat(targets.len()));
    for (rule, page) in rules["rules"]
        .as_array()
        .expect("a list")
        .iter()
        .zip(pages())
    {
        assert_eq!(rule["name"], *page.name);
        let letter = |target: &&str| match rule["severities"][*target].as_str() {
            Some("error") => "E",
            Some("warning") => "W",
            Some("note") => "N",
            _ => "",
        };
        let letters: Vec<&str> = targets.iter().map(letter).collect();
        assert!(
            letters.iter().any(|letter| !letter.is_empty()),
            "{}",
            page.name
        );
        let found = page.findings(laid_out(&page.files("Before")).path());
        let safety = |finding: &Value| finding["fix"]["safety"].as_str().map(str::to_owned);
        let mut fixes: Vec<String> = found.iter().filter_map(safety).collect();
        fixes.sort();
        let fix = fixes.first().map_or("", String::as_str);
        let name = &page.name;
        table += &format!(
            "| [{name}](../rules/{name}.md) | {} | {fix} |\n",
            letters.join(" | ")
        );
    }
    table
}

#[test]
fn the_table_of_the_documentation_is_what_the_program_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let text = fs::read_to_string(&path).expect("the page");
    let (before, rest) = text.split_once(TABLE).expect("the table");
    let (_, after) = rest.split_once(END_OF_TABLE).expect("its end");
    let expected = format!("{before}{TABLE}{}{END_OF_TABLE}{after}", table());
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&path, expected).expect("the page is written");
        return;
    }
    let diff = TextDiff::from_lines(&text, &expected);
    let diff = diff.unified_diff().to_string();
    assert!(diff.is_empty(), "{diff}");
}

#[test]
fn the_readme_leads_to_every_page() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(readme).expect("the README");
    for page in pages() {
        let link = format!("[{0}](rules/{0}.md)", page.name);
        assert!(readme.contains(&link), "{link}");
    }
}

#[test]
fn pages_are_complete() {
    for page in pages() {
        let name = &page.name;
        let mut lines = page.text.lines();
        assert_eq!(lines.next(), Some(format!("# {name}").as_str()));
        assert_eq!(lines.next(), Some(""), "{name}");
        let summary = lines.next().unwrap_or_default();
        assert!(summary.ends_with('.'), "{name}: the summary is one line");
        assert_eq!(lines.next(), Some(""), "{name}: the summary is one line");
        let headings = page.text.lines().filter_map(|l| l.strip_prefix("## "));
        assert_eq!(headings.collect::<Vec<_>>(), HEADINGS, "{name}");
        for heading in HEADINGS {
            assert!(!page.part(heading).trim().is_empty(), "{name}: {heading}");
        }
    }
}

#[test]
fn what_before_shows_is_found_where_after_changes_it() {
    let mut wrong = String::new();
    for page in pages() {
        let name = &page.name;
        let (before, after) = (page.files("Before"), page.files("After"));
        let found = page.findings(laid_out(&before).path());
        if found.is_empty() {
            wrong += &format!("{name}: nothing is found\n");
        }
        // Where lines only come in, there is no line to be found at.
        let changed = before
            .keys()
            .any(|path| !changed_lines(path, &before, &after).is_empty());
        let there = |finding| is_on_a_changed_line(finding, &before, &after);
        if page.has_fix() && changed && !found.iter().any(there) {
            wrong += &format!("{name}: elsewhere: {found:#?}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn after_is_what_fix_makes_of_before() {
    let mut wrong = String::new();
    for page in pages() {
        let name = &page.name;
        let dir = laid_out(&page.files("Before"));
        let target = page.target();
        let mut words = vec!["fix", "--style", "remove", "."];
        words.extend(target.iter().map(String::as_str));
        diegolint(dir.path(), &words);
        let expected = match page.has_fix() {
            true => page.files("After"),
            false => page.files("Before"),
        };
        let difference = difference(&expected, &read_tree(dir.path()));
        if !difference.is_empty() {
            wrong += &format!("{name}: {difference}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn after_is_free_of_what_the_page_is_about() {
    for page in pages() {
        let dir = laid_out(&page.files("After"));
        let left = page.findings(dir.path());
        assert!(left.is_empty(), "{}: {left:#?}", page.name);
    }
}
