//! supervisord: `[program:…]` sections, each a program that runs beside the others.
//!
//! Source: supervisor's documentation, and `options.py` and `process.py` of 3.0 and 4.2.5.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::Started;
use super::files::{last, place, value};
use super::words::{split, split_by};
use crate::eval::{
    AccountSetting, Child, ChildCommand, ChildManner, Content, Managed, Reason, ScriptText, User,
    Value, standard_output,
};
use crate::source::Origin;
use crate::syntax::config::{self, Directive, Format};

/// Where it looks if it is told nothing, from the root on; before these in its working directory.
const DEFAULTS: &[&str] = &["/etc/supervisord.conf", "/etc/supervisor/supervisord.conf"];

/// What the configurations that Debian's and Fedora's packages bring include.
const PACKAGED: &[&str] = &["/etc/supervisor/conf.d/*.conf", "/etc/supervisord.d/*.ini"];

/// The socket in Debian's configuration, which supervisord has to make: it ends without it.
const PACKAGED_SOCKET: &str = "/var/run/supervisor.sock";

/// Debian's configuration.
const PACKAGED_MAIN: &str = "/etc/supervisor/supervisord.conf";

/// What it says where it cannot become the account of `[supervisord]`: from 3.4.0 on it ends then.
const REFUSES: &str = "Error: Can't drop privilege as nonroot user";

/// What it says where a program cannot, which it then does not start.
const CANNOT_START: &str = "couldn't setuid: Can't drop privilege as nonroot user";

/// The most files that are read.
const MOST_FILES: usize = 64;

/// A directive, and the file that it is in.
type Entry = (Rc<ScriptText>, Directive);

type Directives = Vec<Entry>;

pub(super) fn starts(started: &Started<'_>) -> Option<Managed> {
    if started.has(&["-v", "--version", "-h", "--help"]) {
        return None;
    }
    let (main, directives) = read(started);
    if directives.is_empty() {
        let what = main.as_deref().unwrap_or("its configuration");
        let why = format!("what is in {what} is not known");
        return Some(Managed::unknown(started.origin, &why));
    }
    let here = main
        .as_deref()
        .and_then(|main| main.rsplit_once('/'))
        .map_or("/", |(folder, _)| folder);
    let mut managed = Managed::default();
    let index = directives
        .iter()
        .enumerate()
        .filter_map(|(at, (_, found))| {
            let section = found.path.first()?.as_str();
            Some(((section, found.name.to_ascii_lowercase()), at))
        });
    let node = started.host.image.files.get(PACKAGED_MAIN);
    let packaged = main.as_deref() == Some(PACKAGED_MAIN)
        && started.configuration(PACKAGED_MAIN).is_none()
        && node.is_none_or(|node| node.made.is_none());
    let reader = Reader {
        packaged,
        started,
        directives: &directives,
        index: index.collect(),
        here,
    };
    reader.itself(&mut managed);
    let mut programs: Vec<(i64, &str, &Entry)> = Vec::new();
    let mut seen = BTreeSet::new();
    for entry in &directives {
        let section = entry.1.name.as_str();
        let name = ["program:", "fcgi-program:", "eventlistener:"]
            .iter()
            .find_map(|kind| section.strip_prefix(kind));
        if let Some(name) = name.filter(|_| entry.1.path.is_empty() && seen.insert(section)) {
            let priority = reader.plain(section, "priority");
            let priority = priority.and_then(|text| text.parse().ok()).unwrap_or(999);
            programs.push((priority, name, entry));
        }
    }
    programs.sort_by_key(|(priority, ..)| *priority);
    if programs.is_empty() {
        managed.gap(started.origin, "no program is known in its configuration");
    }
    for (_, name, (script, section)) in programs {
        reader.program(name, section, place(script, section.span), &mut managed);
    }
    Some(managed)
}

