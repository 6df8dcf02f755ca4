//! Servers: what they listen on, as whom they want to run, what they write, and how to tell them
//! otherwise.

mod address;
mod leaving;
mod listening;
mod logs;
mod question;
mod tell;
mod told;

use std::ops::Range;

use schemars::JsonSchema;
use serde::Deserialize;

use super::commands::fits;
use super::options::Options;
use super::words::{Words, base_name, program_name};
use crate::syntax::config::Format;

pub use address::is_loopback;
pub use leaving::{Left, Stays};
pub use listening::{Listener, Listening};
pub use logs::Log;
pub use question::{Bytes, Question};
pub use tell::Tell;
pub use told::{ConfigFile, SetBy, Setting, Surroundings};

/// A program that listens on a port.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Server {
    /// A name for it that no other entry has.
    pub name: String,
    /// What people call it; the name where it is left out.
    #[serde(default)]
    pub title: String,
    /// The names that the program goes by; the name where they are left out.
    #[serde(default)]
    pub names: Vec<String>,
    /// Where the facts come from: "tried" with a version, or the documentation.
    #[serde(default)]
    pub source: String,
    /// What it speaks.
    pub protocol: Protocol,
    /// What a client asks to find out whether it serves; what it answers any client, whatever it holds.
    #[serde(default)]
    question: Option<Question>,
    /// What it says where it refuses to run as root.
    #[serde(default)]
    pub refuses_root: Option<String>,
    /// Where it runs beside other programs, these are what the image is for.
    #[serde(default)]
    pub aside: bool,
    /// It hands out files that it only reads.
    #[serde(default)]
    pub hands_out: bool,
    /// It may as well be a client, or gather what others say: that the image EXPOSEs a port does not say
    /// that it listens there.
    #[serde(default)]
    pub if_told: bool,
    /// It is this server only where its configuration says that it listens: a program's own text,
    /// which nothing else can tell anything.
    #[serde(default)]
    pub code: bool,
    /// Words one sequence of which must be in the command, which may start with the program's own.
    #[serde(default)]
    arguments: Vec<Vec<String>>,
    /// It is this server only where the build speaks of one of these: what it is made of.
    #[serde(default)]
    built: Vec<String>,
    /// With one of these words among the arguments it does not serve.
    #[serde(default)]
    unless: Vec<String>,
    /// Where nothing says otherwise. Without it, only its configuration or code knows.
    #[serde(default)]
    port: Option<u16>,
    /// Where nothing says otherwise; `*` is every address.
    #[serde(default)]
    address: Option<String>,
    /// Other defaults for some versions and ways to start it: the first that applies.
    #[serde(default)]
    variants: Vec<Variant>,
    #[serde(default)]
    options: Options,
    #[serde(default)]
    config: Option<Config>,
    /// Its variables count less than its configuration file.
    #[serde(default)]
    config_first: bool,
    #[serde(default)]
    listens: Vec<Listens>,
    #[serde(default)]
    users: Vec<UserPlace>,
    #[serde(default)]
    writes: Vec<WritePlace>,
    /// What says whether it keeps what it holds, where it need not.
    #[serde(default)]
    persists: Vec<PersistPlace>,
    /// Its logs, where they go into files and are printed nowhere.
    #[serde(default)]
    logs: Vec<logs::LogPlace>,
    /// It goes to the background, and the process that was started ends.
    #[serde(default)]
    leaves: Option<leaving::Leaves>,
    #[serde(default)]
    tell: TellTable,
}

/// What a server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// HTTP: it can have a route.
    Http,
    /// Something else over TCP.
    Tcp,
}

/// What a server does by default in some versions, or when it is started with some words.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Variant {
    /// The build speaks of one of these: a version's archive, say.
    built: Vec<String>,
    /// One of these words is among the arguments.
    with: Vec<String>,
    /// None of these is.
    without: Vec<String>,
    /// None of these variables is set.
    unset: Vec<String>,
    port: Option<u16>,
    /// Empty where it is not known.
    address: Option<String>,
    /// Ports that it listens on besides, on every address.
    also: Vec<u16>,
}

