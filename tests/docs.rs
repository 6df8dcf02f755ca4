//! What the pages in `docs/` tell people to do is done here, word for word.
//!
//! Each page runs in a folder of its own, with a copy of `fixtures/`. Of its blocks:
//!
//! - `sh` is run by `bash -e` with diegolint in the PATH, and ends with status 0, or with that of
//!   `sh status=1`;
//! - `text` right after it is what it prints; `UPDATE_EXPECTED=1 cargo test --test docs` writes that;
//! - any other with `title="path"` is written to that file;
//! - `sh skip` is not run, and the text before it says why.

#[path = "support/repository.rs"]
mod repository;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A block of a page, and where its text stands there.
struct Block<'a> {
    /// What stands behind the fence.
    info: &'a str,
    text: &'a str,
    start: usize,
    /// What stands between the block before it and this one.
    prose: &'a str,
}

impl<'a> Block<'a> {
    fn language(&self) -> &'a str {
        self.info.split(' ').next().unwrap_or_default()
    }

    fn is_run(&self) -> bool {
        self.language() == "sh" && !self.is_skipped()
    }

    fn is_skipped(&self) -> bool {
        self.info == "sh skip"
    }

    /// The value of `name=word` or `name="words"`.
    fn value(&self, name: &str) -> Option<&'a str> {
        let (_, rest) = self.info.split_once(&format!(" {name}="))?;
        let (value, _) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').expect("the end of a quote"),
            None => rest.split_once(' ').unwrap_or((rest, "")),
        };
        Some(value)
    }
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let (mut offset, mut prose_start) = (0, 0);
    let mut open: Option<(&str, usize, usize)> = None;
    for line in page.split_inclusive('\n') {
        let next = offset + line.len();
        match (line.strip_prefix("```"), open.take()) {
            (Some(info), None) => {
                open = Some((info.trim(), offset, next));
            }
            (Some(_), Some((info, fence, start))) => {
                let (text, prose) = (&page[start..offset], &page[prose_start..fence]);
                blocks.push(Block {
                    info,
                    text,
                    start,
                    prose,
                });
                prose_start = next;
            }
            (None, own) => open = own,
        }
        offset = next;
    }
    assert!(open.is_none(), "a block without an end");
    blocks
}

/// A folder as a page finds it.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    repository::copy(&fixtures, &folder.path().join("fixtures"));
    folder
}

/// Runs a script, and gives its status and what it prints.
fn run(script: &str, folder: &Path, programs: &Path) -> (i32, String) {
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("bash");
    repository::alone(&mut command);
    for name in ["CLICOLOR", "CLICOLOR_FORCE", "FORCE_HYPERLINK", "BASH_ENV"] {
        command.env_remove(name);
    }
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("DIEGOLINT_") {
            command.env_remove(name);
        }
    }
    command
        .args(["-e", "-c", &format!("exec 2>&1\n{script}")])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", programs.display()))
        .env("NO_COLOR", "1")
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null());
    let output = command.output().expect("bash runs");
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    (output.status.code().expect("it ends"), said)
}

/// Does what a page says; gives the page with what is printed now.
fn followed(name: &str, page: &str) -> String {
    let (folder, programs) = (folder(), tempfile::tempdir().expect("a folder"));
    let program = assert_cmd::cargo::cargo_bin("diegolint");
    symlink(program, programs.path().join("diegolint")).expect("a link");
    let mut result = String::new();
    let mut written = 0;
    // What the script before has printed, if it was one.
    let mut said: Option<String> = None;
    for block in blocks(page) {
        let before = said.take();
        match block.language() {
            "sh" if block.is_skipped() => {
                assert!(
                    !block.prose.trim().is_empty(),
                    "{name}: why is this not run?\n{}",
                    block.text
                );
            }
            "sh" => {
                let expected = block
                    .value("status")
                    .map_or(0, |text| text.parse().expect("a status"));
                let (status, output) = run(block.text, folder.path(), programs.path());
                assert_eq!(status, expected, "{name}:\n{}{output}", block.text);
                said = Some(output);
            }
            "text" => {
                let Some(output) = before else { continue };
                assert!(!output.is_empty(), "{name}: nothing is printed");
                result += &page[written..block.start];
                result += &output;
                written = block.start + block.text.len();
            }
            _ => {
                if let Some(title) = block.value("title") {
                    let path = folder.path().join(title);
                    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
                    fs::write(path, block.text).expect("a file");
                }
            }
        }
    }
    result + &page[written..]
}

fn holds(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(name);
    let page = fs::read_to_string(&path).expect("the page");
    assert!(
        blocks(&page).iter().any(Block::is_run),
        "{name} has nothing to run"
    );
    let now = followed(name, &page);
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&path, now).expect("the page is written");
        return;
    }
    let diff = similar::TextDiff::from_lines(&page, &now);
    let diff = diff.unified_diff().to_string();
    assert!(diff.is_empty(), "{name}: {diff}");
}

#[test]
fn the_page_about_pre_commit_holds() {
    holds("pre-commit.md");
}

#[test]
fn the_page_about_ci_holds() {
    holds("ci.md");
}

#[test]
fn the_page_about_formats_holds() {
    holds("formats.md");
}

#[test]
fn the_page_about_the_configuration_holds() {
    holds("configuration.md");
}

#[test]
fn the_page_about_ignore_comments_holds() {
    holds("suppressions.md");
}

#[test]
fn the_page_about_the_baseline_holds() {
    holds("baseline.md");
}

#[test]
fn a_page_is_followed_in_its_order() {
    let page = "\
Write it:
```toml title=\"a folder/some.toml\"
style = \"remove\"
```
```sh status=3
cat 'a folder/some.toml'; pwd >&2; exit 3
```
And see:
```text
old
```
A picture of something else:
```text
stays
```
It cannot be run here:
```sh skip
rm -rf fixtures
```
```sh
test -d fixtures && diegolint --version
```
```text
```
";
    let followed = followed("a page", page);
    let version = format!("```text\ndiegolint {}\n```\n", env!("CARGO_PKG_VERSION"));
    assert!(followed.ends_with(&version), "{followed}");
    let printed = "And see:\n```text\nstyle = \"remove\"\n/";
    assert!(followed.contains(printed), "{followed}");
    assert!(
        followed.contains("something else:\n```text\nstays\n```"),
        "{followed}"
    );
    assert!(!followed.contains("\nold\n"), "{followed}");
}

#[test]
#[should_panic(expected = "assertion `left == right` failed: a page:")]
fn another_status_is_a_failure() {
    followed("a page", "```sh\necho no; false; echo yes\n```\n");
}

#[test]
#[should_panic(expected = "why is this not run?")]
fn what_is_not_run_has_a_reason() {
    followed("a page", "```sh skip\ntrue\n```\n");
}