/// The path of the configuration, and all directives in it and in what it includes.
fn read(started: &Started<'_>) -> (Option<String>, Directives) {
    let named = started.option(&["-c", "--configuration"]);
    let main = match named {
        Some(path) => started.state.absolute(path),
        None => {
            let beside = ["supervisord.conf", "etc/supervisord.conf"];
            let beside = beside
                .iter()
                .filter_map(|path| started.state.absolute(path));
            let all = beside.chain(DEFAULTS.iter().map(|path| (*path).to_owned()));
            all.into_iter().find(|path| started.has_file(path))
        }
    };
    let mut directives = Directives::new();
    let mut wanted: Vec<String> = Vec::new();
    match main.as_deref().and_then(|path| started.configuration(path)) {
        Some(text) => {
            add(&mut directives, text);
            let main = main.as_deref().unwrap_or_default();
            let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
            let include = last(&directives, "include", "files");
            let patterns = include.iter().flat_map(|(_, files)| &files.arguments);
            let patterns = patterns.flat_map(|text| text.text.split_whitespace());
            wanted.extend(patterns.map(|pattern| {
                let pattern = pattern.replace("%(here)s", folder);
                match pattern.starts_with('/') {
                    true => pattern,
                    false => format!("{folder}/{pattern}"),
                }
            }));
        }
        // A package's own configuration includes a folder.
        None if named.is_none_or(|path| DEFAULTS.contains(&path)) => {
            wanted.extend(PACKAGED.iter().map(|pattern| (*pattern).to_owned()));
        }
        None => {}
    }
    wanted.truncate(MOST_FILES);
    let files = wanted.iter().flat_map(|pattern| started.matching(pattern));
    for path in files.take(MOST_FILES) {
        if let Some(text) = started.configuration(&path) {
            add(&mut directives, text);
        }
    }
    (main, directives)
}

fn add(directives: &mut Directives, text: Rc<ScriptText>) {
    let found = config::parse(Format::Supervisor, text.text.text());
    directives.extend(found.into_iter().map(|directive| (text.clone(), directive)));
}

struct Reader<'a> {
    started: &'a Started<'a>,
    directives: &'a Directives,
    /// The last directive of each section and name.
    index: HashMap<(&'a str, String), usize>,
    /// The folder of the configuration.
    here: &'a str,
    /// It is the configuration of Debian's package, whose text is not known.
    packaged: bool,
}

