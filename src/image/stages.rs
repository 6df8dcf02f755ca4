//! The stages of a Dockerfile.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::syntax::dockerfile::{Arguments, Dockerfile, Instruction, Keyword, Text, expand};

/// A stage.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Behind AS.
    pub name: Option<String>,
    /// The image that it starts from; none if that depends on an ARG without a value.
    pub image: Option<String>,
    /// As written.
    pub written: Text,
    /// What `--platform` says, and where; none if it says nothing, or depends on the builder.
    pub platform: Option<Text>,
    /// Its instructions, FROM first.
    pub instructions: Range<usize>,
}

/// The stages, and the ARGs before the first.
pub fn stages(dockerfile: &Dockerfile) -> (Vec<Stage>, BTreeMap<String, Option<String>>) {
    let mut global: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut stages: Vec<Stage> = Vec::new();
    for (i, instruction) in dockerfile.instructions.iter().enumerate() {
        if let Some(stage) = stages.last_mut() {
            stage.instructions.end = i + 1;
        }
        match (&instruction.keyword, &instruction.arguments) {
            (Keyword::Arg, Arguments::Pairs(pairs)) if stages.is_empty() => {
                for pair in pairs {
                    let value = pair
                        .value
                        .as_ref()
                        .and_then(|value| text(dockerfile, &value.text, &global));
                    global.insert(pair.name.text.clone(), value);
                }
            }
            (Keyword::From, Arguments::From { image, name }) => {
                if let Some(stage) = stages.last_mut() {
                    stage.instructions.end = i;
                }
                stages.push(Stage {
                    name: name.as_ref().map(|name| name.text.clone()),
                    image: text(dockerfile, &image.text, &global),
                    written: image.clone(),
                    platform: platform(dockerfile, instruction, &global),
                    instructions: i..i + 1,
                });
            }
            _ => {}
        }
    }
    (stages, global)
}

/// The stage before `before` that a name or number means.
pub fn find(stages: &[Stage], before: usize, name: &str) -> Option<usize> {
    let named = |stage: &Stage| {
        stage
            .name
            .as_deref()
            .is_some_and(|n| n.eq_ignore_ascii_case(name))
    };
    let earlier = &stages[..before.min(stages.len())];
    earlier
        .iter()
        .rposition(named)
        .or_else(|| name.parse().ok().filter(|number| *number < earlier.len()))
}

/// What `--platform` says.
fn platform(
    dockerfile: &Dockerfile,
    instruction: &Instruction,
    values: &BTreeMap<String, Option<String>>,
) -> Option<Text> {
    let mut flags = instruction.flags.iter();
    let written = flags.find(|flag| flag.name == "platform")?.value.as_ref()?;
    let text = text(dockerfile, &written.text, values)?;
    let span = written.span;
    (!text.is_empty()).then_some(Text { text, span })
}

/// Text with its variables filled in; none if one of them has no value.
fn text(
    dockerfile: &Dockerfile,
    text: &str,
    values: &BTreeMap<String, Option<String>>,
) -> Option<String> {
    let lookup = |name: &str| values.get(name).cloned().flatten();
    let expansion = expand(text, dockerfile.escape, &lookup).ok()?;
    expansion.unset.is_empty().then_some(expansion.text)
}
