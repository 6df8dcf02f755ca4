//! The rules.

/// A rule's page: what `explain` and `rules` say of it.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The rule's name.
    pub name: &'static str,
    /// What it finds, in one line.
    pub summary: &'static str,
    /// The page, in Markdown.
    pub text: &'static str,
}

/// The pages of all rules, sorted by name.
pub fn pages() -> &'static [Page] {
    &[]
}
