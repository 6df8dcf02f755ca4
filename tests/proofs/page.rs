//! docs/proofs.md: what has been proven, written by the run that has proven it.

use std::fmt::Write;
use std::fs;
use std::path::Path;

/// A case that is broken on a target, and mended.
#[derive(Clone, Debug)]
pub struct Row {
    pub target: String,
    pub server: String,
    /// What failed, in the words of the kernel or the server.
    pub before: String,
    /// The finding that said so.
    pub finding: String,
    /// What fixes change.
    pub changes: Vec<String>,
    /// In milliseconds, how long it took each of the fixed ones to be healthy.
    pub after: Vec<u64>,
}

const HEAD: &str = "\
# Proofs

Each row is a build context in `tests/proofs/cases/`, in the manner of the server's official image, with
the server that Debian packages. It was built, started under the contract of the target, and asked from
within its network namespace: as it is, where it does not come up healthy, for the reason that `check` gives;
and after `diegolint fix`, in each of the styles `comment`, `remove` and `guard`, where it does, answers as the
server answers its clients, and goes on to live. With `guard` it also still starts on plain Docker, as root, and
becomes the account that it became before.

`DIEGOLINT_PROOFS=require cargo test --test proofs` carries all of it out, and fails if anything here is not what
it sees; with `UPDATE_EXPECTED=1` it writes this page. Seconds are those of the run that wrote it, the slowest of
the three styles.
";

/// Compares the page with what was proven, or writes it.
///
/// # Errors
/// How they differ.
pub fn check(mut rows: Vec<Row>) -> Result<(), String> {
    rows.sort_by(|a, b| {
        (&a.target, a.server.to_lowercase()).cmp(&(&b.target, b.server.to_lowercase()))
    });
    let page = page(&rows);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/proofs.md");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        return fs::write(&path, page).map_err(|error| error.to_string());
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    let (there, page) = (lasting(&there), lasting(&page));
    let mut lines = there.lines().zip(page.lines());
    match lines.find(|(a, b)| a != b) {
        Some((there, seen)) => Err(format!(
            "docs/proofs.md says\n  {there}\nbut this was seen:\n  {seen}"
        )),
        None if there != page => Err("docs/proofs.md has other rows".to_owned()),
        None => Ok(()),
    }
}

fn page(rows: &[Row]) -> String {
    let mut page = HEAD.to_owned();
    for of_target in rows.chunk_by(|a, b| a.target == b.target) {
        let target = &of_target[0].target;
        let _ = write!(
            page,
            "\n## On `{target}`\n\n\
             | server | what fails before | which finding says so | what the fix does | healthy after |\n\
             |---|---|---|---|--:|\n"
        );
        for row in of_target {
            let slowest = row.after.iter().max().copied().unwrap_or_default();
            let _ = writeln!(
                page,
                "| {} | {} | {} | {} | {} s |",
                cell(&row.server),
                code(&row.before),
                cell(&row.finding),
                cell(&row.changes.join("; ")),
                seconds(slowest)
            );
        }
    }
    page
}

/// To a tenth.
fn seconds(millis: u64) -> String {
    let tenths = millis.div_ceil(100);
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// Text as it was printed, cut where it is long.
fn code(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !c.is_control()).collect();
    let short: String = plain.chars().take(100).collect();
    let end = if short.len() < plain.len() { "…" } else { "" };
    match short.contains('`') {
        true => format!("`` {}{end} ``", cell(&short)),
        false => format!("`{}{end}`", cell(&short)),
    }
}

/// A page without what differs from run to run: numbers of processes, times.
fn lasting(page: &str) -> String {
    let mut out = String::new();
    let mut digits = false;
    for character in page.chars() {
        let is_digit = character.is_ascii_digit();
        if is_digit && !digits {
            out.push('#');
        } else if !is_digit {
            out.push(character);
        }
        digits = is_digit;
    }
    out
}
