//! The paths that the build is known to have touched.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::rc::Rc;

use crate::eval::{ScriptText, Value, is_below, normal};
use crate::source::Origin;

/// How many paths are known at most before copies of folders are no longer looked at path by path.
const MOST: usize = 50_000;

/// A path as the build leaves it.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Whose it is, by name or number, and since when if that was said in the build.
    pub owner: Owned,
    /// Its group, likewise.
    pub group: Owned,
    /// Its permission bits.
    pub mode: u32,
    /// What put it there; none for what the base has.
    pub made: Option<Origin>,
    /// A command that says to make it, though something else had put it there.
    pub asked: Option<Origin>,
    /// What has put things into it that are not known one by one: an archive that is taken apart.
    pub unpacked: Option<Origin>,
    /// Whether its owner was given to all that is in it, of which not everything is known.
    pub spread: bool,
    /// Whether something is known to be in it.
    pub filled: bool,
    /// Whether things may be in it that are not known, with bits that are not known.
    pub crowded: bool,
}

/// What a path is.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// A folder. Others than the known ones may be in it.
    Folder,
    /// A file, with its text as far as that is known.
    File(Content),
    /// A symbolic link.
    Link(String),
    /// Made by something whose result is not known.
    Unknown,
}

/// What a file holds.
#[derive(Clone, Debug)]
pub enum Content {
    /// A file of the context, by its path there.
    Context(String),
    /// Text that the Dockerfile has in it.
    Text(Rc<ScriptText>),
    /// Text that commands of the build put together, or that a package brings.
    Made(Rc<Made>),
    /// Not known.
    Unknown,
}

/// A text that was put together from several places.
#[derive(Clone, Debug)]
pub struct Made {
    /// The text, each part with its place, or not known.
    pub text: Value,
    /// What it was before commands changed it, if that was all in one place: a script is followed as
    /// it was.
    pub before: Option<Content>,
}

/// An owner or a group, and where it was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owned {
    /// Name or number; "root" is the superuser.
    pub name: Rc<str>,
    /// The word that says so.
    pub by: Option<Origin>,
}

impl Owned {
    /// The superuser's, as everything is that nobody gave away.
    pub fn root() -> Self {
        Self {
            name: "root".into(),
            by: None,
        }
    }

    /// Whether it is the superuser's.
    pub fn is_root(&self) -> bool {
        matches!(&*self.name, "root" | "0")
    }
}

impl Node {
    /// A folder of root's.
    pub fn folder(mode: u32, made: Option<Origin>) -> Self {
        Self {
            kind: NodeKind::Folder,
            owner: Owned::root(),
            group: Owned::root(),
            mode,
            made,
            asked: None,
            unpacked: None,
            spread: false,
            filled: false,
            crowded: false,
        }
    }

    /// A file of root's.
    pub fn file(content: Content, mode: u32, made: Option<Origin>) -> Self {
        Self {
            kind: NodeKind::File(content),
            ..Self::folder(mode, made)
        }
    }

    /// A symbolic link.
    pub fn link(to: &str) -> Self {
        Self {
            kind: NodeKind::Link(to.to_owned()),
            ..Self::folder(0o777, None)
        }
    }

    /// Whether it is a folder.
    pub fn is_folder(&self) -> bool {
        matches!(self.kind, NodeKind::Folder)
    }
}

/// The paths of an image that are known.
#[derive(Clone, Debug)]
pub struct Files {
    nodes: BTreeMap<Rc<str>, Node>,
}

impl Default for Files {
    fn default() -> Self {
        let root = Node::folder(0o755, None);
        Self {
            nodes: BTreeMap::from([("/".into(), root)]),
        }
    }
}

impl Files {
    /// What is at a path itself, a link not followed.
    pub fn at(&self, path: &str) -> Option<&Node> {
        self.nodes.get(path)
    }

