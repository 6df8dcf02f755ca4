//! COPY and ADD.

use std::rc::Rc;

use super::build::{Builder, Work, words};
use super::files::{Content, Files, Node, NodeKind, Owned};
use super::{Copied, Missing};
use crate::context::Kind;
use crate::eval::{ScriptText, normal};
use crate::source::Origin;
use crate::syntax::Joined;
use crate::syntax::dockerfile::{Heredoc, Instruction, Keyword, Text};

/// How many files of one folder are looked at.
const MOST: usize = 5_000;

/// How the new paths look.
struct Manner {
    owner: Option<(String, Origin)>,
    mode: Option<u32>,
    made: Origin,
}

impl Manner {
    fn dress(&self, node: Node) -> Node {
        let mut node = Node {
            made: Some(self.made),
            ..node
        };
        if let Some((owner, by)) = &self.owner {
            let (user, group) = owner.split_once(':').unwrap_or((owner, owner));
            node.owner = Owned {
                name: user.into(),
                by: Some(*by),
            };
            node.group = Owned {
                name: group.into(),
                by: Some(*by),
            };
        } else {
            node.owner = Owned::root();
            node.group = Owned::root();
        }
        if let Some(mode) = self.mode {
            node.mode = mode;
        }
        node
    }
}

impl Builder<'_> {
    pub(super) fn copy(&mut self, work: &mut Work, number: usize, instruction: &Instruction) {
        let words = words(&instruction.arguments);
        let Some((to, sources)) = words.split_last() else {
            return;
        };
        let json = matches!(
            instruction.arguments,
            crate::syntax::dockerfile::Arguments::Json(_)
        );
        let value = |builder: &Self, work: &Work, word: &Text| {
            if json {
                builder.json(word)
            } else {
                builder.expanded(work, word)
            }
        };
        let Some(target) = value(self, work, to).known() else {
            work.image.copies.push(Copied {
                instruction: number,
                paths: Vec::new(),
                owner: None,
                unknown: true,
                spread: false,
            });
            return;
        };
        let directory = work
            .image
            .config
            .directory
            .as_ref()
            .map_or("/", |d| &d.value);
        let folder = target.ends_with('/') || target == "." || target.ends_with("/.");
        let target = if target.starts_with('/') {
            normal(&target)
        } else {
            normal(&format!("{directory}/{target}"))
        };
        let flag = |name: &str| {
            instruction
                .flags
                .iter()
                .find(|flag| flag.name == name)
                .and_then(|flag| flag.value.as_ref())
        };
        let known = |builder: &Self, work: &Work, text: &Text| builder.expanded(work, text).known();
        let manner = Manner {
            owner: flag("chown").map(|text| (self.account(work, text), self.origin(text.span))),
            mode: flag("chmod")
                .and_then(|text| known(self, work, text))
                .and_then(|mode| crate::programs::apply_mode(0o644, &mode, false)),
            made: self.origin(to.span),
        };
        let mut paths = Vec::new();
        let from = flag("from").and_then(|text| known(self, work, text));
        let from_elsewhere = flag("from").is_some();
        let stage = from
            .as_deref()
            .and_then(|name| self.source_stage(work.number, name));
        let into = folder
            || sources.len() > 1
            || work.image.files.get(&target).is_some_and(Node::is_folder);
        let mut heredocs = instruction.heredocs.iter();
        let mut unknown = from_elsewhere || instruction.keyword == Keyword::Add;
        let mut spread = false;
        for word in sources {
            if word.text.starts_with("<<") {
                if let Some(document) = heredocs.next() {
                    let path = if into {
                        format!("{target}/{}", document.delimiter)
                    } else {
                        target.clone()
                    };
                    let node =
                        Node::file(Content::Text(Rc::new(self.document(document))), 0o644, None);
                    work.image.files.put(&path, manner.dress(node));
                    paths.push(path);
                }
                continue;
            }
            let source = value(self, work, word).known();
            match (&stage, source) {
                (Some(stage), Some(source)) => {
                    spread |= into && stage.files.get(&normal(&source)).is_none();
                    let mut steps = stage.steps.iter();
                    let gives =
                        steps.any(|build| build.step.program().as_deref() == Some("setcap"));
                    let found = copy_from_stage(
                        &stage.files,
                        &source,
                        &target,
                        into,
                        &manner,
                        &mut work.image.files,
                    );
                    if gives {
                        work.image.granted.extend(found.iter().cloned());
                    }
                    paths.extend(found);
                }
                (None, Some(source)) if !from_elsewhere => {
                    if instruction.keyword == Keyword::Add && is_remote(&source) {
                        work.image.fetched.push(source.as_str().into());
                        let name = source
                            .trim_end_matches('/')
                            .rsplit('/')
                            .next()
                            .unwrap_or_default();
                        let path = if into {
                            format!("{target}/{name}")
                        } else {
                            target.clone()
                        };
                        work.image.files.put(
                            &path,
                            manner.dress(Node::file(Content::Unknown, 0o600, None)),
                        );
                        paths.push(path);
                        continue;
                    }
                    let origin = self.origin(word.span);
                    let found = self.copy_from_context(
                        work,
                        instruction,
                        &source,
                        origin,
                        &target,
                        into,
                        &manner,
                    );
                    paths.extend(found);
                }
                (None, Some(source)) => {
                    spread |= into;
                    let name = normal(&source)
                        .rsplit('/')
                        .next()
                        .unwrap_or_default()
                        .to_owned();
                    // A folder that goes to where it came from: what it holds goes there.
                    let same = target.rsplit('/').next() == Some(name.as_str());
                    let path = if into && !name.is_empty() && !same {
                        format!("{target}/{name}")
                    } else {
                        target.clone()
                    };
                    work.image.files.put(
                        &path,
                        manner.dress(Node {
                            kind: NodeKind::Unknown,
                            filled: true,
                            ..Node::folder(0o755, None)
                        }),
                    );
                    if let Some(image) = &from {
                        from_image(image, &source, &path, &manner, &mut work.image.files);
                    }
                    paths.push(path);
                }
                (_, None) => {
                    unknown = true;
                    work.image
                        .files
                        .make_folder(&target, 0o755, Some(manner.made));
                    work.image
                        .files
                        .change(&target, false, |node| node.filled = true);
                }
            }
        }
        work.image.copies.push(Copied {
            instruction: number,
            paths,
            owner: manner.owner,
            unknown,
            spread,
        });
    }

    fn document(&self, document: &Heredoc) -> ScriptText {
        let text = self.context.source(self.source);
        let body = text.slice(document.body);
        let start = document.body.start as usize;
        let joined = if document.strip_tabs {
            let mut joined = Joined::default();
            let mut at = start;
            for line in body.split_inclusive('\n') {
                let inner = line.trim_start_matches('\t');
                joined.push(inner, at + line.len() - inner.len());
                at += line.len();
            }
            joined
        } else {
            Joined::whole(body, start)
        };
        ScriptText::new(self.source, joined)
    }

    #[allow(clippy::too_many_arguments)]
    fn copy_from_context(
        &mut self,
        work: &mut Work,
        instruction: &Instruction,
        source: &str,
        origin: Origin,
        target: &str,
        into: bool,
        manner: &Manner,
    ) -> Vec<String> {
        // A Dockerfile without a folder has no files to speak of.
        if self.context.root().is_none() {
            let name = source
                .trim_end_matches('/')
                .rsplit('/')
                .next()
                .unwrap_or_default();
            let path = if into {
                format!("{target}/{name}")
            } else {
                target.to_owned()
            };
            work.image.files.put(
                &path,
                manner.dress(Node {
                    kind: NodeKind::Unknown,
                    filled: true,
                    ..Node::folder(0o755, None)
                }),
            );
            return vec![path];
        }
        let mut made = Vec::new();
        let names = self.matching(source);
        if names.is_empty() {
            let ignored = self.context.entry(source).is_some();
            if !source.contains(['*', '?', '[']) {
                let base = source.rsplit('/').next().unwrap_or_default();
                let at = if into {
                    format!("{target}/{base}")
                } else {
                    target.to_owned()
                };
                work.image.missing.push(Missing {
                    path: source.to_owned(),
                    at: normal(&at),
                    above: !ignored && self.context.is_above(source),
                    origin,
                    ignored,
                });
            }
            return made;
        }
        let unpacks = instruction.keyword == Keyword::Add;
        for name in &names {
            let Some(entry) = self.context.entry(name) else {
                continue;
            };
            let base = name.rsplit('/').next().unwrap_or_default();
            match entry.kind {
                Kind::Directory => {
                    // A folder that is there keeps its owner: what is copied is what it holds.
                    let new = work.image.files.get(target).is_none();
                    work.image
                        .files
                        .make_folder(target, 0o755, Some(manner.made));
                    if manner.owner.is_some() && new {
                        work.image
                            .files
                            .change(target, false, |node| *node = manner.dress(node.clone()));
                    }
                    work.image
                        .files
                        .change(target, false, |node| node.filled = true);
                    self.folder(name, target, manner, &mut work.image.files, &mut made);
                }
                Kind::File { mode, .. } if unpacks && is_archive(base) => {
                    let _ = mode;
                    work.image
                        .files
                        .make_folder(target, 0o755, Some(manner.made));
                    work.image
                        .files
                        .change(target, false, |node| node.filled = true);
                }
                Kind::File { mode, .. } => {
                    let path = if into || names.len() > 1 {
                        format!("{target}/{base}")
                    } else {
                        target.to_owned()
                    };
                    let node = Node::file(Content::Context(name.clone()), mode, None);
                    work.image.files.put(&path, manner.dress(node));
                    made.push(normal(&path));
                }
                Kind::Other => {}
            }
        }
        made
    }

    /// The contents of a folder of the context.
    fn folder(
        &self,
        from: &str,
        to: &str,
        manner: &Manner,
        files: &mut Files,
        made: &mut Vec<String>,
    ) {
        let mut pending = vec![(from.trim_matches('/').to_owned(), to.to_owned())];
        while let Some((from, to)) = pending.pop() {
            for (name, entry) in self.context.list(&from) {
                let inner = if from.is_empty() {
                    name.clone()
                } else {
                    format!("{from}/{name}")
                };
                if made.len() >= MOST || self.context.is_ignored(&inner) {
                    continue;
                }
                let path = if to == "/" {
                    format!("/{name}")
                } else {
                    format!("{to}/{name}")
                };
                match entry.kind {
                    Kind::Directory => {
                        files.make_folder(&path, 0o755, Some(manner.made));
                        files.change(&path, false, |node| *node = manner.dress(node.clone()));
                        pending.push((inner, path.clone()));
                    }
                    Kind::File { mode, .. } => {
                        files.put(
                            &path,
                            manner.dress(Node::file(Content::Context(inner), mode, None)),
                        );
                    }
                    Kind::Other => continue,
                }
                made.push(path);
            }
        }
    }

    /// The paths of the context that a COPY source means.
    fn matching(&self, source: &str) -> Vec<String> {
        let path = crate::context::normalise(source);
        if !path.contains(['*', '?', '[']) {
            let there = self.context.entry(&path).is_some()
                && (path.is_empty() || !self.context.is_ignored(&path));
            return if there { vec![path] } else { Vec::new() };
        }
        let mut found = vec![String::new()];
        for part in path.split('/') {
            let Ok(pattern) = globset::GlobBuilder::new(part)
                .literal_separator(true)
                .build()
            else {
                return Vec::new();
            };
            let matcher = pattern.compile_matcher();
            let mut next = Vec::new();
            for folder in &found {
                for (name, _) in self.context.list(folder) {
                    if matcher.is_match(&name) {
                        next.push(if folder.is_empty() {
                            name
                        } else {
                            format!("{folder}/{name}")
                        });
                    }
                }
            }
            found = next;
        }
        found.retain(|path| !self.context.is_ignored(path));
        found
    }
}

