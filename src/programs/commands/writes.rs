//! Which paths a command writes, and how, whatever program it is. Only what is sure.

use super::copies::{Copy, CopyKind, parse_copy, parse_in_place};
use super::downloads::parse_download;
use super::files::{parse_install, parse_mkdir, parse_rsync};
use crate::programs::options::Options;
use crate::programs::words::{WordPart, Words, base_name, program_name};

/// A path that a command writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put {
    /// The path.
    pub path: PutPath,
    /// How.
    pub manner: Manner,
}

/// Where a command says what it writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PutPath {
    /// A word, or a part of one.
    Part(WordPart),
    /// Nowhere: the program writes there all the same.
    Fixed(String),
    /// Nowhere: the program writes in the folder that a variable names, and in one that is open to
    /// everybody where nothing sets it.
    Named {
        /// The variable.
        variable: &'static str,
        /// What is made in the folder.
        name: &'static str,
    },
}

/// How a command writes a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// It makes a folder, which may not be there yet.
    Folder,
    /// It makes a folder unless it is there, and those above it.
    FolderUnlessThere,
    /// It writes a file, which is there or is made.
    File,
    /// It makes a file unless it is there.
    FileUnlessThere,
    /// It makes a file for itself, in a folder that is for such files.
    Temporary,
    /// Whatever it is: a file, a folder, or something in a folder.
    Either,
    /// It makes files in a folder, and puts them in the place of others there (`sed -i`).
    Inside,
    /// It makes something in a folder, under a name that is not known.
    New,
    /// It takes it away.
    Gone,
    /// It takes it away if it is there, and does not mind if it is not.
    GoneIfThere,
}

/// The paths that a command writes, redirections aside.
pub fn parse_writes(argv: &Words) -> Vec<Put> {
    if let Some(files) = parse_in_place(argv) {
        return whole(files, Manner::Inside);
    }
    if let Some(copy) = parse_copy(argv) {
        return copied(argv, copy);
    }
    match program_name(argv) {
        "mkdir" => parse_mkdir(argv).map_or_else(Vec::new, |mkdir| {
            let manner = match mkdir.parents {
                true => Manner::FolderUnlessThere,
                false => Manner::Folder,
            };
            whole(mkdir.paths, manner)
        }),
        "install" => installed(argv),
        "touch" => operands(argv, &["-d", "--date", "-r", "--reference", "-t", "--time"]),
        "tee" => operands(argv, &[]),
        "truncate" => operands(argv, &["-s", "--size", "-r", "--reference"]),
        "mkfifo" => made(argv, &["-m", "--mode"], 0),
        "mknod" => made(argv, &["-m", "--mode"], 0),
        "rm" | "rmdir" | "unlink" => removed(argv),
        "dd" => behind(argv, "of="),
        "tar" => unpacked(argv),
        "unzip" => unzipped(argv),
        "rsync" => synchronised(argv),
        "curl" | "wget" => downloaded(argv),
        "openssl" => values(argv, &["-out", "-keyout"]),
        "keytool" => keystore(argv),
        "ssh-keygen" => keys(argv),
        "gpg" | "gpg2" => keyring(argv),
        "htpasswd" => passwords(argv),
        "mktemp" => temporary(argv),
        "dockerize" | "consul-template" => templates(argv),
        _ => Vec::new(),
    }
}

fn put(part: WordPart, manner: Manner) -> Put {
    Put {
        path: PutPath::Part(part),
        manner,
    }
}

fn whole(indexes: Vec<usize>, manner: Manner) -> Vec<Put> {
    let parts = indexes.into_iter().map(WordPart::whole);
    parts.map(|part| put(part, manner)).collect()
}

/// Every operand is a file that is written.
fn operands(argv: &Words, values: &[&str]) -> Vec<Put> {
    whole(Options::of(values).scan(argv, 1).operands, Manner::File)
}

/// The operand of this number is a new file.
fn made(argv: &Words, values: &[&str], number: usize) -> Vec<Put> {
    let found = Options::of(values).scan(argv, 1);
    let index = found.operands.get(number).copied();
    whole(index.into_iter().collect(), Manner::File)
}

fn copied(argv: &Words, copy: Copy) -> Vec<Put> {
    let manner = match copy.kind {
        CopyKind::Copy if copy.keeps_old => Manner::FileUnlessThere,
        CopyKind::Copy => Manner::Either,
        _ => Manner::Inside,
    };
    let mut puts = Vec::new();
    match copy.destination {
        Some(part) => puts.push(put(part, manner)),
        // Beside the working directory's other files.
        None => {
            let name = copy.sources.first().and_then(|i| argv[*i]);
            puts.extend(name.map(|name| Put {
                path: PutPath::Fixed(base_name(name).to_owned()),
                manner,
            }));
        }
    }
    if copy.kind == CopyKind::Move {
        puts.extend(whole(copy.sources, Manner::Gone));
    }
    puts
}

