//! What a log says of the rules themselves.

use super::log::{Configuration, Help, Message, Rule, RuleProperties};
use crate::report::words;
use crate::rules::{self, Page};
use crate::target::Target;

/// GitHub shows a description up to here.
const LONGEST_DESCRIPTION: usize = 1024;

/// All rules, in the order of [`rules::pages`], with how bad they are on the targets of these names.
pub(super) fn all(targets: &[String]) -> Vec<Rule> {
    let targets: Vec<_> = targets
        .iter()
        .filter_map(|name| Target::named(name))
        .collect();
    let rules = rules::pages().iter().map(|page| {
        let severities = targets
            .iter()
            .filter_map(|target| target.severity(page.name));
        let worst = severities.max();
        Rule {
            id: page.name,
            short_description: Message::of(page.summary.to_owned()),
            full_description: Message::of(description(page)),
            help: Help {
                text: page.text,
                markdown: page.text,
            },
            help_uri: words::page_url(page.name),
            // On targets that do not name it, a rule is silent.
            default_configuration: Configuration {
                enabled: worst.is_some(),
                level: worst.map(words::severity),
            },
            properties: RuleProperties {
                tags: tags(page.name),
            },
        }
    });
    rules.collect()
}

/// The first paragraph of what a page says that it finds, and the summary of a page without one.
fn description(page: &Page) -> String {
    let finds = page.text.split_once("\n## What it finds\n");
    let text = finds.map_or(page.summary, |(_, text)| text).trim_start();
    let paragraph = text.split("\n\n").next().unwrap_or(text);
    let words: Vec<&str> = paragraph.split_whitespace().collect();
    words.join(" ").chars().take(LONGEST_DESCRIPTION).collect()
}

/// By what a rule can be looked for: the targets that it is about. GitHub takes 20 of each rule.
fn tags(rule: &str) -> Vec<String> {
    let targets = Target::all().iter();
    let targets = targets.filter(|target| target.severity(rule).is_some());
    let targets = targets.map(|target| target.name.to_string());
    ["dockerfile".to_owned()]
        .into_iter()
        .chain(targets)
        .collect()
}