/// Its configuration file.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Config {
    format: Format,
    /// The options that name it.
    #[serde(default)]
    options: Vec<String>,
    /// The options that name a file which is read behind those that it reads anyway.
    #[serde(default)]
    further_options: Vec<String>,
    /// Given more than once, each of them is read.
    #[serde(default)]
    several: bool,
    /// The variables that name it.
    #[serde(default)]
    variables: Vec<String>,
    /// What may be left out at the end of its name.
    #[serde(default)]
    suffix: Option<String>,
    /// The first argument names it, unless that is an option.
    #[serde(default)]
    first_argument: bool,
    /// The operand that names it, counted as for a port.
    #[serde(default)]
    operand: Option<usize>,
    /// What stands behind a path that is a directory's, as in `-D`.
    #[serde(default)]
    directory_options: Vec<String>,
    #[serde(default)]
    file_in_directory: Option<String>,
    /// What it reads where it is told nothing: the first that is there. `{home}` is the folder that
    /// the program's `bin` lies in.
    #[serde(default)]
    default: Vec<String>,
    /// What it would read too, where the main file's text is not known.
    #[serde(default)]
    parts: Vec<String>,
    /// The parts are read behind the main file, although it does not name them.
    #[serde(default)]
    with_parts: bool,
    /// Directives that name further files.
    #[serde(default)]
    include: Vec<String>,
    /// Directives that name folders, of which all files are read that end like this one.
    #[serde(default)]
    include_folder: Vec<String>,
    /// The options whose value is text of the same format.
    #[serde(default)]
    text_options: Vec<String>,
    /// The options whose value is `name=value`.
    #[serde(default)]
    setting_options: Vec<String>,
    /// The name in `name=value` whose value is the file's path.
    #[serde(default)]
    setting_file: Option<String>,
    /// The operands are `name=value`.
    #[serde(default)]
    setting_operands: bool,
    /// Directives whose arguments name the port a second time.
    #[serde(default)]
    follows: Vec<String>,
}

/// Where something can be said.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct At {
    options: Vec<String>,
    /// The operand, counted from 0 after the words that `arguments` of the server asks for.
    operand: Option<usize>,
    variables: Vec<String>,
    directives: Vec<String>,
}

/// What a place holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Holds {
    /// A port's number.
    Port,
    /// An address or a host's name.
    Address,
    /// Any number of addresses, in a word each.
    Addresses,
    /// An address, a port, both, an URL, or a socket's path; several apart by commas.
    Listen,
    /// A port, and in the next word an address.
    PortAddress,
    /// An address, and the port in the last of the words behind it: `eth0 port = 1080`.
    AddressPort,
    /// What keeps it from listening on TCP.
    Nothing,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Listens {
    holds: Holds,
    at: At,
    /// The address where this is given and no address is.
    #[serde(default)]
    address: Option<String>,
    /// It counts only if this is said.
    #[serde(default)]
    only_with: Option<At>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct UserPlace {
    at: At,
    outcome: Outcome,
    #[serde(default)]
    words: Option<String>,
}

/// What a server makes of a user that it cannot become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It does not start.
    Refuses,
    /// It says so and runs on.
    Warns,
    /// It runs on without a word.
    Ignored,
    /// It does not even look at it: there need be no such account.
    Unread,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WritePlace {
    kind: WriteKind,
    #[serde(default)]
    at: At,
    /// It writes there only if this is said.
    #[serde(default)]
    only_with: Option<At>,
    /// Where nothing names the path. `.` is the working directory.
    #[serde(default)]
    default: Vec<String>,
    /// Where it is instead with the configuration, or in the place, of some package.
    #[serde(default)]
    layouts: Vec<Layout>,
    /// Without it, it does not start.
    #[serde(default)]
    required: bool,
    /// It must belong to whoever runs it, and be closed to all others.
    #[serde(default)]
    private: bool,
    /// It makes a new file beside it, which takes its place: its folder has to be open.
    #[serde(default)]
    beside: bool,
    /// Where it is not there, it is made and given to another account, or the start ends.
    #[serde(default)]
    given: bool,
    /// It writes there only if it is started by one of these names.
    #[serde(default)]
    programs: Vec<String>,
    #[serde(default)]
    words: Option<String>,
}

/// Where a package has a path that is elsewhere by itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Layout {
    /// It counts where the server is told to read one of these files, whose text is not known.
    #[serde(default)]
    config: Vec<String>,
    /// It counts where the image has this path.
    #[serde(default)]
    pub there: Option<String>,
    /// It counts where a package brought this path, and nothing else has put one in its place.
    #[serde(default)]
    pub packaged: Option<String>,
    /// It counts where the build installs this package.
    #[serde(default)]
    pub package: Option<String>,
    /// It counts in what is made from this image.
    #[serde(default)]
    pub base: Option<String>,
    /// It counts where this variable is set, whose value is `{variable}` in the path.
    #[serde(default)]
    pub variable: Option<String>,
    /// The path that is written, none where nothing is. `{home}` is the folder that the program's
    /// `bin` lies in; it counts where the program has one of its own.
    #[serde(default)]
    pub path: Option<String>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct PersistPlace {
    at: At,
    /// It keeps what it holds unless this says otherwise.
    #[serde(default)]
    by_itself: bool,
}

/// Whether a server that could do without it keeps what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Persistence {
    /// Nothing is said of it: it does what it does by itself.
    Unsaid,
    /// This tells it to.
    Told(Setting),
    /// It is told not to.
    Never,
}

