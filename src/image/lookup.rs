//! What a shell finds when it looks around in an image: in the build, and in the container.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::files::{Content, Files, NodeKind};
use crate::context::Context;
use crate::eval::{FileKind, ScriptText, State, Value};
use crate::source::{Origin, SourceId, Span};
use crate::syntax::shell::script_text;

/// Where programs are looked for if nothing says otherwise: PATH as Docker sets it where an image sets
/// none.
pub const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The files of an image, with the texts that the context has for them.
pub struct Scripts<'c> {
    context: &'c Context,
    read: RefCell<HashMap<String, Option<Rc<ScriptText>>>>,
}

impl<'c> Scripts<'c> {
    /// The scripts of a context; each is read once.
    pub fn new(context: &'c Context) -> Self {
        Self {
            context,
            read: RefCell::default(),
        }
    }

    /// The text of a file of the image, if it is known, is text: each part of it with its place.
    pub fn script(&self, files: &Files, path: &str) -> Option<Rc<ScriptText>> {
        match &files.get(path)?.kind {
            NodeKind::File(content) => self.content(content),
            _ => None,
        }
    }

    /// The script that a file of the context is, if it is text. It is read once, whoever asks for it.
    pub fn of(&self, source: SourceId) -> Option<Rc<ScriptText>> {
        let known = |read: &HashMap<String, Option<Rc<ScriptText>>>| {
            let mut scripts = read.values().flatten();
            scripts.find(|script| script.source == source).cloned()
        };
        let known = known(&self.read.borrow());
        known.or_else(|| self.content(&Content::Context(self.context.path_of(source)?)))
    }

    /// Whether there is a folder that files are read from.
    pub fn has_context(&self) -> bool {
        self.context.root().is_some()
    }

    /// A script's file from where it begins, with line ends as they are written.
    pub fn written(&self, script: &ScriptText) -> String {
        let source = self.context.source(script.source);
        let text = source.text().get(script.text.offset(0)..);
        let text = text.unwrap_or_default();
        // What a command prints is written in quotes, mostly.
        let own = script.text.text();
        let first = own.lines().next().unwrap_or_default();
        let same = !first.is_empty() && text.starts_with(first);
        if same { text } else { own }.to_owned()
    }

    fn content(&self, content: &Content) -> Option<Rc<ScriptText>> {
        match content {
            Content::Text(text) => Some(text.clone()),
            Content::Context(name) => {
                let mut read = self.read.borrow_mut();
                read.entry(name.clone())
                    .or_insert_with(|| self.read(name))
                    .clone()
            }
            // What was before is never made itself.
            Content::Made(made) => match &made.before {
                Some(before @ (Content::Text(_) | Content::Context(_))) => self.content(before),
                Some(_) => None,
                None => {
                    let (source, text) = made.text.joined(made.text.origin()?)?;
                    Some(Rc::new(ScriptText::new(source, text)))
                }
            },
            Content::Unknown => None,
        }
    }

    /// The text of a file of the image with the place of each part, as far as it is known.
    pub fn text(&self, files: &Files, path: &str) -> Option<Value> {
        match &files.get(path)?.kind {
            NodeKind::File(Content::Made(made)) => Some(made.text.clone()),
            NodeKind::File(content @ Content::Context(_)) => {
                let id = self.content(content)?.source;
                let source = self.context.source(id);
                let span = Span::new(0, source.text().len());
                Some(Value::file(source.text(), Origin { source: id, span }))
            }
            NodeKind::File(content) => Some(self.placed(&*self.content(content)?)),
            _ => None,
        }
    }

    /// A script's text as a value, each part of which has its place.
    fn placed(&self, script: &ScriptText) -> Value {
        let source = self.context.source(script.source);
        let whole = source.text();
        let text = script.text.text();
        let mut value = Value::default();
        let mut at = 0;
        for span in script.text.pieces() {
            let length = span.range().len();
            let Some(part) = text.get(at..at + length) else {
                break;
            };
            let exact = whole.get(span.range()) == Some(part);
            let origin = Origin {
                source: script.source,
                span,
            };
            value.push_known(part, Some(origin), exact);
            at += length;
        }
        value
    }

    /// Whether the text of a file begins with `#!`. The text of others is not read for that.
    pub fn names_interpreter(&self, files: &Files, path: &str) -> bool {
        match files.get(path).map(|node| &node.kind) {
            Some(NodeKind::File(Content::Text(text))) => text.text.text().starts_with("#!"),
            Some(NodeKind::File(Content::Context(name))) => self.context.names_interpreter(name),
            _ => false,
        }
    }

    fn read(&self, name: &str) -> Option<Rc<ScriptText>> {
        let source = self.context.read(name).ok()?;
        let text = self.context.source(source);
        (!text.is_binary()).then(|| Rc::new(ScriptText::new(source, script_text(text.text()))))
    }
}

/// What is at a path, as far as the build is known.
pub fn kind(files: &Files, path: &str) -> FileKind {
    match files.get(path).map(|node| &node.kind) {
        Some(NodeKind::Folder) => FileKind::Folder,
        Some(NodeKind::File(_)) => FileKind::File,
        _ => FileKind::Unknown,
    }
}

/// The file that a command word without a slash names.
pub fn find(files: &Files, name: &str, state: &State) -> Option<String> {
    let path = state
        .known("PATH")
        .unwrap_or_else(|| DEFAULT_PATH.to_owned());
    path.split(':')
        .map(|folder| format!("{folder}/{name}"))
        .find(|candidate| {
            matches!(
                files.get(candidate).map(|node| &node.kind),
                Some(NodeKind::File(_) | NodeKind::Unknown)
            )
        })
}

/// The names in a folder, if the build made it and all that is in it.
pub fn names(files: &Files, folder: &str) -> Option<Vec<String>> {
    let folder = files.resolve(folder);
    let node = files.at(&folder)?;
    let complete = node.is_folder() && node.made.is_some() && !node.crowded;
    let inside = files.below(&folder);
    let names = inside
        .iter()
        .filter_map(|path| path.strip_prefix(&format!("{folder}/")));
    complete.then(|| {
        names
            .filter(|name| !name.contains('/'))
            .map(str::to_owned)
            .collect()
    })
}
