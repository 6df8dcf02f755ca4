//! A small builder: the instructions of a Dockerfile, one after the other, over the root of Debian.
//!
//! It knows what the contexts here use and says so where one uses more.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};

use diegolint::syntax::dockerfile::{self, Arguments, Dockerfile, Instruction, Keyword};
use diegolint::verify::Configuration;

use crate::accounts;
use crate::files::{CONTEXT, Copy};
use crate::place::{Place, key};
use crate::stage::{Build, Process, Root, Stage};

/// What the base is called.
const BASES: &[&str] = &["debian:bookworm", "debian:bookworm-slim", "debian:12"];

const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// An image: its files, as layers, and what it says of its start.
#[derive(Clone, Debug)]
pub struct Image {
    /// The lowest first.
    pub layers: Vec<PathBuf>,
    pub configuration: Configuration,
}

impl Image {
    /// The text of a file, as the layers have it; nothing where there is none.
    pub fn read(&self, path: &str) -> String {
        for layer in self.layers.iter().rev() {
            let at = layer.join(path);
            match at.symlink_metadata() {
                // A file that a layer takes away is a device without a number there.
                Ok(found) if found.file_type().is_char_device() => break,
                Ok(_) => return fs::read_to_string(&at).unwrap_or_default(),
                Err(_) => {}
            }
        }
        String::new()
    }
}

/// Builds a context.
///
/// # Errors
/// What failed, with the last lines that it said.
pub fn build(place: &Place, context: &Path) -> Result<Image, String> {
    let text = fs::read_to_string(context.join("Dockerfile")).map_err(|e| e.to_string())?;
    let dockerfile = dockerfile::parse(&text);
    if let Some(error) = dockerfile.errors.first() {
        return Err(error.message.clone());
    }
    if context.join(".dockerignore").exists() {
        return Err("the builder of the proofs knows no .dockerignore".into());
    }
    let mut builder = Builder {
        place,
        context,
        dockerfile: &dockerfile,
        image: Image {
            layers: Vec::new(),
            configuration: Configuration::default(),
        },
        arguments: BTreeMap::new(),
        shell: vec!["/bin/sh".into(), "-c".into()],
        key: String::new(),
    };
    for instruction in &dockerfile.instructions {
        builder
            .carry_out(instruction)
            .map_err(|why| format!("Dockerfile:{}: {why}", instruction.first_line))?;
    }
    Ok(builder.image)
}

struct Builder<'a> {
    place: &'a Place,
    context: &'a Path,
    dockerfile: &'a Dockerfile,
    image: Image,
    arguments: BTreeMap<String, String>,
    shell: Vec<String>,
    key: String,
}