/// What a written path is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WriteKind {
    /// What it keeps.
    Data,
    /// A log.
    Log,
    /// A file with its process id.
    Pid,
    /// A socket, or the directory of one.
    Socket,
    /// Temporary files.
    Cache,
    /// What it makes for other programs.
    Output,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct TellTable {
    /// Arguments that say the port; `{port}` is its number.
    port: Vec<String>,
    /// Arguments that say every address.
    address: Vec<String>,
    /// The address is said together with the port, where nothing says it yet.
    address_with_port: bool,
    port_variable: Option<String>,
    address_variable: Option<String>,
    /// What the variables' values are; `{port}` is the port's number.
    port_value: Option<String>,
    /// Commands that change the configuration in the image, where it is the server's own: one for each
    /// layout, the official image's first.
    at_build: Vec<String>,
    /// The same for its logs, where it opens the output of the process by name.
    log_at_build: Vec<String>,
}

/// As whom a server is told to run.
#[derive(Clone, Debug)]
pub struct UserSetting {
    /// The account, and what says so.
    pub setting: Setting,
    /// What the server makes of it where it cannot become the account.
    pub outcome: Outcome,
    /// Its own words then.
    pub words: Option<String>,
}

/// A path that a server writes.
#[derive(Clone, Debug)]
pub struct Write {
    /// The path, and what says so; `.` is the working directory.
    pub setting: Setting,
    /// What for.
    pub kind: WriteKind,
    /// Without it, the server does not start.
    pub required: bool,
    /// It must belong to whoever runs the server, and be closed to all others.
    pub private: bool,
    /// It makes a new file beside it, which takes its place.
    pub beside: bool,
    /// Where it is not there, it is made and given to another account.
    pub given: bool,
    /// The server's own words where it cannot write there.
    pub words: Option<String>,
    /// Where it is instead, if the image is laid out like that; the first that holds.
    pub layouts: Vec<Layout>,
}

impl Write {
    /// Whether it is known that this path is the one. A configuration file that is not known mostly
    /// says where the data are.
    pub fn is_certain(&self) -> bool {
        let data_by_default = self.kind == WriteKind::Data && self.setting.by == SetBy::Default;
        self.setting.certain || self.required && !data_by_default
    }
}

/// With one of these a program says something and ends: the GNU Coding Standards ask it of all, and
/// hardly any server differs.
const SPEAKS: &[&str] = &["--help", "--version"];

impl Server {
    /// With what follows from its name, where that is left out.
    pub(super) fn named(mut self) -> Self {
        if self.title.is_empty() {
            self.title.clone_from(&self.name);
        }
        if self.names.is_empty() {
            self.names.push(self.name.clone());
        }
        self
    }

    /// What a client asks to find out whether it serves, where that is known: of those that speak HTTP it
    /// always is.
    pub fn question(&self) -> Option<Question> {
        let http = (self.protocol == Protocol::Http).then(Question::http);
        self.question.clone().or(http)
    }

    /// Whether a command with one of the server's names starts this server.
    pub(super) fn starts(&self, argv: &Words) -> bool {
        let rest = argv.get(1..).unwrap_or_default();
        let said = |pattern: &str| rest.iter().flatten().any(|word| fits(pattern, word));
        let unless = self.unless.iter().map(String::as_str);
        if unless.chain(SPEAKS.iter().copied()).any(said) {
            return false;
        }
        self.arguments.is_empty() || self.subcommand(argv).is_some()
    }

    /// Whether an image whose build speaks of some things can have this server.
    pub(super) fn is_in(&self, built: &dyn Fn(&str) -> bool) -> bool {
        self.built.is_empty() || self.built.iter().any(|text| built(text))
    }

    /// Where the server's own words begin, and the words by which it is known.
    fn subcommand(&self, argv: &Words) -> Option<(usize, Range<usize>)> {
        self.arguments.iter().find_map(|sequence| {
            let found = argv.windows(sequence.len().max(1)).position(|w| {
                w.iter().zip(sequence).all(|(word, wanted)| {
                    word.is_some_and(|w| matches(w, wanted) || matches(base_name(w), wanted))
                })
            })?;
            let known = found..found + sequence.len();
            // What is known by an option has its other options on both sides of it, and so has a
            // command that begins with one of the server's own.
            let by_option = sequence.last().is_some_and(|last| last.starts_with('-'));
            let first = argv.get(1).copied().flatten();
            let first = first.map(|first| first.split_once('=').map_or(first, |(name, _)| name));
            let own = first.is_some_and(|first| self.options.takes_value(first));
            match (by_option, own && self.options.permute) {
                (true, _) => Some((1, 0..0)),
                (_, true) => Some((1, known)),
                _ => Some((known.end, known)),
            }
        })
    }

