//! The pages of the rules tell the truth: each *Before* is found, and each *After* is what diegolint
//! makes of it, on every target that the rule is for.
//!
//! Where these differ, a page has further pairs, *Before on NAME and NAME* and *After on NAME and NAME*; the first one is
//! for all other targets.
//!
//! A block of code in these parts is a file: `dockerfile` is the Dockerfile, any other is named by
//! `title="…"`. A file whose name ends in `.sh` is executable.

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

/// What an *After* says that people have to ask for.
const UNSAFE: &str = "`--unsafe`";

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

    /// The headings, without those of the pairs for single targets.
    fn headings(&self) -> Vec<&str> {
        let headings = self.text.lines().filter_map(|l| l.strip_prefix("## "));
        headings
            .filter(|heading| !heading.contains(" on "))
            .collect()
    }

    /// What it shows for a target.
    fn example(&self, target: &str) -> Example {
        let headings = self.text.lines().filter_map(|l| l.strip_prefix("## "));
        let is_for = |heading: &&str| {
            let names = heading.strip_prefix("Before on ");
            names.is_some_and(|names| names.split(" and ").any(|name| name == target))
        };
        let before = headings.clone().find(is_for).unwrap_or("Before");
        let after = before.replace("Before", "After");
        Example {
            rule: self.name.clone(),
            target: target.to_owned(),
            before: self.files(before),
            after: self.files(&after),
            has_fix: !self.part(&after).starts_with(NO_FIX),
            unsafely: self.part(&after).contains(UNSAFE),
        }
    }
}

/// A pair of *Before* and *After*, for one target.
struct Example {
    rule: String,
    target: String,
    before: Tree,
    after: Tree,
    has_fix: bool,
    /// *After* is what the unsafe fixes make of *Before*.
    unsafely: bool,
}

impl Example {
    fn title(&self) -> String {
        format!("{} on {}", self.rule, self.target)
    }

    /// What the program finds of the rule in some files.
    fn findings(&self, files: &Tree) -> Vec<Value> {
        let all = findings(laid_out(files).path(), &["--target", &self.target]);
        of_rule(all, &self.rule)
    }

    /// What `diegolint fix` makes of *Before*, with these options.
    fn fixed(&self, options: &[&str]) -> Tree {
        let dir = laid_out(&self.before);
        let words = ["fix", "--style", "remove", "--target", &self.target, "."];
        diegolint(dir.path(), &[&words, options].concat());
        read_tree(dir.path())
    }
}

/// What a command reports as JSON.
fn report(command: &str) -> Value {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = stdout(&diegolint(here, &[command, "--format", "json"]));
    serde_json::from_str(&text).expect("JSON")
}

/// What every page shows for every target that its rule is for.
fn examples() -> Vec<Example> {
    let report = report("rules");
    let rules = report["rules"].as_array().expect("a list");
    let of_page = |page: Page| -> Vec<Example> {
        let mut rules = rules.iter();
        let rule = rules.find(|rule| rule["name"] == *page.name);
        let severities = rule.and_then(|rule| rule["severities"].as_object());
        let targets = severities.expect("severities").iter();
        let targets = targets.filter(|(_, severity)| severity.is_string());
        targets.map(|(target, _)| page.example(target)).collect()
    };
    pages().into_iter().flat_map(of_page).collect()
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
    let report = report("rules");
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
        let applies = |target: &&&str| rule["severities"][**target].is_string();
        let examples = targets.iter().filter(applies);
        let examples = examples.map(|target| page.example(target));
        let found = examples.flat_map(|example| example.findings(&example.before));
        let safety = |finding: Value| finding["fix"]["safety"].as_str().map(str::to_owned);
        let mut fixes: Vec<String> = found.filter_map(safety).collect();
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
    let examples = examples();
    for page in pages() {
        let name = &page.name;
        let mut lines = page.text.lines();
        assert_eq!(lines.next(), Some(format!("# {name}").as_str()));
        assert_eq!(lines.next(), Some(""), "{name}");
        let summary = lines.next().unwrap_or_default();
        assert!(summary.ends_with('.'), "{name}: the summary is one line");
        assert_eq!(lines.next(), Some(""), "{name}: the summary is one line");
        assert_eq!(page.headings(), HEADINGS, "{name}");
        let all = page.text.lines().filter_map(|l| l.strip_prefix("## "));
        let pairs: Vec<&str> = all.filter(|heading| heading.contains(" on ")).collect();
        for pair in pairs.chunks(2) {
            let names = pair[0].strip_prefix("Before on ").expect("a target");
            assert_eq!(
                pair.get(1).copied(),
                Some(format!("After on {names}").as_str())
            );
            for target in names.split(" and ") {
                let shown = |example: &&Example| example.rule == *name && example.target == target;
                let shown = examples.iter().find(shown);
                assert!(shown.is_some(), "{name}: it is not for {target}");
            }
        }
        for heading in HEADINGS {
            assert!(!page.part(heading).trim().is_empty(), "{name}: {heading}");
        }
    }
}

#[test]
fn what_before_shows_is_found_where_after_changes_it() {
    let mut wrong = String::new();
    for example in examples() {
        let (title, before, after) = (example.title(), &example.before, &example.after);
        let found = example.findings(before);
        if found.is_empty() {
            wrong += &format!("{title}: nothing is found\n");
        }
        // Where lines only come in, there is no line to be found at.
        let changed = before
            .keys()
            .any(|path| !changed_lines(path, before, after).is_empty());
        let there = |finding| is_on_a_changed_line(finding, before, after);
        if example.has_fix && changed && !found.iter().any(there) {
            wrong += &format!("{title}: elsewhere: {found:#?}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn after_is_what_fix_makes_of_before() {
    let mut wrong = String::new();
    for example in examples() {
        let expected = match example.has_fix {
            true => &example.after,
            false => &example.before,
        };
        let mut found = difference(expected, &example.fixed(&[]));
        if example.unsafely {
            let options = ["--unsafe", "--rule", &example.rule];
            found += &difference(&example.after, &example.fixed(&options));
        }
        if !found.is_empty() {
            wrong += &format!("{}: {found}\n", example.title());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn after_is_free_of_what_the_page_is_about() {
    let mut wrong = String::new();
    for example in examples() {
        for left in example.findings(&example.after) {
            wrong += &format!("{}: {left:#?}\n", example.title());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
