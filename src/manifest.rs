//! The manifest beside the Dockerfile, with which the image is pushed: what it changes about the image
//! and about the platform.
//!
//! What counts is Cloud Foundry's own account of `manifest.yml` (docs-dev-guide,
//! `deploy-apps/manifest-attributes`): a start command replaces ENTRYPOINT and CMD and is run by the
//! shell, variables win over those of the image, the health check type is the application's unless its
//! process says another.

use std::sync::Arc;

use saphyr::{LoadableYamlNode, MarkedYaml};

use crate::context::{Context, Kind};
use crate::eval::Value;
use crate::image::{Command, Image, Setting};
use crate::problem::Problem;
use crate::source::{Origin, Source, SourceId, Span};
use crate::target::Target;
use crate::verify::{Configuration, HealthCheck};

/// What a manifest says of the application whose image is built beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    command: Option<Said>,
    user: Option<Said>,
    environment: Vec<(String, Said)>,
    health_check_type: Option<Said>,
    check: HealthCheck,
    no_route: bool,
    /// How much room the container has on the disk, the image's layers included.
    pub disk_quota: Option<String>,
}

/// A value with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    text: String,
    origin: Origin,
}

impl Manifest {
    /// The manifest of this name beside the Dockerfile, if there is one and it has one application with
    /// an image of Docker. What it leaves to variables, `((name))`, is not known and passed over.
    ///
    /// # Errors
    /// A manifest that cannot be read or is no YAML.
    pub fn beside(context: &Context, name: &str) -> Result<Option<Self>, Problem> {
        let dockerfile = context.path_of(context.dockerfile()).unwrap_or_default();
        let path = match dockerfile.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{name}"),
            None => name.to_owned(),
        };
        if context
            .entry(&path)
            .is_none_or(|entry| !matches!(entry.kind, Kind::File { .. }))
        {
            return Ok(None);
        }
        let id = context.read(&path)?;
        parse(id, &context.source(id))
    }

    /// The target as the manifest wants it; as it is where the manifest asks for what it does not offer.
    pub fn chosen(&self, target: &Arc<Target>) -> Arc<Target> {
        let said = self.health_check_type.as_ref();
        let choices = said
            .map(|said| match said.text.as_str() {
                "none" => ("health-check-type", "process"),
                kind => ("health-check-type", kind),
            })
            .into_iter()
            .chain(self.no_route.then_some(("routed", "false")));
        choices.fold(target.clone(), |target, (option, value)| {
            match target.with(option, value) {
                Ok(chosen) => Arc::new(chosen),
                Err(_) => target,
            }
        })
    }

    /// Changes what a built image says of its start.
    pub fn configure(&self, image: &mut Configuration, target: &Target) {
        if let Some(command) = &self.command {
            image.entrypoint.clear();
            let words = [target.start.shell.as_str(), "-c", &command.text];
            image.command = words.map(str::to_owned).into();
        }
        if let Some(user) = &self.user {
            image.user = Some(user.text.clone());
        }
        for (name, said) in &self.environment {
            image.environment.insert(name.clone(), said.text.clone());
        }
        image.check.clone_from(&self.check);
    }

    /// Changes what the image says of its start.
    pub fn apply(&self, image: &mut Image, target: &Target) {
        let config = &mut image.config;
        if let Some(command) = &self.command {
            let words = [target.start.shell.as_str(), "-c"];
            let mut argv: Vec<Value> = words.into_iter().map(Value::text).collect();
            argv.push(Value::written(&command.text, command.origin, false));
            config.entrypoint = None;
            config.command = Some(Command {
                argv,
                shell: true,
                origin: Some(command.origin),
                instruction: None,
            });
        }
        if let Some(user) = &self.user {
            config.user = Some(Setting {
                value: user.text.clone(),
                origin: Some(user.origin),
                instruction: None,
            });
        }
        for (name, said) in &self.environment {
            let value = Value::written(&said.text, said.origin, false);
            config.environment.insert(name.as_str().into(), value);
        }
    }
}