    /// A path with the links on the way resolved, as far as they are known.
    pub fn resolve(&self, path: &str) -> String {
        let path = normal(path);
        let mut ends = path.match_indices('/').map(|(at, _)| at).skip(1);
        let is_link = |path: &str| {
            let node = self.nodes.get(path);
            node.is_some_and(|node| matches!(node.kind, NodeKind::Link(_)))
        };
        if !ends.any(|end| is_link(&path[..end])) && !is_link(&path) {
            return path;
        }
        let mut resolved = String::new();
        let mut rest: Vec<String> = path
            .split('/')
            .filter(|p| !p.is_empty())
            .rev()
            .map(str::to_owned)
            .collect();
        let mut links = 0;
        while let Some(part) = rest.pop() {
            let next = format!("{resolved}/{part}");
            match self.nodes.get(next.as_str()).map(|node| &node.kind) {
                Some(NodeKind::Link(to)) if links < 32 => {
                    links += 1;
                    let target = if to.starts_with('/') {
                        normal(to)
                    } else {
                        normal(&format!("{resolved}/{to}"))
                    };
                    resolved.clear();
                    rest.extend(
                        target
                            .split('/')
                            .filter(|p| !p.is_empty())
                            .rev()
                            .map(str::to_owned),
                    );
                }
                _ => resolved = next,
            }
        }
        if resolved.is_empty() {
            "/".to_owned()
        } else {
            resolved
        }
    }

    /// Whether a path is a folder or lies in it, whatever names they go by.
    pub fn is_below(&self, path: &str, folder: &str) -> bool {
        is_below(&self.resolve(path), &self.resolve(folder))
    }

    /// What is at a path, links followed.
    pub fn get(&self, path: &str) -> Option<&Node> {
        self.nodes.get(self.resolve(path).as_str())
    }

    /// The path itself, or the next one above it that is known; the root always is.
    pub fn nearest(&self, path: &str) -> (String, Node) {
        let mut path = self.resolve(path);
        loop {
            if let Some(node) = self.nodes.get(path.as_str()) {
                return (path, node.clone());
            }
            match path.rfind('/') {
                Some(at) if at > 0 => path.truncate(at),
                _ => {
                    return (
                        "/".to_owned(),
                        self.nodes
                            .get("/")
                            .cloned()
                            .unwrap_or_else(|| Node::folder(0o755, None)),
                    );
                }
            }
        }
    }

    /// Puts something at a path, and folders above it where none are known.
    pub fn put(&mut self, path: &str, node: Node) {
        let above = Node::folder(0o755, node.made);
        self.put_below(path, node, above);
    }

    /// Puts something somewhere; folders that are missing above it become as this one.
    pub fn put_below(&mut self, path: &str, node: Node, above: Node) {
        let path = self.resolve_parent(path);
        self.fill_above(&path, above);
        self.nodes.insert(path.into(), node);
    }

    /// Puts something into a folder that has to be there already, as for a file that a command
    /// writes: one that is not known came with what has filled the one above it.
    pub fn put_inside(&mut self, path: &str, node: Node) {
        let path = self.resolve_parent(path);
        let (_, nearest) = self.nearest(&path);
        let above = match nearest.unpacked.filter(|_| nearest.crowded) {
            Some(unpacked) => Node {
                owner: nearest.owner,
                group: nearest.group,
                crowded: true,
                unpacked: Some(unpacked),
                ..Node::folder(0o755, Some(unpacked))
            },
            None => Node::folder(0o755, node.made),
        };
        self.fill_above(&path, above);
        self.nodes.insert(path.into(), node);
    }

    /// Makes a folder unless something is there.
    pub fn make_folder(&mut self, path: &str, mode: u32, made: Option<Origin>) {
        let path = self.resolve(path);
        if !self.nodes.contains_key(path.as_str()) {
            self.put(&path, Node::folder(mode, made));
        }
    }