impl Reader<'_> {
    fn get(&self, section: &str, name: &str) -> Option<&Entry> {
        let at = self.index.get(&(section, name.to_owned()))?;
        self.directives.get(*at)
    }

    /// A setting's text, without expansions.
    fn plain(&self, section: &str, name: &str) -> Option<String> {
        let (_, directive) = self.get(section, name)?;
        Some(directive.arguments.first()?.text.clone())
    }

    /// A setting's value, expanded.
    fn value(&self, section: &str, name: &str) -> Option<Value> {
        let (script, directive) = self.get(section, name)?;
        let mut whole = Value::default();
        for (number, line) in directive.arguments.iter().enumerate() {
            if number > 0 {
                whole.push_known(" ", None, false);
            }
            whole.push(self.expanded(section, value(script, line)));
        }
        Some(whole)
    }

    /// What supervisord itself is told.
    fn itself(&self, managed: &mut Managed) {
        self.account("supervisord", "supervisord", REFUSES, managed);
        let started = self.started;
        let stays = self.plain("supervisord", "nodaemon").is_some_and(|text| {
            matches!(
                text.to_ascii_lowercase().as_str(),
                "true" | "yes" | "on" | "1"
            )
        });
        let told = ["-n", "--nodaemon", "-t"];
        if !stays && !started.has(&told) && !started.has_letter('n') {
            managed.leaves = Some("-n");
        }
        let told = started.option(&["-l", "--logfile"]).map(str::to_owned);
        let log = told.or_else(|| self.value("supervisord", "logfile")?.known());
        // The packages' own configurations name a file below /var/log.
        let configured = self.get("supervisord", "logfile").is_some()
            || self
                .directives
                .iter()
                .any(|(_, d)| d.path.is_empty() && d.name == "supervisord");
        let log = match (log, configured) {
            (Some(log), _) => Some(log),
            (None, true) => Some("supervisord.log".to_owned()),
            (None, false) => Some("/var/log/supervisor/supervisord.log".to_owned()),
        };
        let said = self.get("supervisord", "logfile");
        let said = said.map(|(script, directive)| place(script, directive.span));
        managed.told.extend(log.clone().zip(said));
        let socket = self
            .value("unix_http_server", "file")
            .and_then(|file| file.known())
            .or_else(|| self.packaged.then(|| PACKAGED_SOCKET.to_owned()));
        // Without its file of the process id it goes on, and says so.
        managed.writes.extend(
            [log, socket]
                .into_iter()
                .flatten()
                .filter(|path| is_file(path))
                .filter_map(|path| started.state.absolute(&path)),
        );
    }

    /// The logs that it opens for a program before it starts it.
    fn logs(&self, section: &str, managed: &mut Managed) {
        for name in ["stdout_logfile", "stderr_logfile"] {
            let file = self.value(section, name).and_then(|file| file.known());
            let file = file.filter(|file| is_file(file));
            // Devices are open to everybody, but for its own output.
            let file =
                file.filter(|file| !file.starts_with("/dev/") || standard_output(file).is_some());
            let file = file.and_then(|file| self.started.state.absolute(&file));
            let said = self.get(section, name);
            let said = said.map(|(script, directive)| place(script, directive.span));
            managed.told.extend(file.clone().zip(said));
            managed.writes.extend(file);
        }
    }

    /// One program.
    fn program(&self, name: &str, section: &Directive, origin: Origin, managed: &mut Managed) {
        let section = section.name.as_str();
        let off = |text: &String| {
            matches!(
                text.to_ascii_lowercase().as_str(),
                "false" | "no" | "off" | "0"
            )
        };
        if self.plain(section, "autostart").as_ref().is_some_and(off) {
            return;
        }
        let Some(command) = self.value(section, "command") else {
            return;
        };
        self.logs(section, managed);
        let origin = command.origin().unwrap_or(origin);
        let Some(words) = split(&command).filter(|words| !words.is_empty()) else {
            managed.gap(origin, "a quote is left open in this command");
            return;
        };
        let mut child = Child::new(ChildCommand::Words(words), origin, ChildManner::Beside);
        let known = managed.accounts.len();
        let title = format!("supervisord's program {name}");
        child.user = self.account(section, &title, CANNOT_START, managed);
        child.fails = managed
            .accounts
            .get(known)
            .map(|account| account.words.clone());
        let directory = self
            .value(section, "directory")
            .or_else(|| self.value("supervisord", "directory"));
        child.directory = directory
            .and_then(|directory| directory.known())
            .and_then(|directory| self.started.state.absolute(&directory));
        for section in ["supervisord", section] {
            if let Some(all) = self.value(section, "environment") {
                child.environment.extend(assignments(&all));
            }
        }
        managed.children.push(child);
    }

    /// As whom a section says that something runs: who it is then, if it can become that.
    fn account(
        &self,
        section: &str,
        title: &str,
        words: &str,
        managed: &mut Managed,
    ) -> Option<User> {
        let (script, directive) = self.get(section, "user")?;
        let account = self.value(section, "user")?.known()?;
        let host = self.started.host;
        let from = &self.started.state.user;
        if from.to_string() == account {
            return None;
        }
        let target = host.target;
        if target.can_switch_user(from, false) {
            return Some(match account.as_str() {
                "root" | "0" => User::Root,
                name => User::Account(name.into()),
            });
        }
        let start = directive.span.start as usize;
        let alone = start == 0 || script.text.text()[..start].ends_with('\n');
        managed.accounts.push(AccountSetting {
            itself: section == "supervisord",
            title: title.to_owned(),
            account,
            setting: place(script, directive.span),
            removable: alone && directive.arguments.len() == 1,
            words: words.to_owned(),
        });
        None
    }

    /// `%(ENV_X)s`, `%(program_name)s`, `%%`.
    fn expanded(&self, section: &str, value: Value) -> Value {
        let Some(text) = value.known().filter(|text| text.contains('%')) else {
            return value;
        };
        let part = |from: usize, to: usize| value.slice(from..to).unwrap_or_default();
        let mut out = Value::default();
        let mut at = 0;
        while let Some(found) = text[at..].find('%') {
            let sign = at + found;
            out.push(part(at, sign));
            let rest = &text[sign + 1..];
            let name = rest.strip_prefix('(').and_then(|rest| rest.split_once(')'));
            if rest.starts_with('%') {
                out.push(part(sign, sign + 1));
                at = sign + 2;
            } else if let Some((name, behind)) = name {
                let digits = behind.trim_start_matches(|c: char| c.is_ascii_digit());
                let letter = digits.chars().next().map_or(0, char::len_utf8);
                out.push(self.named(section, name));
                at = text.len() - digits.len() + letter;
            } else {
                out.push(part(sign, sign + 1));
                at = sign + 1;
            }
        }
        out.push(part(at, text.len()));
        out
    }

    /// What a name in an expansion stands for.
    fn named(&self, section: &str, name: &str) -> Value {
        let unknown = || Value::unknown(Reason::Output);
        if let Some(variable) = name.strip_prefix("ENV_") {
            return match self.started.state.variable(variable).map(|v| &v.content) {
                Some(Content::Scalar(value)) => value.clone(),
                _ => unknown(),
            };
        }
        match name {
            "program_name" | "group_name" => {
                Value::text(section.split_once(':').map_or(section, |(_, name)| name))
            }
            "here" => Value::text(self.here),
            "process_num" => self
                .plain(section, "numprocs_start")
                .map_or_else(|| Value::text("0"), |number| Value::text(&number)),
            _ => unknown(),
        }
    }
}

