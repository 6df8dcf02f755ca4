//! The variables of a shell. Worlds share them until one changes them, and are compared after every
//! command: sets that differ are told apart without looking into them.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use super::value::Value;

/// A variable.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Variable {
    /// What it holds.
    pub content: Content,
    /// Whether the commands see it.
    pub exported: bool,
    /// The variable that nobody sets and whose default this is: if that were given, this would
    /// hold it.
    pub default_of: Option<Rc<str>>,
    /// The variable that nobody sets and for want of which this was set: `[ "$NAME" ] || error=1`.
    pub for_want_of: Option<Rc<str>>,
}

/// What a variable holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Content {
    /// A string.
    Scalar(Value),
    /// An array, by number.
    Array(Vec<Value>),
    /// An associative array.
    Map(BTreeMap<Rc<str>, Value>),
    /// An array whose elements are not known.
    Unknown,
    /// `declare -n`: it is another name of a variable.
    Reference(Rc<str>),
}

impl Variable {
    /// A variable of the environment.
    pub fn exported(value: Value) -> Self {
        Self {
            content: Content::Scalar(value),
            exported: true,
            default_of: None,
            for_want_of: None,
        }
    }

    fn is_reference(&self) -> bool {
        matches!(self.content, Content::Reference(_))
    }
}

/// A variable with the hash of it and its name.
#[derive(Debug)]
struct Held {
    variable: Variable,
    hash: u64,
}

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && self.variable == other.variable
    }
}

/// Variables by their names.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    /// Most worlds change few variables: each is shared with the sets that have it, too.
    map: Rc<BTreeMap<Rc<str>, Rc<Held>>>,
    /// The sum of a hash of each variable with its name: it follows every change, in whatever order
    /// they come, and two sets with different sums are not the same.
    sum: u64,
    /// How many of them are other names of variables.
    references: usize,
}

impl Variables {
    /// Whether one of them is another name of a variable.
    pub fn has_references(&self) -> bool {
        self.references > 0
    }

    /// A variable, if it is set.
    pub fn get(&self, name: &str) -> Option<&Variable> {
        self.map.get(name).map(|held| &held.variable)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&Rc<str>, &Variable)> {
        self.map.iter().map(|(name, held)| (name, &held.variable))
    }

    /// The names, in their order.
    pub fn names(&self) -> impl Iterator<Item = &Rc<str>> {
        self.map.keys()
    }

    /// Sets a variable as a whole.
    pub fn insert(&mut self, name: Rc<str>, variable: Variable) {
        let hash = hash(&name, &variable);
        let held = Held { variable, hash };
        match self.map.get(&name) {
            Some(before) if **before == held => return,
            Some(before) => {
                self.sum = self.sum.wrapping_sub(before.hash);
                self.references -= usize::from(before.variable.is_reference());
            }
            None => {}
        }
        self.sum = self.sum.wrapping_add(hash);
        self.references += usize::from(held.variable.is_reference());
        Rc::make_mut(&mut self.map).insert(name, Rc::new(held));
    }

    /// The names of the variables that two sets do not have in common.
    pub fn differing(&self, other: &Self) -> Vec<Rc<str>> {
        let (mut ours, mut theirs) = (self.map.iter().peekable(), other.map.iter().peekable());
        let mut names = Vec::new();
        loop {
            let order = match (ours.peek(), theirs.peek()) {
                (None, None) => return names,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some((one, _)), Some((two, _))) => one.cmp(two),
            };
            let one = ours.next_if(|_| order.is_le());
            let two = theirs.next_if(|_| order.is_ge());
            match (one, two) {
                (Some((_, one)), Some((_, two))) if Rc::ptr_eq(one, two) || one == two => {}
                (one, two) => names.extend(one.or(two).map(|(name, _)| name.clone())),
            }
        }
    }

    /// Takes a variable away.
    pub fn remove(&mut self, name: &str) {
        if !self.map.contains_key(name) {
            return;
        }
        if let Some(before) = Rc::make_mut(&mut self.map).remove(name) {
            self.sum = self.sum.wrapping_sub(before.hash);
            self.references -= usize::from(before.variable.is_reference());
        }
    }
}

type Entry<'a> = (&'a Rc<str>, &'a Rc<Held>);

fn hash(name: &str, variable: &Variable) -> u64 {
    let mut hasher = DefaultHasher::new();
    (name, variable).hash(&mut hasher);
    hasher.finish()
}

impl PartialEq for Variables {
    fn eq(&self, other: &Self) -> bool {
        let is_same = |((name, one), (named, two)): (Entry<'_>, Entry<'_>)| {
            name == named && (Rc::ptr_eq(one, two) || one == two)
        };
        Rc::ptr_eq(&self.map, &other.map)
            || self.sum == other.sum
                && self.map.len() == other.map.len()
                && self.map.iter().zip(other.map.iter()).all(is_same)
    }
}

impl FromIterator<(Rc<str>, Variable)> for Variables {
    fn from_iter<I: IntoIterator<Item = (Rc<str>, Variable)>>(variables: I) -> Self {
        let held = |(name, variable): (Rc<str>, Variable)| {
            let hash = hash(&name, &variable);
            (name, Rc::new(Held { variable, hash }))
        };
        let map: BTreeMap<_, _> = variables.into_iter().map(held).collect();
        let hashes = map.values().map(|held| held.hash);
        let sum = hashes.fold(0, u64::wrapping_add);
        let references = map.values().filter(|held| held.variable.is_reference());
        let references = references.count();
        Self {
            map: Rc::new(map),
            sum,
            references,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Variables {
        let variable = |text: &&str| Variable::exported(Value::text(text));
        let pairs = pairs.iter();
        pairs
            .map(|(n, text)| ((*n).into(), variable(text)))
            .collect()
    }

    #[test]
    fn sets_are_the_same_however_they_came_about() {
        let mut grown = Variables::default();
        grown.insert("B".into(), Variable::exported(Value::text("old")));
        grown.insert("C".into(), Variable::exported(Value::text("3")));
        grown.insert("A".into(), Variable::exported(Value::text("1")));
        grown.insert("B".into(), Variable::exported(Value::text("2")));
        grown.remove("C");
        grown.remove("D");
        assert_eq!(grown, of(&[("A", "1"), ("B", "2")]));
        assert_ne!(grown, of(&[("A", "2"), ("B", "1")]));
        assert_ne!(grown, of(&[("A", "1")]));
    }

    #[test]
    fn sets_say_in_what_they_differ() {
        let one = of(&[("A", "1"), ("B", "2"), ("D", "4")]);
        let two = of(&[("B", "3"), ("C", "0"), ("D", "4"), ("E", "5")]);
        let names = |one: &Variables, two: &Variables| one.differing(two).join(" ");
        assert_eq!(names(&one, &two), "A B C E");
        assert_eq!(names(&two, &one), "A B C E");
        assert_eq!(names(&one, &one.clone()), "");
    }
}
