//! Targets for people: what a platform asks of an image and gives it, in words.

use std::fmt::Write;
use std::sync::Arc;

use super::printable::wrap;
use super::{Paint, Terminal};
use crate::target::{Check, Follows, Target, Variable};

/// How far the sentences stand in.
const INDENT: usize = 2;

/// The targets with what each of them is, and what can be chosen about it.
pub fn list(targets: &[Arc<Target>], terminal: &Terminal) -> String {
    let column = targets.iter().map(|t| t.name.len()).max().unwrap_or(0) + 2;
    let mut output = String::new();
    for target in targets {
        let name = terminal.paint(Paint::Strong, &target.name);
        let gap = column - target.name.len();
        let _ = writeln!(output, "{name}{:gap$}{}", "", target.title);
        for option in &target.options {
            let text = format!("--set {}={}", option.name, option.values.join("|"));
            let _ = writeln!(
                output,
                "{:column$}{}",
                "",
                terminal.paint(Paint::Faint, &text)
            );
        }
    }
    output
}

/// The contract of a target, part by part, each with its source.
pub fn contract(target: &Target, terminal: &Terminal) -> String {
    let mut output = String::new();
    let name = terminal.paint(Paint::Strong, &target.name);
    let _ = writeln!(output, "{name}: {}", target.title);
    let parts = [
        ("Who runs it", user(target), &target.user.source),
        (
            "What it may do",
            privileges(target),
            &target.privileges.source,
        ),
        ("Where it answers", ports(target), &target.ports.source),
        ("How it starts", start(target), &target.start.source),
        (
            "Its environment",
            environment(target),
            &target.environment.source,
        ),
        ("Its files", files(target), &target.files.source),
        ("How it stops", lifecycle(target), &target.lifecycle.source),
        ("Which images", images(target), &target.images.source),
        ("How it is reached", routing(target), &target.routing.source),
    ];
    for (title, sentences, source) in parts {
        let _ = writeln!(output, "\n{}", terminal.paint(Paint::Strong, title));
        for sentence in sentences {
            paragraph(&mut output, &sentence, terminal, None);
        }
        let source = format!("source: {source}");
        paragraph(&mut output, &source, terminal, Some(Paint::Faint));
    }
    if !target.options.is_empty() {
        let title = "What can be chosen, with --set";
        let _ = writeln!(output, "\n{}", terminal.paint(Paint::Strong, title));
        for option in &target.options {
            let text = format!(
                "{}={} (of {}): {}",
                option.name,
                option.value,
                option.values.join(", "),
                option.about
            );
            paragraph(&mut output, &text, terminal, None);
        }
    }
    output
}

fn paragraph(output: &mut String, text: &str, terminal: &Terminal, paint: Option<Paint>) {
    let width = terminal.width.saturating_sub(INDENT).max(30);
    for line in wrap(text, width) {
        let line = match paint {
            Some(paint) => terminal.paint(paint, &line),
            None => line,
        };
        let _ = writeln!(output, "{:INDENT$}{line}", "");
    }
}

fn user(target: &Target) -> Vec<String> {
    let user = &target.user;
    let mut all = Vec::new();
    if user.instruction_ignored {
        let (name, uids) = (user.name.as_deref().unwrap_or("root"), user.uids());
        all.push(match (user.root, uids.start() == uids.end()) {
            (true, _) => "The process is root, whatever USER says.".to_owned(),
            (_, true) => format!(
                "The process is {name} with the uid {}, whatever USER says.",
                uids.start()
            ),
            (_, false) => format!(
                "The process is {name} with a uid from {} to {}, whatever USER says.",
                uids.start(),
                uids.end()
            ),
        });
    } else {
        all.push("The process is the image's USER, and root where it has none.".to_owned());
        all.push(match user.root_allowed {
            true => "It may be root.".to_owned(),
            false => "It may not be root: such an image is refused.".to_owned(),
        });
    }
    if !user.groups.is_empty() {
        all.push(format!("It is in the group {}.", list_of(&user.groups)));
    }
    match &user.taken {
        Some(taken) if user.created => all.push(format!(
            "The account {taken} is made in the image, unless it is there."
        )),
        Some(taken) => all.push(format!(
            "The account {taken} of the image may be named in its place."
        )),
        None => {}
    }
    all
}

fn privileges(target: &Target) -> Vec<String> {
    let privileges = &target.privileges;
    let can = |may: bool, what: &str| match may {
        true => format!("Root can {what}."),
        false => format!("Nobody can {what}."),
    };
    let count = |honoured: bool| match honoured {
        true => "count",
        false => "do not count",
    };
    let mut all = vec![
        can(privileges.can_switch_user, "become another user"),
        can(privileges.can_change_owner, "give files to another user"),
        match privileges.capabilities.as_slice() {
            [] => "It has no capabilities.".to_owned(),
            some => format!("Root has the capabilities {}, others none.", list_of(some)),
        },
        format!(
            "Setuid bits {}, file capabilities {}.",
            count(privileges.setuid_honoured),
            count(privileges.file_capabilities_honoured)
        ),
    ];
    all.push(match privileges.owns_image_files {
        true => "Files of the image keep their owners.".to_owned(),
        false => "Files of the image belong to nobody who runs: the bits for others count.".into(),
    });
    all
}

