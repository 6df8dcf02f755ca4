//! Which contexts a path of the command line means.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::Context;
use super::tree::shown;
use crate::paths::folder_of;
use crate::problem::Problem;

/// What turns a file into a template of a Dockerfile or of something else, and what editors and
/// version control leave behind: not built as they are.
const NOT_BUILT: &[&str] = &[
    "template",
    "tmpl",
    "tpl",
    "in",
    "j2",
    "jinja",
    "jinja2",
    "erb",
    "m4",
    "mustache",
    "hbs",
    "gotmpl",
    "dockerignore",
    "containerignore",
    "bak",
    "orig",
    "rej",
    "swp",
    "patch",
    "diff",
    "md",
];

/// Data, and source text of programs about Dockerfiles: `dockerfile_test.go`, `dockerfile.ts`.
/// `Dockerfile.go` may well be one, for images with Go in them; `Dockerfile.json` is none.
const DATA: &[&str] = &[
    "adoc", "csv", "gz", "html", "json", "lock", "log", "rst", "sarif", "sum", "svg", "tar",
    "toml", "tgz", "txt", "xml", "yaml", "yml", "zip",
];
const SOURCE_TEXT: &[&str] = &[
    "bats", "c", "cc", "cpp", "cs", "css", "go", "h", "java", "js", "jsx", "kt", "lua", "mjs",
    "php", "pl", "ps1", "py", "rb", "rs", "scala", "sh", "snap", "swift", "ts", "tsx", "vim",
];

/// What is said of a Dockerfile elsewhere than in its name.
#[derive(Clone, Debug, Default)]
pub struct Placed {
    /// The folder that it is built in, where it is not its own.
    pub folder: Option<PathBuf>,
    /// It is not looked for; one that is named is opened all the same.
    pub left_out: bool,
}

/// Says how Dockerfiles are placed.
pub type Place<'a> = &'a dyn Fn(&Path) -> Result<Placed, Problem>;

/// Opens the contexts that a path means:
///
/// - `-`: a Dockerfile from `stdin`, without a context;
/// - a file: that Dockerfile, whatever its name, in its folder or the one that `place` says;
/// - a folder: each Dockerfile in it and below it, in its own folder or the one that `place` says, but
///   for what `place` and `.gitignore` leave out, hidden folders and templates.
///
/// With `file` (the option `-f`) it is that Dockerfile alone, in the folder `path`; `-` is `stdin`
/// there, too. As with Docker, `file` starts from the working directory, and from the folder where
/// it is not found.
///
/// The order depends on the names alone. What cannot be opened is a problem in its place. Nothing comes
/// of a folder without a Dockerfile.
pub fn discover(
    path: &Path,
    file: Option<&Path>,
    place: Place<'_>,
    stdin: &mut dyn Read,
) -> Vec<Result<Context, Problem>> {
    let dash = Path::new("-");
    if let Some(file) = file {
        if !path.is_dir() {
            let message = if path.exists() {
                "not a folder: -f names a Dockerfile of a folder"
            } else {
                "no such folder"
            };
            return vec![Err(Problem::of(shown(path), message))];
        }
        if file == dash {
            return vec![Context::from_reader(Some(path), stdin)];
        }
        let inside = path.join(file);
        let file = if !file.exists() && inside.exists() {
            &inside
        } else {
            file
        };
        return vec![Context::open(path, file)];
    }
    if path == dash {
        return vec![Context::from_reader(None, stdin)];
    }
    match std::fs::metadata(path) {
        Err(error) => vec![Err(Problem::io(shown(path), &error))],
        Ok(metadata) if metadata.is_dir() => walk(path, place),
        Ok(_) => vec![place(path).and_then(|placed| open(path, placed))],
    }
}

/// Opens a Dockerfile in the folder that it is built in.
fn open(dockerfile: &Path, placed: Placed) -> Result<Context, Problem> {
    let folder = placed
        .folder
        .unwrap_or_else(|| folder_of(dockerfile).to_owned());
    Context::open(&folder, dockerfile)
}