fn installed(argv: &Words) -> Vec<Put> {
    match parse_install(argv) {
        Some(install) if install.directory => whole(install.paths, Manner::FolderUnlessThere),
        Some(install) => {
            let destination = install.destination;
            let put = destination.map(|part| put(part, Manner::Either));
            put.into_iter().collect()
        }
        None => Vec::new(),
    }
}

fn removed(argv: &Words) -> Vec<Put> {
    let found = Options::of(&[]).scan(argv, 1);
    let manner = match found.has(&["-f", "--force"]) {
        true => Manner::GoneIfThere,
        false => Manner::Gone,
    };
    whole(found.operands, manner)
}

/// Words that begin with a name and `=`.
fn behind(argv: &Words, name: &str) -> Vec<Put> {
    let words = argv.iter().enumerate().skip(1);
    let parts = words.filter_map(|(index, word)| {
        let rest = (*word)?.strip_prefix(name)?;
        let start = name.len();
        (!rest.is_empty()).then(|| WordPart::bytes(index, start..start + rest.len()))
    });
    parts.map(|part| put(part, Manner::File)).collect()
}

/// The words behind these ones.
fn values(argv: &Words, names: &[&str]) -> Vec<Put> {
    let words = argv.iter().enumerate().skip(1);
    let indexes = words
        .filter(|(index, word)| word.is_some_and(|w| names.contains(&w)) && index + 1 < argv.len())
        .map(|(index, _)| index + 1)
        .collect();
    whole(indexes, Manner::File)
}

/// `tar -x -C folder`, and `tar -c -f file`.
fn unpacked(argv: &Words) -> Vec<Put> {
    const FOLDER: [&str; 2] = ["-C", "--directory"];
    let found = Options::of(&[
        "-C",
        "--directory",
        "-f",
        "--file",
        "-T",
        "--files-from",
        "-X",
        "--exclude-from",
        "--exclude",
        "--strip-components",
        "--transform",
        "--xform",
        "-I",
        "--use-compress-program",
        "--owner",
        "--group",
        "--mode",
        "-b",
        "-H",
        "--format",
    ])
    .scan(argv, 1);
    // In the old way the letters come first, without a dash, and what they take follows in order.
    let bundle = argv
        .get(1)
        .copied()
        .flatten()
        .filter(|word| !word.starts_with('-'));
    let told = |letter: char, long: &str| {
        found.has(&[&format!("-{letter}"), long]) || bundle.is_some_and(|b| b.contains(letter))
    };
    if told('O', "--to-stdout") || bundle.is_some_and(|bundle| bundle.contains('C')) {
        return Vec::new();
    }
    if told('x', "--extract") || found.has(&["--get"]) {
        let folder = found.given(&FOLDER).and_then(|o| o.value.clone());
        return vec![match folder {
            Some(part) => put(part, Manner::Either),
            None => Put {
                path: PutPath::Fixed(".".to_owned()),
                manner: Manner::Either,
            },
        }];
    }
    if !told('c', "--create") {
        return Vec::new();
    }
    let file = match found.given(&["-f", "--file"]) {
        Some(option) => option.value.clone(),
        None => bundle
            .filter(|bundle| bundle.ends_with('f') && argv.len() > 2)
            .map(|_| WordPart::whole(2)),
    };
    let file = file.filter(|part| part.text(argv) != Some("-"));
    file.map(|part| put(part, Manner::File))
        .into_iter()
        .collect()
}

fn unzipped(argv: &Words) -> Vec<Put> {
    let found = Options::of(&["-d", "-x", "-P"]).scan(argv, 1);
    if found.has(&["-l", "-p", "-t", "-v", "-z", "-Z", "-c"]) || found.operands.is_empty() {
        return Vec::new();
    }
    let folder = found.given(&["-d"]).and_then(|o| o.value.clone());
    vec![match folder {
        Some(part) => put(part, Manner::Either),
        None => Put {
            path: PutPath::Fixed(".".to_owned()),
            manner: Manner::Either,
        },
    }]
}

