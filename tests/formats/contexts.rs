//! What the formats are tried on: a case has a folder, which is a Git repository, as where reports are
//! made.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A folder that is checked, and what comes of it.
pub struct Case {
    pub name: &'static str,
    /// Behind `diegolint check`.
    pub args: Vec<&'static str>,
    pub status: i32,
    dir: TempDir,
}

impl Case {
    fn new(name: &'static str, args: &[&'static str], status: i32) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let git = Command::new("git")
            .args(["init", "-q"])
            .current_dir(dir.path())
            .status();
        assert!(git.expect("git runs").success());
        Self {
            name,
            args: args.to_vec(),
            status,
            dir,
        }
    }

    fn with(self, path: &str, text: &str) -> Self {
        let path = self.dir.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(&path, text).expect("a file");
        #[cfg(unix)]
        if path.extension().is_some_and(|end| end == "sh") {
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            fs::set_permissions(path, mode).expect("a mode");
        }
        self
    }

    pub fn folder(&self) -> std::path::PathBuf {
        self.dir.path().to_owned()
    }
}

/// An image that changes its user, with an instruction before it that holds characters of all kinds.
const ODD: &str = "FROM debian:wheezy\n\
    LABEL odd=\"<b>&amp;]]>\u{fc}\u{1f433}\u{1b}[31m @you #1 :tada: https://a.example |`*_$x\"\n\
    RUN mkdir \"/\u{e9}t\u{e9} <&>|`\" && chown nobody \"/\u{e9}t\u{e9} <&>|`\"\n\
    RUN echo '\u{1f433}\u{fc}' && mkdir /data && chown nobody /data \\\n\t\t&& true\n\
    VOLUME /data\n\
    EXPOSE 6379\n\
    COPY start.sh /start.sh\n\
    ENTRYPOINT [\"/start.sh\"]\n\
    CMD [\"redis-server\"]\n";

const CLEAN: &str = "FROM busybox:1.36\nCMD [\"/bin/httpd\", \"-f\", \"-p\", \"8080\"]\n";

const SCRIPT: &str = "#!/bin/sh\nset -e\n# \u{1f433}\n\
    echo '\u{1f433}'; chown -R \"<&>'@you|`]]>\" .; exec gosu \"no@body#1:x:\" \"$@\"\n";

/// Names that mean something in one of the formats.
const NAMES: &[&str] = &[
    "a b",
    "quo\"te's",
    "<&>]]>",
    "100%41",
    "c,d:e#f?g=h",
    "\u{fc}ml\u{e4}ut \u{1f433}",
    "-dash|bar`tick*_[x](y)",
    "@you",
    "1. www.a.example",
    #[cfg(unix)]
    "back\\slash|",
    #[cfg(unix)]
    "new\nline",
    #[cfg(unix)]
    "esc\u{1b}[31m\u{1}",
];

/// Something found, nothing found, nothing there, an input that cannot be read beside a good one, names
/// and texts that need escapes, and many images on several targets.
pub fn all() -> Vec<Case> {
    let found = Case::new("found", &["."], 1)
        .with("Dockerfile", ODD)
        .with("start.sh", SCRIPT);
    let clean = Case::new("clean", &["."], 0).with("Dockerfile", CLEAN);
    let none = Case::new("none", &["nowhere"], 2);
    let broken = Case::new("broken", &["a", "b", "c"], 2)
        .with("a/Dockerfile", ODD)
        .with("a/start.sh", SCRIPT)
        .with(
            "b/Dockerfile",
            "FROM scratch\n\u{1f433} @you <b> 1%\nNONE x\nFRM x\nRUN [\n",
        )
        .with("c/none.txt", "");
    let mut names = Case::new("names", &["."], 1);
    for (name, end) in NAMES.iter().zip(["\n", "\r\n"].into_iter().cycle()) {
        let mark = if end == "\n" { "" } else { "\u{feff}" };
        let text = format!("{mark}{}", ODD.replace('\n', end));
        names = names
            .with(&format!("{name}/Dockerfile"), &text)
            .with(&format!("{name}/start.sh"), SCRIPT);
    }
    let args = ["--target", "diego-2015", "--target", "cf", "./images"];
    let mut images = Case::new("images", &args, 1);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for image in ["redis", "postgres", "crlf", "heredoc", "alpine-su-exec"] {
        copy(
            &root.join(image),
            &images.folder().join("images").join(image),
        );
    }
    images = images.with("images/odd/Dockerfile", ODD);
    vec![found, clean, none, broken, names, images]
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("a copy");
        }
    }
}
