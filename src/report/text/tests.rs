use super::super::{Judged, fake};
use super::*;

/// The report of the fake, with its folder taken out.
fn report(terminal: Terminal) -> String {
    let (dir, judged) = fake::judged();
    let list = [judged];
    let findings = Findings::of(&list, &[]);
    let text = check(
        &findings,
        0,
        &[fake::target()],
        "diegolint fix redis",
        &terminal,
    );
    text.replace(&format!("{}/", dir.path().display()), "redis/")
}

const PLAIN: Terminal = Terminal {
    color: false,
    links: false,
    width: 80,
};

#[test]
fn a_finding_shows_its_place_its_reasons_and_its_fix() {
    assert_eq!(
        report(PLAIN),
        "\
warning[build-chown]: /data belongs to keeper, who does not run
  ╭▸ redis/Dockerfile:5:3
  │
5 │         chown keeper:keeper /data
  │         ━━━━━━━━━━━━━━━━━━━━━━━━━
  │
  ├ note: not in every run, perhaps: what decides is not known before it
  │       starts
  ╰ fix: let everybody write there (with --unsafe)

note[exposed-port]: the platform does not read EXPOSE
   ╭▸ redis/Dockerfile:12:1
   │
12 │ EXPOSE 6379
   ╰╴━━━━━━━━━━━

error[switch-user]: gosu cannot become keeper: the container's user is vcap, and
                    the kernel refuses setgroups to it
   ╭▸ redis/start.sh:6:7
   │
 4 │ if [ \"$1\" = 'redis-server' ]; then
   │       ── true, because CMD says redis-server
 5 │     chown -R keeper .
 6 │     exec gosu keeper \"$@\"
   │          ━━━━
   │
   ⸬  redis/Dockerfile:13:7
   │
13 │ CMD [ \"redis-server\" ]
   │       ────────────── this is \"$1\"
   │
   ├ help: run the server as whoever the container runs as
   ╰ fix: run the command without gosu

2 files: 1 error, 1 warning, 1 note; 1 can be fixed with diegolint fix redis
"
    );
}

#[test]
fn colours_change_nothing_but_the_colours() {
    let color = Terminal {
        color: true,
        ..PLAIN
    };
    let text = report(color);
    assert!(text.contains("\u{1b}["));
    assert_eq!(
        anstream::adapter::strip_str(&text).to_string(),
        report(PLAIN)
    );
}

#[test]
fn a_text_of_the_file_cannot_reach_the_terminal() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("Dockerfile");
    std::fs::write(&path, "FROM a\nRUN echo \x1b[2J\x07\u{202e}x\n").expect("a file");
    let context = Context::open(dir.path(), &path).expect("a context");
    let (_fake, mut judged) = fake::judged();
    let mut finding = judged.judgement.findings.remove(2);
    finding.message = "it says \x1b[2J".into();
    finding.origin.source = context.dockerfile();
    finding.origin.span = crate::source::Span::new(7, 25);
    judged.judgement.findings = vec![finding];
    let list = [Judged { context, ..judged }];
    let text = findings(&Findings::of(&list, &[]), &[fake::target()], &PLAIN);
    assert!(text.contains("RUN echo"), "{text}");
    assert!(!text.contains(['\x1b', '\x07', '\u{202e}']), "{text:?}");
}

#[test]
fn nothing_found_is_said() {
    let list: [Judged; 0] = [];
    let text = check(&Findings::of(&list, &[]), 0, &[fake::target()], "", &PLAIN);
    assert_eq!(text, "0 files: nothing found on diego-2015\n");
}
