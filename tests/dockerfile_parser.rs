//! Our Dockerfile parser beside two others, on snippets and on every Dockerfile under `fixtures`.
//!
//! The others are second opinions: where they are known to differ from BuildKit, the difference is
//! listed here, and each entry of the list has a snippet that still shows it.

use std::fs;
use std::path::Path;

use diegolint::syntax::dockerfile::{Arguments, Dockerfile, parse};
use parse_dockerfile::Instruction as Other;

/// A keyword and where it begins.
type Keywords = Vec<(String, usize)>;

const SNIPPETS: &[&str] = &[
    "FROM a\nRUN b\n",
    "FROM a\nRUN b",
    "ARG V=1\nFROM --platform=linux/amd64 a:$V AS b\nFROM b\nCOPY --from=b --chown=1:2 /x /y\n",
    "# syntax=docker/dockerfile:1\n# escape=\\\nFROM a\n",
    "# a comment\nFROM a\n  # another\n  RUN b # no comment\n",
    "FROM a\nRUN b && \\\n    c && \\\n    d\nUSER x\n",
    "FROM a\nRUN b && \\\n    # why\n    c\nUSER x\n",
    "FROM a\nENV x=1 \\\n    y=\"2 3\" \\\n    z=4\nENV old form\n",
    "FROM a\nLABEL a=\"b c\"\nEXPOSE 80 443/tcp\nVOLUME /data\nVOLUME [\"/a\", \"/b\"]\n",
    "FROM a\nWORKDIR /x y\nSTOPSIGNAL SIGTERM\nUSER 1000:1000\nMAINTAINER Some One\n",
    "FROM a\nENTRYPOINT [\"/x\", \"y\"]\nCMD [\"a\", \\\n  \"b\"]\nSHELL [\"sh\", \"-c\"]\n",
    "FROM a\nRUN [ -f x ] && y\nCMD exec x\n",
    "FROM a\nHEALTHCHECK --interval=5s CMD curl -f x || exit 1\nHEALTHCHECK NONE\nONBUILD RUN b\n",
    "FROM a\nRUN --mount=type=cache,target=/x b\nADD --checksum=x https://a/b /c\n",
    "FROM a\nRUN <<EOF\nUSER b\nEOF\nUSER x\n",
    "FROM a\nCOPY <<A <<'B' /x/\nRUN y\nA\nRUN z\nB\nUSER x\n",
    "FROM a\r\nRUN b && \\\r\n  c\r\nUSER x\r\n",
    "from a\nrun b\nCmd c\n",
    // One for each known difference.
    "FROM a\nRUN C:\\\\\nENV x=1\n",
    "FROM a\nRUN cat <<EOF >x\nRUN b\nEOF\nUSER x\n",
    "FROM a\nENTRYPOINT []\n",
    "\u{FEFF}FROM a\nRUN b\n",
    "RUN b\n",
];

