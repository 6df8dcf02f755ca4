//! What counts for inputs, as a configuration file would say it, with where each value comes from.

use std::fmt::Write;
use std::ops::Range;
use std::sync::Arc;

use super::printable::{count, printable};
use crate::config::{Config, Settings, ValueSource};

/// The column at which it is said where a value comes from.
const ORIGIN: usize = 44;

/// Groups of inputs, by what counts for them.
pub fn config(groups: &[(Arc<Settings>, Vec<String>)]) -> String {
    let mut output = String::new();
    for (number, (settings, paths)) in groups.iter().enumerate() {
        if number > 0 {
            output.push('\n');
        }
        for path in paths.iter().take(3) {
            let _ = writeln!(output, "# {}", printable(path));
        }
        if paths.len() > 3 {
            let _ = writeln!(output, "# and {}", count(paths.len() - 3, "other"));
        }
        output.push_str(&one(settings));
    }
    output
}

fn one(settings: &Settings) -> String {
    let mut text = Text::default();
    let path = settings
        .config
        .as_ref()
        .map(|config| printable(&config.path));
    let path = path.unwrap_or_else(|| "none".to_owned());
    let _ = writeln!(text.lines, "# configuration: {path}\n");
    let targets = settings.targets.value.iter().map(|t| t.name.to_string());
    text.line("targets", &list(targets), &settings.targets.from);
    text.line(
        "style",
        &quoted(settings.style.value.name()),
        &settings.style.from,
    );
    text.line(
        "fail-on",
        &quoted(settings.fail_on.value.name()),
        &settings.fail_on.from,
    );
    if let Some(config) = &settings.config {
        of_inputs(&mut text, config);
    }
    for target in &settings.targets.value {
        let chosen = settings
            .chosen
            .iter()
            .filter(|one| *one.target == *target.name);
        let mut chosen = chosen.peekable();
        if chosen.peek().is_some() {
            text.table(&format!("options.{}", key(&target.name)));
        }
        for choice in chosen {
            let value = match choice.value.value.as_str() {
                word @ ("true" | "false") => word.to_owned(),
                word => quoted(word),
            };
            text.line(&choice.option, &value, &choice.value.from);
        }
    }
    if let Some(config) = &settings.config {
        of_rules(&mut text, config);
        of_knowledge(&mut text, config);
    }
    text.lines
}

/// Which inputs there are, and which programs are trusted.
fn of_inputs(text: &mut Text, config: &Config) {
    let from = |span| place(config, span);
    if let Some(patterns) = &config.file.exclude {
        let names = patterns.as_ref().iter().map(|p| p.as_ref().clone());
        text.line("exclude", &list(names), &from(patterns.span()));
    }
    if let Some(programs) = &config.file.trusted_programs {
        let names = programs.as_ref().iter().cloned();
        text.line("trusted-programs", &list(names), &from(programs.span()));
    }
    let contexts = &config.file.contexts;
    if !contexts.is_empty() {
        text.table("contexts");
    }
    for (pattern, folder) in contexts {
        let value = quoted(folder.as_ref());
        text.line(&key(pattern.as_ref()), &value, &from(folder.span()));
    }
}

fn of_rules(text: &mut Text, config: &Config) {
    let from = |span| place(config, span);
    if !config.file.rules.is_empty() {
        text.table("rules");
    }
    for (rule, level) in &config.file.rules {
        let value = quoted(level.as_ref().name());
        text.line(&key(rule.as_ref()), &value, &from(level.span()));
    }
    if !config.file.per_file_ignores.is_empty() {
        text.table("per-file-ignores");
    }
    for (pattern, rules) in &config.file.per_file_ignores {
        let names = rules.as_ref().iter().map(|rule| rule.as_ref().clone());
        text.line(&key(pattern.as_ref()), &list(names), &from(rules.span()));
    }
}

fn of_knowledge(text: &mut Text, config: &Config) {
    let from = |span| place(config, span);
    for server in &config.file.servers {
        text.table_in_list("servers");
        let name = quoted(&server.as_ref().name);
        text.line("name", &name, &from(server.span()));
    }
    for base in &config.file.bases {
        text.table_in_list("bases");
        let names = list(base.as_ref().names().iter().cloned());
        text.line("names", &names, &from(base.span()));
    }
}

fn place(config: &Config, span: Range<usize>) -> ValueSource {
    ValueSource::File(config.path.clone(), config.line(span))
}

/// The lines of a configuration.
#[derive(Default)]
struct Text {
    lines: String,
}

impl Text {
    fn line(&mut self, key: &str, value: &str, from: &ValueSource) {
        let pair = format!("{key} = {value}");
        let from = printable(&from.to_string());
        let _ = writeln!(self.lines, "{pair:ORIGIN$} # {from}");
    }

    fn table(&mut self, name: &str) {
        let _ = writeln!(self.lines, "\n[{name}]");
    }

    fn table_in_list(&mut self, name: &str) {
        let _ = writeln!(self.lines, "\n[[{name}]]");
    }
}

/// A key as TOML has it.
fn key(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    match !name.is_empty() && name.chars().all(plain) {
        true => name.to_owned(),
        false => quoted(name),
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list(texts: impl Iterator<Item = String>) -> String {
    let texts: Vec<String> = texts.map(|text| quoted(&text)).collect();
    format!("[{}]", texts.join(", "))
}
