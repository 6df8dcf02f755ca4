//! The tables, read once.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::commands::Command;
use super::helpers::Helper;
use super::server::Server;
use super::setters::Setter;
use super::setuid::SetuidProgram;
use super::switchers::Switcher;
use super::tools::Tools;
use super::words::{Words, base_name, program_name};
use super::wrappers::Wrapper;
use super::writers::Writer;
use crate::knowledge::knowledge;

macro_rules! server_table {
    ($name:literal) => {
        (
            concat!("programs/servers/", $name, ".toml"),
            include_str!(concat!("../../rules/programs/servers/", $name, ".toml")),
        )
    };
}

/// What is known of programs: the tables, and what a configuration says, which counts before them.
#[derive(Debug)]
pub struct Programs {
    tables: &'static Tables,
    own: Servers,
    /// Names or paths of programs that work on every target, whatever they do.
    trusted: Vec<String>,
}

/// The tables of the program.
#[derive(Debug)]
struct Tables {
    switchers: Vec<Switcher>,
    wrappers: Vec<Wrapper>,
    helpers: Vec<Helper>,
    tools: Tools,
    commands: Vec<Command>,
    command_names: HashMap<String, usize>,
    switcher_names: HashMap<String, usize>,
    wrapper_names: HashMap<String, usize>,
    writers: Vec<Writer>,
    setters: Vec<Setter>,
    setuid: Vec<SetuidProgram>,
    servers: Servers,
}

/// Servers, and where they stand by their names.
#[derive(Debug, Default)]
struct Servers {
    list: Vec<Server>,
    /// Several servers can go by one name: the first whose words fit is meant.
    names: HashMap<String, Vec<usize>>,
}

