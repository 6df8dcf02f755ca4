//! The files that such programs read.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::Started;
use crate::eval::{ScriptText, Value};
use crate::image::NodeKind;
use crate::image::lookup;
use crate::source::{Origin, Span};
use crate::syntax::config::{Directive, Text};

/// How many files one pattern brings in at most.
const MOST_FILES: usize = 256;

impl Started<'_> {
    /// The text of a file, if it is known; where the start leaves one that is not, that of the build.
    pub(super) fn text_of(&self, path: &str) -> Option<Rc<ScriptText>> {
        let scripts = self.host.scripts;
        let now = scripts.script(self.files, path);
        now.or_else(|| scripts.script(&self.host.image.files, path))
    }

    /// The text of a configuration, be it that a package or commands of the build leave it there: what
    /// stands nowhere in the context has this command's place.
    pub(super) fn configuration(&self, path: &str) -> Option<Rc<ScriptText>> {
        let made = || {
            let scripts = self.host.scripts;
            let text = scripts.text(self.files, path)?;
            let elsewhere = text.origin().filter(|o| o.source != self.origin.source);
            let (source, text) = text.joined(elsewhere.unwrap_or(self.origin))?;
            Some(Rc::new(ScriptText::new(source, text)))
        };
        self.text_of(path).or_else(made)
    }

    /// The file that a bare name is found as.
    pub(super) fn found(&self, name: &str) -> Option<String> {
        lookup::find(self.files, name, self.state)
    }

    /// Whether the image is known to have a file at a path, or something that may be one.
    pub(super) fn has_file(&self, path: &str) -> bool {
        let node = self.files.get(path);
        node.is_some_and(|node| !node.is_folder())
    }

    /// The names that are known in a folder, in their order.
    pub(super) fn inside(&self, folder: &str) -> BTreeSet<String> {
        let folder = self.files.resolve(folder);
        let below = self.files.below(&folder);
        let names = below.iter().filter_map(|path| {
            let rest = path.strip_prefix(&*folder)?.strip_prefix('/')?;
            rest.split('/').next().map(str::to_owned)
        });
        let distinct: BTreeSet<String> = names.filter(|name| !name.is_empty()).collect();
        distinct.into_iter().take(MOST_FILES).collect()
    }

    /// The files whose path matches a pattern with `*`, in their order.
    pub(super) fn matching(&self, pattern: &str) -> Vec<String> {
        let files = self.files;
        if !pattern.contains(['*', '?', '[']) {
            let known = files.get(pattern).is_some();
            return known.then(|| pattern.to_owned()).into_iter().collect();
        }
        let glob = globset::GlobBuilder::new(pattern)
            .literal_separator(true)
            .build();
        let Ok(matcher) = glob.map(|glob| glob.compile_matcher()) else {
            return Vec::new();
        };
        let is_file = |kind: &NodeKind| !matches!(kind, NodeKind::Folder);
        files
            .iter()
            .filter(|(path, node)| is_file(&node.kind) && matcher.is_match(path))
            .map(|(path, _)| path.to_owned())
            .take(MOST_FILES)
            .collect()
    }
}

/// Where a range of a file's text stands.
pub(super) fn place(script: &ScriptText, span: Span) -> Origin {
    Origin {
        source: script.source,
        span: script.text.span(span.range()),
    }
}

/// A part of a file's text as a value that knows its place.
pub(super) fn value(script: &ScriptText, text: &Text) -> Value {
    let place = place(script, text.span);
    let pieces = script.text.slice(text.span.range()).pieces().count();
    let same = script.text.text().get(text.span.range()) == Some(&text.text);
    Value::written(&text.text, place, same && pieces == 1)
}

/// The last directive of a name in a section.
pub(super) fn last<'d>(
    directives: &'d [(Rc<ScriptText>, Directive)],
    section: &str,
    name: &str,
) -> Option<&'d (Rc<ScriptText>, Directive)> {
    let mut found = directives.iter().rev();
    found.find(|(_, directive)| {
        directive.path.first().map(String::as_str) == Some(section)
            && directive.name.eq_ignore_ascii_case(name)
    })
}