/// A difference of `parse-dockerfile` and the files that it applies to.
type Difference = (&'static str, fn(&str, &Dockerfile) -> bool);

/// Found by comparing both with BuildKit on nearly three thousand files.
const KNOWN: &[Difference] = &[
    (
        "two escape characters at the end of a line continue it there",
        |text, _| text.lines().any(|line| line.trim_end().ends_with("\\\\")),
    ),
    (
        "a heredoc that is not the first word of RUN is not seen there",
        |_, ours| {
            ours.instructions.iter().any(|instruction| {
                instruction.heredocs.iter().any(|heredoc| {
                    let text = instruction.text.span(0..instruction.text.text().len());
                    heredoc.marker.start > text.start
                })
            })
        },
    ),
    ("an empty array is refused there", |_, ours| {
        ours.instructions.iter().any(|instruction| {
            matches!(&instruction.arguments, Arguments::Json(array) if array.words.is_empty())
        })
    }),
    (
        "a byte order mark does not count in its offsets",
        |text, _| text.starts_with('\u{FEFF}'),
    ),
    ("BuildKit refuses the file, too", |_, ours| {
        !ours.errors.is_empty()
    }),
];

#[test]
fn parse_dockerfile_finds_the_same_instructions() {
    let mut shown = vec![false; KNOWN.len()];
    let mut compared = 0;
    for text in texts() {
        let ours = parse(&text);
        let theirs = match parse_dockerfile::parse(&text) {
            Ok(file) => file.instructions.iter().map(keyword).collect(),
            Err(error) => Err(error.to_string()),
        };
        if theirs.as_ref() == Ok(&keywords(&ours, &text)) {
            compared += 1;
            continue;
        }
        let reasons = KNOWN.iter().enumerate();
        let reasons = reasons.filter(|(_, (_, applies))| applies(&text, &ours));
        let reasons: Vec<usize> = reasons.map(|(index, _)| index).collect();
        assert!(!reasons.is_empty(), "{text}\n{theirs:?}");
        if let [index] = reasons[..] {
            shown[index] = true;
        }
    }
    assert!(compared >= 15, "only {compared} were alike");
    for (shown, (reason, _)) in shown.iter().zip(KNOWN) {
        assert!(shown, "no longer so: {reason}");
    }
}

/// `dockerfile-parser` has no heredocs, no escape directive, and reads two escape characters as a
/// continuation; it also refuses much. What it does read of the rest must be alike.
#[test]
fn dockerfile_parser_finds_the_same_instructions() {
    let mut compared = 0;
    for text in texts() {
        let beyond_it = ["<<", "\\\\\n", "escape="];
        if beyond_it.iter().any(|it| text.contains(it)) {
            continue;
        }
        let Ok(theirs) = dockerfile_parser::Dockerfile::parse(&text) else {
            continue;
        };
        let theirs: Vec<usize> = theirs.instructions.iter().map(|i| i.span().start).collect();
        let ours = keywords(&parse(&text), &text);
        let ours: Vec<usize> = ours.into_iter().map(|(_, start)| start).collect();
        assert_eq!(ours, theirs, "{text}");
        compared += 1;
    }
    assert!(compared >= 10, "only {compared} could be compared");
}

#[test]
fn segments_leave_nothing_out() {
    for text in texts() {
        let segments = parse(&text).segments(&text);
        let together: String = segments.iter().map(|s| &text[s.span.range()]).collect();
        assert_eq!(together, text);
    }
}

/// The snippets, and the Dockerfiles under `fixtures`.
fn texts() -> Vec<String> {
    let mut texts: Vec<String> = SNIPPETS.iter().map(|text| text.to_string()).collect();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    collect(&fixtures, &mut texts);
    texts
}

fn collect(directory: &Path, texts: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(directory) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().to_lowercase();
        if path.is_dir() {
            collect(&path, texts);
        } else if name.starts_with("dockerfile") || name.ends_with(".dockerfile") {
            texts.extend(fs::read_to_string(&path));
        }
    }
}

fn keywords(file: &Dockerfile, text: &str) -> Keywords {
    let instructions = file.instructions.iter();
    instructions
        .map(|i| {
            let written = &text[i.keyword_span.range()];
            (written.to_uppercase(), i.keyword_span.start as usize)
        })
        .collect()
}

fn keyword(instruction: &Other) -> Result<(String, usize), String> {
    let (name, keyword) = match instruction {
        Other::Add(i) => ("ADD", &i.add),
        Other::Arg(i) => ("ARG", &i.arg),
        Other::Cmd(i) => ("CMD", &i.cmd),
        Other::Copy(i) => ("COPY", &i.copy),
        Other::Entrypoint(i) => ("ENTRYPOINT", &i.entrypoint),
        Other::Env(i) => ("ENV", &i.env),
        Other::Expose(i) => ("EXPOSE", &i.expose),
        Other::From(i) => ("FROM", &i.from),
        Other::Healthcheck(i) => ("HEALTHCHECK", &i.healthcheck),
        Other::Label(i) => ("LABEL", &i.label),
        Other::Maintainer(i) => ("MAINTAINER", &i.maintainer),
        Other::Onbuild(i) => ("ONBUILD", &i.onbuild),
        Other::Run(i) => ("RUN", &i.run),
        Other::Shell(i) => ("SHELL", &i.shell),
        Other::Stopsignal(i) => ("STOPSIGNAL", &i.stopsignal),
        Other::User(i) => ("USER", &i.user),
        Other::Volume(i) => ("VOLUME", &i.volume),
        Other::Workdir(i) => ("WORKDIR", &i.workdir),
        other => return Err(format!("an instruction that is new there: {other:?}")),
    };
    Ok((name.to_owned(), keyword.span.start))
}
