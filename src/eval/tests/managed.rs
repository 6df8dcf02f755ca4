//! What programs start that a file tells what to run.

use super::super::{Child, ChildCommand, ChildManner, Managed, User, Value};
use super::{LINE, System, lines};
use crate::finding::Certainty;
use crate::source::{Origin, Span};

fn child(line: &str, manner: ChildManner) -> Child {
    let words = line.split(' ').map(Value::text).collect();
    Child::new(ChildCommand::Words(words), place(), manner)
}

fn place() -> Origin {
    Origin {
        source: LINE,
        span: Span::new(0, 3),
    }
}

fn started(children: Vec<Child>, script: &str) -> System {
    let managed = Managed {
        children,
        ..Managed::default()
    };
    let mut system = System::new(script);
    system.managed.insert("boss".to_owned(), managed);
    system
}

#[test]
fn none_of_those_beside_each_other_ends_another() {
    let children = vec![
        child("/a.sh one", ChildManner::Beside),
        child("/a.sh two", ChildManner::Beside),
        child("b", ChildManner::Beside),
    ];
    let mut system =
        started(children, "exec boss\nnever").with("/a.sh", "set -e\nrun $1\nexit 1\n");
    assert_eq!(
        system.account(""),
        "always boss\nalways /a.sh one\nalways run one\nalways /a.sh two\nalways run two\nalways b"
    );
}

#[test]
fn nothing_comes_behind_the_one_that_it_is_there_for() {
    let children = vec![
        child("before", ChildManner::Before),
        child("/main.sh", ChildManner::Main),
        child("never", ChildManner::Beside),
    ];
    let mut system = started(children, "boss\nafter").with("/main.sh", "main\n");
    assert_eq!(
        system.account(""),
        "always boss\nalways before\nalways /main.sh\nalways main\nalways after"
    );
}

#[test]
fn what_may_be_started_is_reached_in_some_runs() {
    let children = vec![
        Child {
            certainty: Certainty::Maybe,
            ..child("/a.sh", ChildManner::Beside)
        },
        child("b", ChildManner::Beside),
    ];
    let mut system = started(children, "exec boss").with("/a.sh", "inner\n");
    assert_eq!(
        system.account(""),
        "always boss\nmaybe /a.sh\nmaybe inner\nalways b"
    );
}

#[test]
fn a_child_has_its_own_user_folder_and_environment() {
    let children = vec![
        Child {
            user: Some(User::Root),
            directory: Some("/srv".to_owned()),
            environment: vec![("A".to_owned(), Value::text("1"))],
            ..child("/a.sh", ChildManner::Beside)
        },
        child("/a.sh", ChildManner::Beside),
    ];
    let mut system = started(children, "exec boss").with("/a.sh", "run \"$A\" \"$PWD\"\n");
    let trace = system.start("/entry.sh");
    let ran: Vec<(String, String)> = trace
        .steps()
        .iter()
        .filter(|step| step.program().as_deref() == Some("run"))
        .map(|step| (step.user.to_string(), step.argv[1].to_string()))
        .collect();
    let own = ("root".to_owned(), "1".to_owned());
    assert_eq!(ran, [own, ("vcap".to_owned(), String::new())]);
}

#[test]
fn what_is_not_known_to_be_started_is_a_gap_and_prints_something() {
    let mut system = System::new("x=$(boss)\necho \"[$x]\" > /tmp/x\n");
    let managed = Managed::unknown(place(), "nobody knows");
    system.managed.insert("boss".to_owned(), managed);
    let trace = system.start("/entry.sh");
    assert_eq!(
        lines(&trace, 1),
        "always boss\nalways echo […]\ngap: nobody knows"
    );
}
