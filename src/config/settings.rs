//! What counts for an input: what is given on the command line or in the environment, else what the
//! configuration says, else what the program does by itself.

use std::fmt;
use std::sync::Arc;

use super::read::Config;
use crate::finding::FailOn;
use crate::judge::{Options, Style};
use crate::knowledge::Knowledge;
use crate::problem::Problem;
use crate::target::{Target, each_once};

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueSource {
    /// Nothing says it.
    Default,
    /// The configuration: file and line.
    File(String, usize),
    /// An option of the command line.
    Option(&'static str),
    /// A variable of the environment.
    Variable(&'static str),
}

impl fmt::Display for ValueSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ValueSource::Default => f.write_str("default"),
            ValueSource::File(path, line) => write!(f, "{path}:{line}"),
            ValueSource::Option(name) | ValueSource::Variable(name) => f.write_str(name),
        }
    }
}

/// A value, and where it comes from.
#[derive(Clone, Debug)]
pub struct Given<T> {
    /// The value.
    pub value: T,
    /// Where it comes from.
    pub from: ValueSource,
}

/// What the command line and the environment say.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// The names of the targets.
    pub targets: Option<Given<Vec<String>>>,
    /// Options of targets, and their values.
    pub choices: Option<Given<Vec<(String, String)>>>,
    /// How a fix leaves what it takes out of use.
    pub style: Option<Given<Style>>,
    /// From which severity on the status is 1.
    pub fail_on: Option<Given<FailOn>>,
}

/// What was chosen about a target.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// The target's name.
    pub target: String,
    /// The option.
    pub option: String,
    /// Its value.
    pub value: Given<String>,
}

/// What counts for an input.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The targets, each once.
    pub targets: Given<Vec<Arc<Target>>>,
    /// What was chosen about them.
    pub chosen: Vec<Chosen>,
    /// How a fix leaves what it takes out of use.
    pub style: Given<Style>,
    /// From which severity on the status is 1.
    pub fail_on: Given<FailOn>,
    /// The configuration, if there is one.
    pub config: Option<Arc<Config>>,
    /// Targets of the configuration that are not asked about.
    elsewhere: Vec<Arc<Target>>,
}

impl Settings {
    /// What counts where this configuration does.
    ///
    /// # Errors
    /// What is chosen about a target cannot be.
    pub fn of(config: Option<Arc<Config>>, overrides: &Overrides) -> Result<Self, Problem> {
        let file = config.as_ref().map(|config| &config.file);
        let place = |span| match &config {
            Some(config) => ValueSource::File(config.path.clone(), config.line(span)),
            None => ValueSource::Default,
        };
        let in_file: Option<Given<Vec<String>>> =
            file.and_then(|file| file.targets.as_ref())
                .map(|named| Given {
                    value: named
                        .as_ref()
                        .iter()
                        .map(|name| name.as_ref().clone())
                        .collect(),
                    from: place(named.span()),
                });
        let by_default = || Given {
            value: Target::all()
                .iter()
                .take(1)
                .map(|t| t.name.to_string())
                .collect(),
            from: ValueSource::Default,
        };
        let named: Given<Vec<String>> = (overrides.targets.clone())
            .or_else(|| in_file.clone())
            .unwrap_or_else(by_default);
        let mut targets = each_once(named.value.iter().filter_map(|name| Target::named(name)));
        let elsewhere = in_file.iter().flat_map(|configured| &configured.value);
        let elsewhere = elsewhere.filter(|name| !named.value.contains(name));
        let elsewhere = elsewhere.filter_map(|name| Target::named(name).cloned());
        let elsewhere: Vec<Arc<Target>> = elsewhere.collect();
        let mut chosen = Vec::new();
        for (name, options) in file.iter().flat_map(|file| &file.options) {
            for (option, choice) in options {
                chosen.push(Chosen {
                    target: name.as_ref().clone(),
                    option: option.as_ref().clone(),
                    value: Given {
                        value: choice.as_ref().word().to_owned(),
                        from: place(choice.span()),
                    },
                });
            }
        }
        if let Some(given) = &overrides.choices {
            for (option, value) in &given.value {
                let has = |target: &&Arc<Target>| target.options.iter().any(|o| o.name == *option);
                // With several targets an option is that of those that have it.
                let any = targets.iter().any(|target| has(&target));
                for target in targets.iter().filter(|target| has(target) || !any) {
                    let same = |c: &Chosen| *c.target == *target.name && c.option == *option;
                    chosen.retain(|known| !same(known));
                    chosen.push(Chosen {
                        target: target.name.to_string(),
                        option: option.clone(),
                        value: Given {
                            value: value.clone(),
                            from: given.from.clone(),
                        },
                    });
                }
            }
        }
        for target in &mut targets {
            let name = target.name.clone();
            for choice in chosen.iter().filter(|choice| *choice.target == *name) {
                let with = target.with(&choice.option, &choice.value.value);
                let refused =
                    |error| Problem::of(choice.value.from.to_string(), format!("{error}"));
                *target = Arc::new(with.map_err(refused)?);
            }
        }
        chosen.retain(|choice| targets.iter().any(|target| *target.name == *choice.target));
        let style = file
            .and_then(|file| file.style.as_ref())
            .map(|style| Given {
                value: *style.as_ref(),
                from: place(style.span()),
            });
        let fail_on = file
            .and_then(|file| file.fail_on.as_ref())
            .map(|level| Given {
                value: *level.as_ref(),
                from: place(level.span()),
            });
        Ok(Self {
            targets: Given {
                value: targets,
                from: named.from,
            },
            chosen,
            style: overrides.style.clone().or(style).unwrap_or(Given {
                value: Style::default(),
                from: ValueSource::Default,
            }),
            fail_on: overrides.fail_on.clone().or(fail_on).unwrap_or(Given {
                value: FailOn::Warning,
                from: ValueSource::Default,
            }),
            config,
            elsewhere,
        })
    }

    /// What is asked of the judge.
    pub fn options(&self) -> Options {
        let config = self.config.as_ref();
        Options {
            style: self.style.value,
            policy: config.map_or_else(Arc::default, |config| Arc::clone(config.policy())),
            knowledge: config.map_or_else(Knowledge::tables, |config| config.knowledge()),
            elsewhere: self.elsewhere.clone(),
            ..Options::on(self.targets.value.clone())
        }
    }
}