impl Servers {
    fn new(list: Vec<Server>) -> Self {
        let mut names: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, server) in list.iter().enumerate() {
            for name in &server.names {
                names.entry(name.clone()).or_default().push(index);
            }
        }
        Self { list, names }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switchers {
    switcher: Vec<Switcher>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrappers {
    wrapper: Vec<Wrapper>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Commands {
    command: Vec<Command>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetuidPrograms {
    program: Vec<SetuidProgram>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Helpers {
    helper: Vec<Helper>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServerTable {
    server: Vec<Server>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Writers {
    writer: Vec<Writer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Setters {
    setter: Vec<Setter>,
}

/// The servers' tables.
const SERVERS: [(&str, &str); 24] = [
    // What a program starts that others are started by as well stands before what is only known to
    // be that program: `java -jar jenkins.war` before `java`.
    server_table!("applications"),
    server_table!("collaboration"),
    server_table!("media"),
    server_table!("data"),
    server_table!("operations"),
    server_table!("platforms"),
    server_table!("development"),
    server_table!("coordination"),
    server_table!("gateways"),
    server_table!("monitoring"),
    server_table!("network"),
    server_table!("node"),
    server_table!("stores"),
    server_table!("databases"),
    server_table!("caches"),
    server_table!("queues"),
    server_table!("web"),
    server_table!("proxies"),
    server_table!("python"),
    server_table!("perl"),
    server_table!("ruby"),
    server_table!("php"),
    server_table!("java"),
    server_table!("others"),
];

/// What is known of programs in the judgement that runs on this thread.
pub fn programs() -> &'static Programs {
    &knowledge().programs
}

/// Reads one embedded table. Its text is part of the program, and a test reads every table: that it
/// cannot be read is a mistake in the program, not in what the user gave.
pub(crate) fn table<T: DeserializeOwned>(name: &str, text: &str) -> T {
    toml::from_str(text).unwrap_or_else(|error| panic!("rules/{name}: {error}"))
}

static TABLES: LazyLock<Tables> = LazyLock::new(Tables::load);

impl Tables {
    fn load() -> Self {
        let switchers: Switchers = table(
            "programs/switchers.toml",
            include_str!("../../rules/programs/switchers.toml"),
        );
        let wrappers: Wrappers = table(
            "programs/wrappers.toml",
            include_str!("../../rules/programs/wrappers.toml"),
        );
        let helpers: Helpers = table(
            "programs/helpers.toml",
            include_str!("../../rules/programs/helpers.toml"),
        );
        let tools = table(
            "programs/tools.toml",
            include_str!("../../rules/programs/tools.toml"),
        );
        let commands: Commands = table(
            "programs/commands.toml",
            include_str!("../../rules/programs/commands.toml"),
        );
        let writers: Writers = table(
            "programs/writers.toml",
            include_str!("../../rules/programs/writers.toml"),
        );
        let setters: Setters = table(
            "programs/setters.toml",
            include_str!("../../rules/programs/setters.toml"),
        );
        let setuid: SetuidPrograms = table(
            "programs/setuid.toml",
            include_str!("../../rules/programs/setuid.toml"),
        );
        let servers: Vec<Server> = SERVERS
            .iter()
            .flat_map(|(name, text)| table::<ServerTable>(name, text).server)
            .collect();
        Self {
            servers: Servers::new(servers),
            switcher_names: by_name(switchers.switcher.iter().map(|s| &s.names)),
            wrapper_names: by_name(wrappers.wrapper.iter().map(|w| &w.names)),
            switchers: switchers.switcher,
            wrappers: wrappers.wrapper,
            helpers: helpers.helper,
            tools,
            writers: writers.writer,
            setters: setters.setter,
            setuid: setuid.program,
            command_names: by_name(commands.command.iter().map(|c| &c.names)),
            commands: commands.command,
        }
    }
}

impl Programs {
    /// What the tables say, with servers that come before theirs, and with programs that are trusted, by
    /// their names or paths.
    pub(crate) fn with(servers: Vec<Server>, trusted: Vec<String>) -> Self {
        Self {
            tables: &TABLES,
            own: Servers::new(servers.into_iter().map(Server::named).collect()),
            trusted,
        }
    }

    /// Whether a program of this name or path is trusted: it works on every target, whatever it does,
    /// and what it runs in its turn stays who it is.
    pub fn is_trusted(&self, program: &str) -> bool {
        let name = base_name(program);
        // Which program a bare name means, PATH says: the one that is trusted, if it is called so.
        let is_bare = name == program && !program.is_empty();
        let mut trusted = self.trusted.iter();
        trusted.any(|known| {
            known == program || known == name || is_bare && base_name(known) == program
        })
    }

    /// The program of this name or path, if it can switch users.
    pub fn switcher(&self, program: &str) -> Option<&Switcher> {
        let index = self.tables.switcher_names.get(base_name(program))?;
        self.tables.switchers.get(*index)
    }

    /// The program of this name or path, if it runs the rest of its words.
    pub fn wrapper(&self, program: &str) -> Option<&Wrapper> {
        let index = self.tables.wrapper_names.get(base_name(program))?;
        self.tables.wrappers.get(*index)
    }

    /// The program of this name or path, if it changes files or accounts, or needs root.
    pub fn command(&self, program: &str) -> Option<&Command> {
        let names = &self.tables.command_names;
        let folder = || {
            let at = program.starts_with('/').then(|| program.rfind('/'))??;
            names.get(&format!("{}*", program.get(..=at)?))
        };
        let index = names
            .get(program)
            .or_else(folder)
            .or_else(|| names.get(base_name(program)))?;
        self.tables.commands.get(*index)
    }

    /// What a command writes where nothing in it says so.
    pub fn writers<'a>(&'a self, argv: &'a Words<'a>) -> impl Iterator<Item = &'a Writer> {
        let name = program_name(argv);
        let named = self.tables.writers.iter();
        named.filter(move |writer| {
            writer.names.iter().any(|own| own == name) && writer.applies(argv)
        })
    }

    /// What puts settings into a configuration file with a command.
    pub fn setters<'a>(&'a self, argv: &Words) -> impl Iterator<Item = &'a Setter> {
        let name = program_name(argv).to_owned();
        let named = self.tables.setters.iter();
        named.filter(move |setter| setter.names.contains(&name))
    }

    /// All servers, in the order in which they are asked.
    pub fn servers(&self) -> impl Iterator<Item = &Server> {
        self.own.list.iter().chain(&self.tables.servers.list)
    }

    /// The server that a command starts, whatever the image is.
    pub fn server(&self, argv: &Words) -> Option<&Server> {
        self.server_where(argv, &|_| false)
            .filter(|server| !server.code)
    }

    /// The server that a command starts in an image whose build speaks of some things. A version at
    /// the end of the program's name does not count: `python3.11` is `python`. A name that says nothing by itself
    /// is in the table with its path: `/usr/lib/postfix/master`.
    pub fn server_where(&self, argv: &Words, built: &dyn Fn(&str) -> bool) -> Option<&Server> {
        let name = program_name(argv);
        if self.is_trusted(argv.first().copied().flatten().unwrap_or_default()) {
            return None;
        }
        let unversioned = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        // Where the name with its version is that of another program, it is meant: `influxdb3` is not
        // a version of `influxdb`.
        let of = |name| self.named(name);
        let same = |server: &Server| of(unversioned).any(|other| std::ptr::eq(server, other));
        let another = of(name).next().is_some() && !of(name).any(same);
        [name, if another { name } else { unversioned }]
            .into_iter()
            .chain(interpreted(unversioned, argv))
            .chain(argv.first().copied().flatten())
            .flat_map(of)
            .filter(|server| server.starts(argv) && server.is_in(built))
            // The first; what only its code knows comes last.
            .min_by_key(|server| server.code)
    }

    /// Whether a program of this name reads programs, and without one what somebody types.
    pub fn interprets(&self, name: &str) -> bool {
        let mut servers = self.named(name);
        self.tools().interprets(name) || servers.any(|server| server.code)
    }

    /// Whether it is said of a program what it does, or it is a shell or a tool that only prints: not
    /// one that may be anything, a server say.
    pub fn is_tool(&self, program: &str) -> bool {
        let tools = self.tools();
        self.is_trusted(program)
            || self.command(program).is_some()
            || tools.is_shell(program)
            || tools.only_prints(program)
    }

    /// The small tools that scripts ask, read and print with.
    pub fn tools(&self) -> &Tools {
        &self.tables.tools
    }

    /// The servers that go by a name, those of a configuration first.
    fn named<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Server> + use<'a> {
        let places = |servers: &'a Servers| {
            let places = servers.names.get(name).map_or(&[][..], Vec::as_slice);
            places.iter().filter_map(|index| servers.list.get(*index))
        };
        places(&self.own).chain(places(&self.tables.servers))
    }

    /// The tool of this name or path, if an image has it only to switch users with.
    pub fn helper(&self, program: &str) -> Option<&Helper> {
        let name = base_name(program);
        self.tables.helpers.iter().find(|h| h.name == name)
    }

    /// The program of this name that only works by its setuid bit, or by a capability of its file.
    pub fn setuid(&self, name: &str) -> Option<&SetuidProgram> {
        let mut all = self.tables.setuid.iter();
        all.find(|program| program.names.iter().any(|known| known == name))
    }

    /// All tools that an image has only to switch users with.
    pub fn helpers(&self) -> &[Helper] {
        &self.tables.helpers
    }
}

/// The name of the program that an interpreter is given by its path: `sh -e /usr/bin/couchdb`.
fn interpreted<'a>(name: &str, argv: &Words<'a>) -> Option<&'a str> {
    let tools = programs().tools();
    if !tools.is_shell(name) && !tools.interprets(name) {
        return None;
    }
    let rest = argv.get(1..)?;
    let first = rest
        .iter()
        .position(|word| word.is_none_or(|w| !w.starts_with('-')))?;
    // What stands behind the path is for the program there.
    let commands = rest
        .iter()
        .take(first)
        .any(|word| word.is_some_and(|w| matches!(w, "-c" | "-lc" | "-ec" | "-m")));
    let path = rest.get(first).copied().flatten()?;
    (path.contains('/') && !commands).then(|| base_name(path))
}