/// Whether a setting names a file, and not where else a log goes.
fn is_file(path: &str) -> bool {
    !matches!(path, "" | "NONE" | "none" | "AUTO" | "auto" | "syslog")
}

/// `A="1",B=2`: the names and their values.
fn assignments(all: &Value) -> Vec<(String, Value)> {
    let words = split_by(all, |c| c == ',' || c.is_whitespace()).unwrap_or_default();
    let mut found: Vec<(String, Value)> = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let text = word.known_prefix();
        match text.split_once('=') {
            // `A = 1` is three words, `A =1` two.
            Some(("", "")) => {
                if let (Some((_, value)), Some(next)) = (found.last_mut(), words.next()) {
                    *value = next;
                }
            }
            Some(("", _)) => {
                if let Some((_, value)) = found.last_mut() {
                    *value = word.without_prefix(1);
                }
            }
            Some((name, _)) => found.push((name.to_owned(), word.without_prefix(name.len() + 1))),
            None => found.push((text, Value::text(""))),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_is_read_with_and_without_quotes() {
        for (text, expected) in [
            ("A=1", vec![("A", "1")]),
            (
                r#"A="x, y",B='2' , C=3"#,
                vec![("A", "x, y"), ("B", "2"), ("C", "3")],
            ),
            (
                r#"HOME="/root", USER=x,"#,
                vec![("HOME", "/root"), ("USER", "x")],
            ),
            ("A=", vec![("A", "")]),
            ("A = 1, B=2", vec![("A", "1"), ("B", "2")]),
            ("A =1", vec![("A", "1")]),
            ("A=\"", vec![]),
            ("", vec![]),
        ] {
            let found = assignments(&Value::text(text));
            let found: Vec<(String, String)> = found
                .into_iter()
                .map(|(name, value)| (name, value.to_string()))
                .collect();
            let found: Vec<(&str, &str)> = found
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