    /// A folder that an instruction names, of somebody else's if it is there already.
    pub fn enter_folder(&mut self, path: &str, by: Origin) {
        self.make_folder(path, 0o755, Some(by));
        self.change(path, false, |node| {
            if node.made.is_none() && node.asked.is_none() {
                node.asked = Some(by);
            }
        });
    }

    /// A known path, to be changed.
    pub fn change(&mut self, path: &str, recursive: bool, mut change: impl FnMut(&mut Node)) {
        let path = self.resolve(path);
        if !recursive {
            if let Some(node) = self.nodes.get_mut(path.as_str()) {
                change(node);
            }
            return;
        }
        for path in self.below(&path) {
            if let Some(node) = self.nodes.get_mut(&path) {
                change(node);
            }
        }
    }

    /// Takes a path away, with all that is in it.
    pub fn remove(&mut self, path: &str) {
        let path = self.resolve_parent(path);
        if path != "/" {
            for path in self.below(&path) {
                self.nodes.remove(&path);
            }
        }
    }

    /// A path and the known ones in it.
    pub fn below(&self, path: &str) -> Vec<Rc<str>> {
        let inside = if path == "/" {
            "/".to_owned()
        } else {
            format!("{path}/")
        };
        let range = self
            .nodes
            .range::<str, _>((Bound::Included(path), Bound::Unbounded));
        let mut found = Vec::new();
        for (name, _) in range {
            if **name == *path || name.starts_with(&inside) {
                found.push(name.clone());
            } else if !name.starts_with(path) {
                break;
            }
        }
        found
    }

    /// Whether so many paths are known that a folder is not copied path by path: one that is copied
    /// into itself doubles each time.
    pub fn is_full(&self) -> bool {
        self.nodes.len() >= MOST
    }

    /// All known paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.nodes.iter().map(|(path, node)| (&**path, node))
    }

    /// Links above the last part are followed, that part is not.
    fn resolve_parent(&self, path: &str) -> String {
        let path = normal(path);
        match path.rsplit_once('/') {
            Some((parent, name)) if !parent.is_empty() => {
                let parent = self.resolve(parent);
                if parent == "/" {
                    format!("/{name}")
                } else {
                    format!("{parent}/{name}")
                }
            }
            _ => path,
        }
    }

    fn fill_above(&mut self, path: &str, above: Node) {
        let mut at = 0;
        while let Some(next) = path[at + 1..].find('/').map(|i| i + at + 1) {
            let folder = &path[..next];
            match self.nodes.get_mut(folder) {
                Some(node) => node.filled = true,
                None => {
                    self.nodes.insert(
                        folder.into(),
                        Node {
                            filled: true,
                            ..above.clone()
                        },
                    );
                }
            }
            at = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_on_the_way_and_at_the_end() {
        let mut files = Files::default();
        files.put("/run", Node::folder(0o755, None));
        files.put("/var/run", Node::link("/run"));
        files.put("/var/run/redis", Node::folder(0o700, None));
        assert!(files.at("/run/redis").is_some());
        assert_eq!(files.resolve("/var/run/redis/x"), "/run/redis/x");
        assert_eq!(files.nearest("/var/run/redis/x/y").0, "/run/redis");
    }

    #[test]
    fn a_circle_of_links_comes_to_an_end() {
        let mut files = Files::default();
        files.put("/a", Node::link("/b"));
        files.put("/b", Node::link("/a"));
        assert!(files.resolve("/a/x").ends_with("/x"));
    }

    #[test]
    fn what_is_below_is_what_is_inside_and_not_what_begins_alike() {
        let mut files = Files::default();
        for path in ["/data", "/data/db", "/data-old", "/data/db/x"] {
            files.put(path, Node::folder(0o755, None));
        }
        let below: Vec<_> = files.below("/data").iter().map(|p| p.to_string()).collect();
        assert_eq!(below, ["/data", "/data/db", "/data/db/x"]);
    }
}