/// The last operand, unless it is on another machine.
fn synchronised(argv: &Words) -> Vec<Put> {
    let short_n = argv.iter().flatten().any(|word| {
        *word == "--dry-run"
            || word.starts_with('-') && !word.starts_with("--") && word.contains('n')
    });
    let destination = parse_rsync(argv).and_then(|rsync| rsync.destination);
    let destination = destination.filter(|index| {
        let remote = argv[*index].is_none_or(|word| word.contains(':'));
        !remote && !short_n
    });
    whole(destination.into_iter().collect(), Manner::Either)
}

fn downloaded(argv: &Words) -> Vec<Put> {
    let output = parse_download(argv).and_then(|download| download.output);
    let output = output.filter(|part| part.text(argv) != Some("-"));
    output
        .map(|part| put(part, Manner::File))
        .into_iter()
        .collect()
}

/// `keytool -import… -keystore file`
fn keystore(argv: &Words) -> Vec<Put> {
    let changes = argv.iter().flatten().any(|word| {
        word.starts_with("-import")
            || word.starts_with("-genkey")
            || word.starts_with("-gensec")
            || matches!(*word, "-delete" | "-storepasswd" | "-keypasswd")
    });
    match changes {
        true => values(argv, &["-keystore", "-destkeystore"]),
        false => Vec::new(),
    }
}

/// `ssh-keygen -f file`: a new pair of keys. `-A` makes what is missing of the host's keys.
fn keys(argv: &Words) -> Vec<Put> {
    let found = Options::of(&["-f", "-t", "-b", "-C", "-N", "-P", "-m", "-a"]).scan(argv, 1);
    if found.has(&["-A"]) {
        return vec![Put {
            path: PutPath::Fixed("/etc/ssh/ssh_host_rsa_key".to_owned()),
            manner: Manner::FileUnlessThere,
        }];
    }
    if found.has(&["-l", "-y", "-B", "-F", "-R", "-e", "-i", "-H", "-p", "-c"]) {
        return Vec::new();
    }
    let file = found.given(&["-f"]).and_then(|o| o.value.clone());
    file.map(|part| put(part, Manner::File))
        .into_iter()
        .collect()
}

/// `gpg --homedir folder --import …` writes its ring there.
fn keyring(argv: &Words) -> Vec<Put> {
    let found = Options::of(&["--homedir", "--keyserver", "--recipient", "-r"]).scan(argv, 1);
    let changes = [
        "--import",
        "--recv-keys",
        "--recv-key",
        "--receive-keys",
        "--gen-key",
        "--full-generate-key",
        "--quick-generate-key",
    ];
    let folder = found.given(&["--homedir"]).filter(|_| found.has(&changes));
    let folder = folder.and_then(|option| option.value.clone());
    folder
        .map(|part| put(part, Manner::Either))
        .into_iter()
        .collect()
}

/// `htpasswd -c file account`: the first operand, unless it prints.
fn passwords(argv: &Words) -> Vec<Put> {
    let found = Options::of(&["-C"]).scan(argv, 1);
    if found.has(&["-n", "-v"]) || found.operands.len() < 2 {
        return Vec::new();
    }
    whole(found.operands[..1].to_vec(), Manner::File)
}

/// `mktemp /run/x/XXXXXX`, `mktemp -p /run/x`. Without a template, and with `-t`, it is TMPDIR that
/// counts.
fn temporary(argv: &Words) -> Vec<Put> {
    let found = Options::of(&["-p", "--suffix"]).scan(argv, 1);
    if found.has(&["-u", "--dry-run"]) {
        return Vec::new();
    }
    let folder = found
        .given(&["-p", "--tmpdir"])
        .and_then(|o| o.value.clone());
    if let Some(folder) = folder {
        return vec![put(folder, Manner::Either)];
    }
    match found.operands.first() {
        Some(template) if !found.has(&["-t", "--tmpdir"]) => whole(vec![*template], Manner::File),
        _ => vec![Put {
            path: PutPath::Named {
                variable: "TMPDIR",
                name: "tmp.XXXXXXXXXX",
            },
            manner: Manner::Temporary,
        }],
    }
}