/// What a path of another stage becomes here.
fn copy_from_stage(
    stage: &Files,
    source: &str,
    target: &str,
    into: bool,
    manner: &Manner,
    files: &mut Files,
) -> Vec<String> {
    let source = stage.resolve(&normal(source));
    let name = source.rsplit('/').next().unwrap_or_default().to_owned();
    let Some(node) = stage.at(&source) else {
        let path = if into && !name.is_empty() && !source.ends_with('*') {
            format!("{target}/{name}")
        } else {
            target.to_owned()
        };
        let node = Node {
            kind: NodeKind::Unknown,
            filled: true,
            ..Node::folder(0o755, None)
        };
        files.put(&path, manner.dress(node));
        return vec![normal(&path)];
    };
    // A folder's contents are copied, a file by its name.
    let base = if !node.is_folder() && into {
        format!("{target}/{name}")
    } else {
        target.to_owned()
    };
    let mut made = Vec::new();
    for path in stage.below(&source) {
        let Some(node) = stage.at(&path) else {
            continue;
        };
        let rest = if source == "/" {
            &path[..]
        } else {
            path.strip_prefix(source.as_str()).unwrap_or_default()
        };
        let to = normal(&format!("{base}{rest}"));
        if to == "/" || made.len() >= MOST {
            continue;
        }
        files.put(&to, manner.dress(node.clone()));
        made.push(to);
    }
    made
}

/// What is known of a folder of another image: the folders in it.
fn from_image(image: &str, source: &str, target: &str, manner: &Manner, files: &mut Files) {
    let mut others = Files::default();
    super::base::folders::put(&mut others, image);
    let source = normal(source);
    for path in others.below(&source) {
        let rest = path.strip_prefix(source.as_str()).unwrap_or_default();
        let node = others.at(&path).filter(|_| !rest.is_empty());
        if let Some(node) = node.filter(|_| source != "/") {
            files.put(&format!("{target}{rest}"), manner.dress(node.clone()));
        }
    }
}

fn is_remote(source: &str) -> bool {
    ["http://", "https://", "ftp://", "git@", "git://"]
        .iter()
        .any(|scheme| source.starts_with(scheme))
}

/// Archives that ADD takes apart.
fn is_archive(name: &str) -> bool {
    [
        ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst",
    ]
    .iter()
    .any(|end| name.ends_with(end))
}