    /// The variant that applies, if one does.
    fn variant(&self, argv: &Words, around: &Surroundings) -> Option<&Variant> {
        let rest = argv.get(1..).unwrap_or_default();
        let said = |word: &String| rest.contains(&Some(word));
        self.variants.iter().find(|variant| {
            (variant.built.is_empty() || variant.built.iter().any(|text| (around.built)(text)))
                && (variant.with.is_empty() || variant.with.iter().any(said))
                && !variant.without.iter().any(said)
                && !variant
                    .unset
                    .iter()
                    .any(|name| (around.variable)(name).is_some())
        })
    }

    /// As whom it is told to run.
    pub fn users(&self, argv: &Words, around: &Surroundings) -> Vec<UserSetting> {
        let told = told::Told::read(self, argv, around);
        self.users
            .iter()
            .flat_map(|place| {
                told.at(&place.at).into_iter().map(|said| UserSetting {
                    setting: said.setting(&told),
                    outcome: place.outcome,
                    words: place.words.clone(),
                })
            })
            .collect()
    }

    /// Whether it is told to keep what it holds.
    pub fn persistence(&self, argv: &Words, around: &Surroundings) -> Persistence {
        let told = told::Told::read(self, argv, around);
        let mut found = Persistence::Unsaid;
        for place in &self.persists {
            // What a package says is what the server does by itself.
            let said = told.at(&place.at).pop();
            let Some(said) = said.filter(|said| said.by != SetBy::Default) else {
                continue;
            };
            let off = said
                .texts
                .first()
                .and_then(|text| text.as_deref().map(listening::is_off));
            let asked = matches!(said.by, SetBy::Argument { .. }) || !place.by_itself;
            match off {
                Some(false) if asked => return Persistence::Told(said.setting(&told)),
                Some(true) if place.by_itself => found = Persistence::Never,
                _ => {}
            }
        }
        found
    }

    /// What it writes.
    pub fn writes(&self, argv: &Words, around: &Surroundings) -> Vec<Write> {
        let told = told::Told::read(self, argv, around);
        let program = program_name(argv);
        let asked = |place: &&WritePlace| {
            let asks = place.only_with.as_ref();
            let programs = &place.programs;
            let named = programs.iter().any(|name| program == name);
            (programs.is_empty() || named) && asks.is_none_or(|at| !told.at(at).is_empty())
        };
        self.writes
            .iter()
            .filter(asked)
            .flat_map(|place| {
                let said = told.at(&place.at);
                let (settings, layouts) = match said.last() {
                    Some(said) => (vec![said.setting(&told)], Vec::new()),
                    None => place.unsaid(&told),
                };
                settings.into_iter().map(move |setting| Write {
                    setting,
                    kind: place.kind,
                    required: place.required,
                    private: place.private,
                    beside: place.beside,
                    given: place.given,
                    words: place.words.clone(),
                    layouts: layouts.clone(),
                })
            })
            .collect()
    }
}

impl WritePlace {
    /// The paths where nothing says one, and where they are instead. A configuration file that is not
    /// known may say anything, unless no directive of it is about this.
    fn unsaid(&self, told: &told::Told) -> (Vec<Setting>, Vec<Layout>) {
        let reads = |layout: &&Layout| match told.unread() {
            Some(path) => {
                let silent = self.at.directives.is_empty() && layout.config.is_empty();
                silent || layout.config.iter().any(|config| config == path)
            }
            None => layout.config.is_empty(),
        };
        let layouts: Vec<Layout> = self.layouts.iter().filter(reads).cloned().collect();
        let settings = match told.unread() {
            None if !self.default.is_empty() => {
                self.default.iter().map(|path| told.default(path)).collect()
            }
            _ => layouts.iter().take(1).map(|_| told.own(None)).collect(),
        };
        (settings, layouts)
    }
}

/// Whether a word is the wanted one, in which each `*` stands for anything.
fn matches(word: &str, wanted: &str) -> bool {
    let Some((before, rest)) = wanted.split_once('*') else {
        return word == wanted;
    };
    let Some(mut left) = word.strip_prefix(before) else {
        return false;
    };
    let (between, after) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in between.split('*') {
        let Some((_, behind)) = left.split_once(part) else {
            return false;
        };
        left = behind;
    }
    left.ends_with(after)
}

#[cfg(test)]
mod tests;