/// `dockerize -template from:to`, `consul-template -template from:to:command`
fn templates(argv: &Words) -> Vec<Put> {
    let parts = values(argv, &["-template", "--template"])
        .into_iter()
        .filter_map(|written| match written.path {
            PutPath::Part(part) => {
                let word = part.text(argv)?;
                let at = word.find(':')? + 1;
                let end = word[at..].find(':').map_or(word.len(), |end| at + end);
                (at < end).then(|| WordPart::bytes(part.index, at..end))
            }
            _ => None,
        });
    parts.map(|part| put(part, Manner::File)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_commands_write() {
        for (line, paths, manner) in [
            ("touch -d now /a /b", "/a /b", Manner::File),
            ("tee -a /a", "/a", Manner::File),
            ("mkdir -p /a /b", "/a /b", Manner::FolderUnlessThere),
            ("mkdir -m 755 /a", "/a", Manner::Folder),
            ("install -d -m 755 /a", "/a", Manner::FolderUnlessThere),
            ("install -m 755 x /a", "/a", Manner::Either),
            ("sed -i s/a/b/ /a", "/a", Manner::Inside),
            ("cp x y /a", "/a", Manner::Either),
            ("cp -n x /a", "/a", Manner::FileUnlessThere),
            ("ln -sf x /a", "/a", Manner::Inside),
            ("ln -s /x/y", "y", Manner::Inside),
            ("rm /a", "/a", Manner::Gone),
            ("rm -rf /a /b", "/a /b", Manner::GoneIfThere),
            ("dd if=/dev/zero of=/a bs=1M", "/a", Manner::File),
            ("truncate -s 0 /a", "/a", Manner::File),
            ("tar -xzf x.tgz -C /a", "/a", Manner::Either),
            ("tar xzf x.tgz", ".", Manner::Either),
            ("tar czf /a.tgz x", "/a.tgz", Manner::File),
            ("tar -cf - x", "", Manner::File),
            ("tar -tzf x.tgz", "", Manner::Either),
            ("unzip -q x.zip -d /a", "/a", Manner::Either),
            ("unzip -l x.zip", "", Manner::Either),
            ("rsync -a x/ /a/", "/a/", Manner::Either),
            ("rsync -a x/ host:/a/", "", Manner::Either),
            ("curl -fsSL http://x/y -o /a", "/a", Manner::File),
            ("curl http://x/y", "", Manner::File),
            ("wget -qO- http://x/y", "", Manner::File),
            ("wget -O /a http://x/y", "/a", Manner::File),
            (
                "openssl req -x509 -keyout /a -out /b",
                "/a /b",
                Manner::File,
            ),
            ("keytool -import -noprompt -keystore /a", "/a", Manner::File),
            ("keytool -list -keystore /a", "", Manner::File),
            ("ssh-keygen -t rsa -f /a -N x", "/a", Manner::File),
            ("ssh-keygen -l -f /a", "", Manner::File),
            (
                "ssh-keygen -A",
                "/etc/ssh/ssh_host_rsa_key",
                Manner::FileUnlessThere,
            ),
            ("gpg --homedir /a --import x", "/a", Manner::Either),
            ("gpg --homedir /a --verify x", "", Manner::Either),
            ("htpasswd -bc /a me it", "/a", Manner::File),
            ("htpasswd -nb me it", "", Manner::File),
            ("mktemp -d", "$TMPDIR/tmp.XXXXXXXXXX", Manner::Temporary),
            (
                "mktemp -t a.XXX",
                "$TMPDIR/tmp.XXXXXXXXXX",
                Manner::Temporary,
            ),
            ("mktemp -u", "", Manner::File),
            ("mktemp -p /a", "/a", Manner::Either),
            ("mktemp /a.XXX", "/a.XXX", Manner::File),
            ("mktemp a.XXX", "a.XXX", Manner::File),
            ("mkfifo -m 600 /a", "/a", Manner::File),
            ("dockerize -template x:/a cmd", "/a", Manner::File),
            ("consul-template -template x:/a:reload", "/a", Manner::File),
            ("echo /a", "", Manner::File),
        ] {
            let words: Vec<Option<&str>> = line.split(' ').map(Some).collect();
            let puts = parse_writes(&words);
            let texts: Vec<String> = puts
                .iter()
                .map(|put| match &put.path {
                    PutPath::Part(part) => part.text(&words).unwrap_or("?").to_owned(),
                    PutPath::Fixed(text) => text.clone(),
                    PutPath::Named { variable, name } => format!("${variable}/{name}"),
                })
                .collect();
            assert_eq!(texts.join(" "), paths, "{line}");
            assert!(
                puts.iter().all(|put| put.manner == manner),
                "{line}: {puts:?}"
            );
        }
    }

    #[test]
    fn what_is_moved_leaves_its_folder() {
        let words = [Some("mv"), Some("/a"), Some("/b")];
        let manners: Vec<Manner> = parse_writes(&words).iter().map(|put| put.manner).collect();
        assert_eq!(manners, [Manner::Inside, Manner::Gone]);
    }
}