impl Builder<'_> {
    fn carry_out(&mut self, instruction: &Instruction) -> Result<(), String> {
        let arguments = &instruction.arguments;
        match (&instruction.keyword, arguments) {
            (Keyword::From, Arguments::From { image, .. }) => {
                let name = self.expand(&image.text)?;
                if !BASES.contains(&name.as_str()) || !self.image.layers.is_empty() {
                    return Err("the builder of the proofs knows one stage, of Debian".into());
                }
                self.image.layers.push(self.place.base());
                self.key = key(&[b"base"]);
                (self.image.configuration.environment).insert("PATH".into(), PATH.into());
            }
            (Keyword::Arg, Arguments::Pairs(pairs)) => {
                for pair in pairs {
                    if let Some(value) = &pair.value {
                        let value = self.expand(&value.text)?;
                        self.arguments.insert(pair.name.text.clone(), value);
                    }
                }
            }
            (Keyword::Env, Arguments::Pairs(pairs)) => {
                // All of one instruction see what was before it.
                let mut new = Vec::new();
                for pair in pairs {
                    let value = pair.value.as_ref().map_or("", |value| value.text.as_str());
                    new.push((self.expand(&pair.name.text)?, self.expand(value)?));
                }
                self.image.configuration.environment.extend(new);
            }
            (Keyword::Run, _) => self.run(instruction)?,
            (Keyword::Copy | Keyword::Add, _) => self.copy(instruction)?,
            (Keyword::Workdir, Arguments::Line(line)) => {
                let said = self.expand(&line.text)?;
                let path = self.absolute(&said);
                self.layer(&path.clone(), Build::Directory(path.clone()), &[])?;
                self.image.configuration.directory = Some(path);
            }
            (Keyword::User, Arguments::Line(line)) => {
                self.image.configuration.user = Some(self.expand(&line.text)?);
            }
            (Keyword::Expose, Arguments::Words(words)) => {
                for word in words {
                    let port = self.expand(&word.text)?;
                    let (number, kind) = port.split_once('/').unwrap_or((&port, "tcp"));
                    let number = number.parse().map_err(|_| format!("no port: {port}"))?;
                    if kind == "tcp" {
                        self.image.configuration.exposed.push(number);
                    }
                }
            }
            (Keyword::Volume, _) => {
                let paths = self.words(arguments)?;
                self.image.configuration.volumes.extend(paths);
            }
            (Keyword::Cmd, _) => self.image.configuration.command = self.command(arguments)?,
            (Keyword::Entrypoint, _) => {
                self.image.configuration.entrypoint = self.command(arguments)?;
            }
            (Keyword::Shell, _) => self.shell = self.words(arguments)?,
            (
                Keyword::Label | Keyword::Maintainer | Keyword::Stopsignal | Keyword::Healthcheck,
                _,
            ) => {}
            (other, _) => return Err(format!("the builder of the proofs knows no {other}")),
        }
        Ok(())
    }

    /// The words that a platform gets of CMD and ENTRYPOINT.
    fn command(&self, arguments: &Arguments) -> Result<Vec<String>, String> {
        match arguments {
            Arguments::Shell(text) => {
                let text = text.text().to_owned();
                Ok(self.shell.iter().cloned().chain([text]).collect())
            }
            Arguments::Json(array) => Ok(array.words.iter().map(|w| w.text.clone()).collect()),
            _ => Err("no command".into()),
        }
    }

    fn words(&self, arguments: &Arguments) -> Result<Vec<String>, String> {
        match arguments {
            Arguments::Json(array) => Ok(array.words.iter().map(|w| w.text.clone()).collect()),
            Arguments::Words(words) => words.iter().map(|w| self.expand(&w.text)).collect(),
            _ => Err("no words".into()),
        }
    }

    fn expand(&self, text: &str) -> Result<String, String> {
        let lookup = |name: &str| {
            let environment = &self.image.configuration.environment;
            environment
                .get(name)
                .or_else(|| self.arguments.get(name))
                .cloned()
        };
        let escape = self.dockerfile.escape;
        dockerfile::expand(text, escape, &lookup).map(|expansion| expansion.text)
    }

    fn directory(&self) -> String {
        let directory = self.image.configuration.directory.clone();
        directory.unwrap_or_else(|| "/".into())
    }

    fn absolute(&self, path: &str) -> String {
        Path::new(&self.directory())
            .join(path)
            .display()
            .to_string()
    }

    fn run(&mut self, instruction: &Instruction) -> Result<(), String> {
        let argv = self.command(&instruction.arguments)?;
        let configuration = &self.image.configuration;
        let mut environment = self.arguments.clone();
        environment.extend(configuration.environment.clone());
        // What the machine needs to reach the packages, as builders hand it on.
        for name in ["http_proxy", "https_proxy", "no_proxy"] {
            if let Ok(value) = std::env::var(name) {
                environment.entry(name.into()).or_insert(value);
            }
        }
        environment.entry("HOME".into()).or_insert("/root".into());
        let passwd = self.image.read("etc/passwd");
        let groups = self.image.read("etc/group");
        let user = configuration.user.as_deref().unwrap_or("0:0");
        let (uid, gid) = accounts::find_in(user, &passwd, &groups)?;
        let process = Process {
            environment: environment.into_iter().collect(),
            directory: self.directory(),
            uid,
            gid,
            groups: Vec::new(),
            argv,
        };
        let said = serde_json::to_string(&process).map_err(|error| error.to_string())?;
        let archives = self.place.archives();
        let binds = [
            (archives.path.clone(), "/var/cache/apt/archives".to_owned()),
            (
                PathBuf::from("/etc/resolv.conf"),
                "/etc/resolv.conf".to_owned(),
            ),
        ];
        self.layer(&said, Build::Run(process), &binds)
    }

    fn copy(&mut self, instruction: &Instruction) -> Result<(), String> {
        let mut words = self.words(&instruction.arguments)?;
        let destination = words.pop().ok_or("no destination")?;
        let (mut owner, mut mode) = (None, None);
        for flag in &instruction.flags {
            let value = flag.value.as_ref().map_or("", |value| value.text.as_str());
            match flag.name.as_str() {
                "chown" => owner = Some(value.to_owned()),
                "chmod" => mode = u32::from_str_radix(value, 8).ok(),
                other => return Err(format!("the builder of the proofs knows no --{other}")),
            }
        }
        if !instruction.heredocs.is_empty() || words.iter().any(|word| word.contains("://")) {
            return Err("the builder of the proofs only copies files of the context".into());
        }
        let copy = Copy {
            sources: words,
            destination,
            directory: self.directory(),
            owner,
            mode,
        };
        let said = format!("{copy:?} {}", contents(self.context)?);
        let binds = [(self.context.to_owned(), CONTEXT.to_owned())];
        self.layer(&said, Build::Copy(copy), &binds)
    }

    /// Adds a layer: the one that is there already, if it was made from the same.
    fn layer(
        &mut self,
        said: &str,
        build: Build,
        binds: &[(PathBuf, String)],
    ) -> Result<(), String> {
        self.key = key(&[self.key.as_bytes(), said.as_bytes()]);
        let at = self.place.layer(&self.key);
        if !at.is_dir() {
            let scratch = self.place.scratch()?;
            let folder = |name: &str| {
                let path = scratch.path().join(name);
                let made = fs::create_dir(&path)
                    .and_then(|()| fs::set_permissions(&path, fs::Permissions::from_mode(0o755)));
                made.map(|()| path).map_err(|error| error.to_string())
            };
            let upper = folder("upper")?;
            let root = Root {
                layers: self.image.layers.clone(),
                upper: upper.clone(),
                work: folder("work")?,
                merged: folder("merged")?,
                binds: binds.to_vec(),
            };
            crate::stages::run(&Stage::Build(root, build))?;
            // Somebody else may have made the same meanwhile, and theirs is as good.
            if fs::rename(&upper, &at).is_err() && !at.is_dir() {
                return Err(format!("the layer cannot be kept as {}", at.display()));
            }
        }
        self.image.layers.push(at);
        Ok(())
    }
}

/// What files a folder has and what is in them, in short.
fn contents(folder: &Path) -> Result<String, String> {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    let walk = ignore::WalkBuilder::new(folder)
        .standard_filters(false)
        .sort_by_file_path(std::path::Path::cmp)
        .build();
    for entry in walk.flatten().filter(|entry| entry.path().is_file()) {
        let metadata = entry.metadata().map_err(|error| error.to_string())?;
        let name = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        // What the Dockerfile says is in the key of each layer.
        if name == Path::new("Dockerfile") {
            continue;
        }
        parts.push(name.display().to_string().into_bytes());
        parts.push(metadata.permissions().mode().to_le_bytes().to_vec());
        parts.push(fs::read(entry.path()).map_err(|error| error.to_string())?);
    }
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    Ok(key(&parts))
}