fn by_name<'a>(names: impl Iterator<Item = &'a Vec<String>>) -> HashMap<String, usize> {
    names
        .enumerate()
        .flat_map(|(index, names)| names.iter().map(move |name| (name.clone(), index)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_stands_once_and_every_entry_has_a_source() {
        let all = programs();
        let names: usize = all.tables.switchers.iter().map(|s| s.names.len()).sum();
        assert_eq!(names, all.tables.switcher_names.len());
        let names: usize = all.tables.wrappers.iter().map(|w| w.names.len()).sum();
        assert_eq!(names, all.tables.wrapper_names.len());
        assert!(all.tables.switchers.iter().all(|s| !s.source.is_empty()));
        assert!(all.tables.wrappers.iter().all(|w| !w.source.is_empty()));
        let names: usize = all.tables.commands.iter().map(|c| c.names.len()).sum();
        assert_eq!(names, all.tables.command_names.len());
        assert!(all.tables.commands.iter().all(|c| !c.source.is_empty()));
        assert!(all.tables.helpers.iter().all(|h| !h.source.is_empty()));
        assert!(all.tables.setuid.iter().all(|s| !s.source.is_empty()));
    }

    #[test]
    fn every_helper_is_a_switcher_and_tini_is_none() {
        for helper in programs().helpers() {
            assert!(
                programs().switcher(&helper.name).is_some(),
                "{}",
                helper.name
            );
        }
        assert!(programs().helper("tini").is_none());
        assert!(programs().helper("/usr/local/bin/gosu").is_some());
    }

    #[test]
    fn no_words_are_too_odd() {
        use crate::programs::*;
        let all = programs();
        let names: Vec<&str> = (all.tables.switcher_names.keys())
            .chain(all.tables.wrapper_names.keys())
            .chain(all.tables.command_names.keys())
            .chain(all.tables.servers.names.keys())
            .map(String::as_str)
            .chain(["curl", "wget", "", "/", "é"])
            .collect();
        let odd = [
            None,
            Some(""),
            Some("-"),
            Some("--"),
            Some("-é"),
            Some("--é=é"),
            Some("-c"),
            Some("-u"),
            Some("-p"),
            Some("--port=:"),
            Some("é:é"),
            Some("a=é"),
            Some("[é"),
            Some("run"),
        ];
        let variable = |_: &str| Some("é:".to_string());
        let files = |path: &str| {
            vec![ConfigFile {
                path: path.to_string(),
                text: "include *\nlisten é:\nport\nbind".into(),
                ..ConfigFile::default()
            }]
        };
        let around = Surroundings {
            variable: &variable,
            files: &files,
            brought: &|_| None,
            built: &|_| true,
        };
        for name in names {
            for first in odd {
                for second in odd {
                    let argv = [Some(name), first, second];
                    for argv in [&argv[..1], &argv[..2], &argv[..]] {
                        let switch = all.switcher(name).and_then(|s| s.parse(argv));
                        if let Some(part) = switch.and_then(|s| s.account) {
                            assert!(part.index < argv.len());
                        }
                        if let Some(wrapped) = all.wrapper(name).and_then(|w| w.parse(argv)) {
                            let inner = wrapped.text.unwrap_or(wrapped.first);
                            assert!(inner > 0 && inner <= argv.len());
                        }
                        parse_chown(argv);
                        parse_chmod(argv);
                        parse_mkdir(argv);
                        parse_install(argv);
                        parse_rsync(argv);
                        parse_account(argv);
                        parse_packages(argv);
                        parse_download(argv);
                        parse_copy(argv);
                        parse_in_place(argv);
                        parse_writes(argv);
                        if let Some(command) = all.command(name) {
                            command.applies(argv);
                            command.failure(argv);
                        }
                        let Some(server) = all.server(argv) else {
                            continue;
                        };
                        let listening = server.listening(argv, &around);
                        let told = listening.listeners.iter();
                        for tell in told
                            .flat_map(|meant| server.tell(&listening, meant, 8080))
                            .chain(server.tell_address(&listening, 8080))
                        {
                            if let Tell::ReplaceWordPart { part, .. } = tell {
                                let known = argv[part.index].is_some();
                                assert!(!known || part.text(argv).is_some(), "{argv:?}");
                            }
                        }
                        server.users(argv, &around);
                        server.writes(argv, &around);
                    }
                }
            }
        }
    }
}