fn ports(target: &Target) -> Vec<String> {
    let ports = &target.ports;
    let mut all = vec![match (ports.fixed, ports.otherwise) {
        (Some(port), _) => format!("Port {port} counts; EXPOSE is not read."),
        (None, Some(port)) => format!(
            "The lowest TCP port of EXPOSE counts, the base's included, and {port} where there is none."
        ),
        (None, None) if ports.expose_ignored => "No port is asked for.".to_owned(),
        (None, None) => "The lowest TCP port of EXPOSE counts, the base's included.".to_owned(),
    }];
    all.push(
        match ports.check {
            Check::All => "The health check asks for it, and for every other port of EXPOSE.",
            Check::First if ports.asks_http => {
                "The health check asks it for a page over HTTP, and wants status 200."
            }
            Check::First => "The health check asks for it.",
            Check::None => "There is no health check by port.",
        }
        .to_owned(),
    );
    if !ports.checked_on_loopback && ports.check != Check::None {
        all.push("It comes from outside: a server on loopback is not found.".to_owned());
    }
    all.push(format!(
        "Ports below {} take root or a capability.",
        ports.lowest_unprivileged
    ));
    for reserved in &ports.reserved {
        let which = match reserved.first == reserved.last {
            true => format!("Port {}", reserved.first),
            false => format!("Ports {} to {}", reserved.first, reserved.last),
        };
        let end = match reserved.refused {
            true => "; a process that wants it is not started",
            false => "",
        };
        all.push(format!("{which}: {}{end}.", reserved.by));
    }
    all
}

fn start(target: &Target) -> Vec<String> {
    let start = &target.start;
    let mut all = vec![
        match start.path_lookup {
            true => format!(
                "A command without a slash is looked up in PATH, which is {} where the image has none.",
                start.default_path
            ),
            false => {
                "A command without a slash is not looked up in PATH: nothing starts.".to_owned()
            }
        },
        match start.directory_error_ignored {
            true => "A WORKDIR that cannot be entered is passed over.".to_owned(),
            false => "A WORKDIR that cannot be entered ends the start.".to_owned(),
        },
    ];
    if start.needs_root_account {
        all.push("The image needs root in /etc/passwd, with a home that is there.".to_owned());
    }
    all.extend(
        start
            .arguments_limit
            .map(|bytes| format!("Arguments may take {bytes} bytes together.")),
    );
    all
}

fn environment(target: &Target) -> Vec<String> {
    let environment = &target.environment;
    let words = |variable: &Variable| {
        let value = match (&variable.value, variable.from) {
            (Some(value), _) => format!("={value}"),
            (None, Some(Follows::Port)) => ", the port that counts".to_owned(),
            (None, Some(Follows::Home)) => ", the account's home".to_owned(),
            (None, Some(Follows::User)) => ", the account's name".to_owned(),
            (None, None) => String::new(),
        };
        format!("{}{value}", variable.name)
    };
    let chosen = |unless_set: bool| {
        let set = environment.set.iter();
        let set = set.filter(move |variable| variable.unless_set == unless_set);
        set.map(words).collect::<Vec<_>>()
    };
    let mut all = Vec::new();
    for (text, set) in [
        ("Set, whatever the image says", chosen(false)),
        ("Set where the image does not", chosen(true)),
    ] {
        if !set.is_empty() {
            all.push(format!("{text}: {}.", set.join("; ")));
        }
    }
    all.extend(
        environment
            .limit
            .map(|bytes| format!("All of it may take {bytes} bytes.")),
    );
    all
}

fn files(target: &Target) -> Vec<String> {
    let files = &target.files;
    let mut all = vec![match files.volume_mode {
        Some(mode) => format!(
            "What VOLUME names is made where it is not there, with mode {mode:04o}{}; nothing in it is kept.",
            match files.volume_owned {
                true => " and for the process",
                false => " and for another owner",
            }
        ),
        None => "VOLUME is not read; nothing is kept.".to_owned(),
    }];
    if !files.writable.is_empty() {
        all.push(format!("Open to everybody: {}.", list_of(&files.writable)));
    }
    all.extend(files.home.iter().map(|home| format!("The home is {home}.")));
    if !files.hidden.is_empty() {
        all.push(format!(
            "The platform's own, whatever the image has there: {}.",
            list_of(&files.hidden)
        ));
    }
    all.push(match files.standard_output_can_be_opened {
        true => "/dev/stdout and /dev/stderr can be opened by name.".to_owned(),
        false => "/dev/stdout and /dev/stderr cannot be opened by name: Permission denied.".into(),
    });
    all
}

fn lifecycle(target: &Target) -> Vec<String> {
    let lifecycle = &target.lifecycle;
    let mut all = vec![
        format!(
            "SIG{} asks it to stop, and {} seconds later it is killed.",
            lifecycle.stop_signal, lifecycle.seconds_to_stop
        ),
        format!(
            "After {} seconds without an answer the start has failed.",
            lifecycle.seconds_to_start
        ),
    ];
    all.push(match lifecycle.ending_is_crash {
        true => "A process that ends has crashed, with whatever status.".to_owned(),
        false => "A process may end with status 0, as long as the port answers.".to_owned(),
    });
    all
}

fn images(target: &Target) -> Vec<String> {
    let images = &target.images;
    let mut all = vec![
        format!("For {}.", list_of(&images.platforms)),
        match images.digests {
            true => "A reference may name a digest.".to_owned(),
            false => "A reference may not name a digest.".to_owned(),
        },
    ];
    if !images.ignored.is_empty() {
        all.push(format!("Not read: {}.", list_of(&images.ignored)));
    }
    all.extend(
        images
            .manifest
            .iter()
            .map(|name| format!("{name} beside the Dockerfile is read.")),
    );
    all
}

fn routing(target: &Target) -> Vec<String> {
    let routed = match target.routing.routed {
        true => "Requests of HTTP come to the port that counts.",
        false => "No route leads to it.",
    };
    vec![
        routed.to_owned(),
        format!("Of a server that speaks no HTTP: {}.", target.routing.tcp),
    ]
}

fn list_of(words: &[String]) -> String {
    words.join(", ")
}