fn parse(id: SourceId, source: &Source) -> Result<Option<Manifest>, Problem> {
    let text = source.text();
    let documents = MarkedYaml::load_from_str(text).map_err(|error| {
        let at = offset(text, error.marker().index());
        Problem::at(source, at, error.info().to_owned())
    })?;
    let file = File { id, text };
    let applications = documents
        .first()
        .and_then(|first| get(first, "applications"));
    let applications = applications.and_then(|list| list.data.as_sequence());
    let mut docker = applications
        .into_iter()
        .flatten()
        .filter(|application| get(application, "docker").is_some());
    // Of several, it is not known which one is pushed with this image.
    let (Some(application), None) = (docker.next(), docker.next()) else {
        return Ok(None);
    };
    let manifest = file.manifest(application);
    if let Some(said) = &manifest.health_check_type
        && !HEALTH_CHECK_TYPES.contains(&said.text.as_str())
    {
        let message = format!(
            "health-check-type is “{}”, but the platform knows {}",
            said.text,
            HEALTH_CHECK_TYPES.join(", ")
        );
        return Err(Problem::at(
            source,
            said.origin.span.start as usize,
            message,
        ));
    }
    Ok(Some(manifest))
}

/// What `health-check-type` can be (docs-dev-guide: manifest-attributes); `none` is the old word for
/// `process`.
const HEALTH_CHECK_TYPES: &[&str] = &["port", "http", "process", "none"];

/// A manifest's text.
struct File<'a> {
    id: SourceId,
    text: &'a str,
}

impl File<'_> {
    fn manifest(&self, application: &MarkedYaml<'_>) -> Manifest {
        let processes = get(application, "processes").and_then(|list| list.data.as_sequence());
        let is_web = |process: &&MarkedYaml<'_>| {
            self.said(process, "type")
                .is_some_and(|kind| kind.text == "web")
        };
        let web = processes.and_then(|list| list.iter().find(is_web));
        let said = |name: &str| {
            let own = web.and_then(|web| self.said(web, name));
            own.or_else(|| self.said(application, name))
        };
        let number = |name: &str| said(name)?.text.parse().ok().filter(|number| *number > 0);
        let variables = get(application, "env").and_then(|env| env.data.as_mapping());
        let variables = variables.into_iter().flatten();
        Manifest {
            command: said("command"),
            user: said("user"),
            environment: variables
                .filter_map(|(name, value)| Some((self.text_of(name)?, self.value(value)?)))
                .collect(),
            health_check_type: said("health-check-type"),
            check: HealthCheck {
                page: said("health-check-http-endpoint").map(|said| said.text),
                seconds_to_answer: number("health-check-invocation-timeout"),
                seconds_to_start: number("timeout"),
            },
            no_route: self
                .said(application, "no-route")
                .is_some_and(|said| said.text == "true"),
            disk_quota: said("disk_quota").map(|said| said.text),
        }
    }

    fn said(&self, map: &MarkedYaml<'_>, name: &str) -> Option<Said> {
        self.value(get(map, name)?)
    }

    /// A scalar, unless it is left to a variable.
    fn value(&self, node: &MarkedYaml<'_>) -> Option<Said> {
        let text = self.text_of(node).filter(|text| !text.contains("(("))?;
        let span = self.span(node);
        let origin = Origin {
            source: self.id,
            span,
        };
        Some(Said { text, origin })
    }

    fn text_of(&self, node: &MarkedYaml<'_>) -> Option<String> {
        if let Some(text) = node.data.as_str() {
            return Some(text.to_owned());
        }
        // A number or a truth is what is written.
        let span = self.span(node);
        let plain = !node.data.is_mapping() && !node.data.is_sequence() && !node.data.is_null();
        let text = self.text.get(span.start as usize..span.end as usize);
        text.filter(|_| plain).map(|text| text.trim().to_owned())
    }

    fn span(&self, node: &MarkedYaml<'_>) -> Span {
        let at = |marker: usize| offset(self.text, marker);
        Span::new(at(node.span.start.index()), at(node.span.end.index()))
    }
}

fn get<'a, 'b>(node: &'a MarkedYaml<'b>, name: &str) -> Option<&'a MarkedYaml<'b>> {
    node.data.as_mapping_get(name)
}

/// Where a character begins.
fn offset(text: &str, character: usize) -> usize {
    let mut all = text.char_indices().map(|(at, _)| at);
    all.nth(character).unwrap_or(text.len())
}

#[cfg(test)]
mod tests;