/// Whether a file of this name is taken for a Dockerfile where none is named: `Dockerfile`,
/// `Dockerfile.alpine`, `Dockerfile-alpine`, `alpine.dockerfile`, `Containerfile`,
/// `Containerfile.alpine`; a template of one is not.
pub fn is_dockerfile_name(name: &str) -> bool {
    if name.ends_with('~') {
        return false;
    }
    let extension = name.rsplit('.').next().unwrap_or_default();
    if NOT_BUILT.contains(&extension.to_ascii_lowercase().as_str())
        || name.ends_with("-template")
        || name.ends_with("_template")
    {
        return false;
    }
    for stem in ["Dockerfile", "dockerfile", "Containerfile"] {
        if let Some(rest) = name.strip_prefix(stem) {
            let is_source_text = SOURCE_TEXT.contains(&extension)
                && (stem == "dockerfile" || !rest.starts_with('.'));
            if DATA.contains(&extension) || is_source_text {
                return false;
            }
            return rest.is_empty() || (rest.len() > 1 && rest.starts_with(['.', '-', '_']));
        }
    }
    let stem = name.len().checked_sub(".dockerfile".len());
    stem.filter(|length| *length > 0)
        .and_then(|length| name.get(length..))
        .is_some_and(|end| end.eq_ignore_ascii_case(".dockerfile"))
}

/// Whether a file that was only found by its name is no Dockerfile: a part of a template, say. One
/// that is called just that is one, whatever it holds.
fn is_something_else(context: &Context, path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    if matches!(name, Some("Dockerfile" | "dockerfile" | "Containerfile")) {
        return false;
    }
    let source = context.source(context.dockerfile());
    let mut lines = source
        .text()
        .trim_start_matches('\u{feff}')
        .lines()
        .map(str::trim);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
    let word = first
        .and_then(|line| line.split_whitespace().next())
        .unwrap_or_default();
    !(word.eq_ignore_ascii_case("from") || word.eq_ignore_ascii_case("arg"))
}

fn walk(root: &Path, place: Place<'_>) -> Vec<Result<Context, Problem>> {
    // By their names as shown, so that the order is that of the report.
    let mut found: BTreeMap<String, PathBuf> = BTreeMap::new();
    let mut problems = Vec::new();
    let walk = WalkBuilder::new(root)
        .hidden(true)
        .git_global(false)
        .require_git(false)
        .follow_links(false)
        .build();
    for item in walk {
        match item {
            Ok(item) => {
                let name = item.file_name().to_string_lossy();
                if item.depth() > 0 && is_dockerfile_name(&name) && item.path().is_file() {
                    let path = without_dot(root, item.path());
                    found.insert(shown(&path), path);
                }
            }
            Err(error) => problems.push(Err(unreadable(root, &error))),
        }
    }
    if found.is_empty() {
        // .gitignore does not hold for the folder that the user names.
        let read = std::fs::read_dir(root).into_iter().flatten().flatten();
        for item in read.filter(|item| is_dockerfile_name(&item.file_name().to_string_lossy())) {
            if item.path().is_file() {
                let path = without_dot(root, &item.path());
                found.insert(shown(&path), path);
            }
        }
    }
    let mut seen = std::collections::HashSet::new();
    for path in found.into_values() {
        let placed = match place(&path) {
            Ok(placed) if placed.left_out => continue,
            Ok(placed) => placed,
            Err(problem) => {
                problems.push(Err(problem));
                continue;
            }
        };
        // A link beside the file that it leads to is the same image.
        let real = std::fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        if seen.insert((folder_of(&path).to_owned(), real)) {
            let context = open(&path, placed);
            if !context
                .as_ref()
                .is_ok_and(|context| is_something_else(context, &path))
            {
                problems.push(context);
            }
        }
    }
    problems
}

/// `./Dockerfile`, which the walk of `.` gives, is `Dockerfile` for people.
fn without_dot(root: &Path, path: &Path) -> PathBuf {
    match path.strip_prefix(".") {
        Ok(rest) if root == Path::new(".") => rest.to_owned(),
        _ => path.to_owned(),
    }
}

fn unreadable(root: &Path, error: &ignore::Error) -> Problem {
    let mut path = shown(root);
    let mut inner = error;
    loop {
        match inner {
            ignore::Error::WithPath { path: place, err } => {
                path = shown(place);
                inner = err;
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                inner = err;
            }
            ignore::Error::Io(error) => return Problem::io(path, error),
            other => return Problem::of(path, other.to_string()),
        }
    }
}
