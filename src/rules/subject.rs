//! What a rule looks at, and how it says what it finds.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use super::build_chown::{Given, given_away};
use super::chmods::lines;
use super::mentions::Mentions;
use super::standing;
use crate::context::Context;
use crate::edit::{self, Dropped, ShellText};
use crate::eval::{User, Value, Written, is_below};
use crate::finding::{Certainty, Edit, Finding, Fix, Related, Safety, Severity};
use crate::image::{Command, Image, Scripts};
use crate::judge::Style;
use crate::launch::{Effect, Known, Launch, LaunchStep};
use crate::programs::{Inner, Switch};
use crate::source::{Origin, Source, SourceId};
use crate::syntax::dockerfile::{Arguments, Dockerfile, Instruction, JsonArray, Keyword};
use crate::syntax::shell::{List, Simple};
use crate::target::Target;

/// A line that is longer, in bytes, is nothing that people want in their Dockerfile.
pub(super) const LONGEST_LINE: usize = 2000;

/// How many commands that leave a script are looked at two by two.
const MOST_APART: usize = 12;

/// What a rule looks at: an image, its launch on a target, and the files that they come from.
pub struct Subject<'a> {
    /// The files.
    pub context: &'a Context,
    /// The Dockerfile.
    pub dockerfile: &'a Dockerfile,
    /// Its text.
    pub source: SourceId,
    /// The image that it builds.
    pub image: &'a Image,
    /// The scripts of the image.
    pub scripts: &'a Scripts<'a>,
    /// What the target starts; none if the image has no command.
    pub launch: Option<&'a Launch>,
    /// The target.
    pub target: &'a Target,
    /// How a fix leaves what it takes out of use.
    pub style: Style,
    /// What the scripts speak of, once a rule has asked for it.
    mentions: OnceCell<Mentions>,
    /// What the build gives away, likewise.
    given_away: OnceCell<Vec<Given>>,
    /// The commands that fixes take out of scripts, each with its script, likewise.
    leaving: OnceCell<Vec<(Rc<List>, Rc<Simple>)>>,
}

impl<'a> Subject<'a> {
    /// An image and its launch, to be looked at by the rules.
    pub fn new(
        context: &'a Context,
        dockerfile: &'a Dockerfile,
        image: &'a Image,
        scripts: &'a Scripts<'a>,
        launch: Option<&'a Launch>,
        target: &'a Target,
        style: Style,
    ) -> Self {
        Self {
            context,
            dockerfile,
            source: context.dockerfile(),
            image,
            scripts,
            launch,
            target,
            style,
            mentions: OnceCell::new(),
            given_away: OnceCell::new(),
            leaving: OnceCell::new(),
        }
    }

    /// What the build gives to accounts that will not run.
    pub(super) fn given_away(&self) -> &[Given] {
        self.given_away.get_or_init(|| given_away(self))
    }

    /// What the scripts of the image speak of.
    pub(super) fn mentions(&self) -> &Mentions {
        self.mentions.get_or_init(|| Mentions::of(self))
    }
}

impl Subject<'_> {
    /// A finding that holds in every run.
    pub fn finding(
        &self,
        rule: &'static str,
        origin: Origin,
        message: impl Into<String>,
    ) -> Finding {
        Finding {
            rule,
            severity: self.target.severity(rule).unwrap_or(Severity::Note),
            certainty: Certainty::Always,
            message: message.into(),
            help: None,
            origin,
            related: Vec::new(),
            fix: None,
            targets: vec![self.target.name.clone()],
        }
    }

    /// A finding about a command of the launch. It is less severe where only some runs reach the
    /// command or the script goes on when it fails, and a note where a variable must be given.
    pub fn at_step(
        &self,
        rule: &'static str,
        step: &LaunchStep,
        message: impl Into<String>,
    ) -> Finding {
        let origin = step
            .step
            .argv
            .first()
            .and_then(Value::origin)
            .unwrap_or(step.step.origin);
        let mut finding = self.finding(rule, origin, message);
        if !step.step.given.is_empty() {
            let is = if step.step.given.len() == 1 {
                "is"
            } else {
                "are"
            };
            let names = step.step.given.join(" and ");
            finding.severity = Severity::Note;
            finding.certainty = Certainty::Maybe;
            finding
                .message
                .push_str(&format!(" This only runs if {names} {is} given."));
        } else if step.step.surely == Certainty::Maybe {
            finding.lower();
            finding.certainty = Certainty::Maybe;
        } else if step.is_tolerated() {
            finding.lower();
            finding.message.push_str(" The script goes on after it.");
        }
        finding
    }

    /// The same, at the command itself: see [`Self::command_of`].
    pub fn at_command(
        &self,
        rule: &'static str,
        step: &LaunchStep,
        message: impl Into<String>,
    ) -> Finding {
        let mut finding = self.at_step(rule, step, message);
        finding.origin = self.command_of(step);
        finding
    }

    /// Where a command stands: for one that a variable names, the command that names it.
    pub fn command_of(&self, step: &LaunchStep) -> Origin {
        let steps = self.launch.map_or(&[][..], |launch| &launch.steps);
        standing::of(steps, step)
    }

    /// The steps of the launch.
    pub fn steps(&self) -> impl Iterator<Item = &LaunchStep> {
        self.launch.iter().flat_map(|launch| &launch.steps)
    }

    /// A file's text.
    pub fn text(&self, source: SourceId) -> Arc<Source> {
        self.context.source(source)
    }

    /// An instruction by its number.
    pub fn instruction(&self, number: usize) -> Option<&Instruction> {
        self.dockerfile.instructions.get(number)
    }

    /// The instruction that a place in the Dockerfile belongs to.
    pub fn instruction_at(&self, origin: Origin) -> Option<(usize, &Instruction)> {
        let mut instructions = self.dockerfile.instructions.iter().enumerate();
        instructions.find(|(_, instruction)| {
            origin.source == self.source && instruction.span.contains(origin.span)
        })
    }

    /// Whether a place is in a file of its own or in a here-document, and not in a word of a command
    /// line, whose quotes a change there could break.
    pub fn is_plain_text(&self, origin: Origin) -> bool {
        self.instruction_at(origin).is_none_or(|(_, instruction)| {
            let mut documents = instruction.heredocs.iter();
            documents.any(|document| document.body.contains(origin.span))
        })
    }

    /// Whether a variable has a say in which image it starts from, so that it is another one where the
    /// build is told so.
    pub fn base_varies(&self) -> bool {
        let origin = self.image.base_origin;
        self.text(origin.source).slice(origin.span).contains('$')
    }

    /// Whether an instruction is the final stage's own, so that a change there changes this image alone.
    pub fn is_own(&self, number: usize) -> bool {
        self.image.own.contains(&number)
    }

    /// The script that a written command is part of, as text to be edited; none where the script is
    /// not in the file as the shell reads it.
    pub fn with_shell<T>(
        &self,
        written: &Written,
        change: impl FnOnce(&ShellText<'_>) -> Option<T>,
    ) -> Option<T> {
        let source = self.text(written.source);
        let in_run = self.instruction_at(Origin {
            source: written.source,
            span: written.command.span,
        });
        // The body of a here-document is a script of its own.
        let continuation = in_run.and_then(|(_, instruction)| {
            let in_document = instruction
                .heredocs
                .iter()
                .any(|document| document.body.contains(written.command.span));
            (!in_document).then_some(self.dockerfile.escape)
        });
        let text = ShellText {
            source: written.source,
            text: source.text(),
            list: &written.script,
            continuation,
        };
        text.stands_as_read().then(|| change(&text)).flatten()
    }

    /// Takes a command of the start out of its script. Where others go with it that stand beside it,
    /// all of them go together: alone each would leave the place to the others.
    pub fn drop_at_start(&self, written: &Written) -> Option<Vec<Edit>> {
        let leaving = self.leaving(written);
        self.with_shell(written, |text| {
            let drop = |commands: &[Rc<Simple>]| -> Option<Vec<Edit>> {
                let Dropped::Edits(mut edits) = edit::drop_commands(text, commands)? else {
                    return None;
                };
                edits.sort();
                edits.dedup();
                Some(edits)
            };
            // Whether two sets of commands leave as they do alone.
            let apart = |one: &[Rc<Simple>], other: &[Rc<Simple>]| {
                let both = drop(&[one, other].concat())?;
                let mut sum = [drop(one)?, drop(other)?].concat();
                sum.sort();
                sum.dedup();
                Some(sum == both)
            };
            let alone = drop(std::slice::from_ref(&written.command))?;
            let mut group = vec![written.command.clone()];
            let mut rest: Vec<Rc<Simple>> = leaving
                .iter()
                .filter(|command| !Rc::ptr_eq(command, &written.command))
                .cloned()
                .collect();
            let Some(together) = drop(&leaving) else {
                return Some(alone);
            };
            if rest.len() > MOST_APART {
                return Some(together);
            }
            let mut at = 0;
            while let Some(member) = group.get(at).cloned() {
                let near = |other: &Rc<Simple>| {
                    apart(std::slice::from_ref(&member), std::slice::from_ref(other)) == Some(false)
                };
                let (with, without) = rest.into_iter().partition(near);
                rest = without;
                group.extend::<Vec<_>>(with);
                at += 1;
            }
            match rest.is_empty() || apart(&group, &rest) == Some(true) {
                true => drop(&group),
                false => Some(together),
            }
        })
    }

    /// The command that would do nothing, or nothing else than the same again, without the switch:
    /// `set -- gosu redis "$@"`, and the script that starts itself as another account.
    pub fn is_void_without_switch(
        &self,
        number: usize,
        step: &LaunchStep,
        switch: &Switch,
    ) -> Option<Rc<Simple>> {
        let written = step.step.written.as_ref()?;
        // Only what runs behind the switch is looked up: this is asked for every switch of a script,
        // and for every command that leaves it.
        let mut behind = self
            .steps()
            .filter(|inner| inner.step.behind == Some(number));
        let restarts = behind.any(|inner| {
            let path = inner
                .step
                .argv
                .first()
                .and_then(|word| inner.step.absolute(&word.known()?));
            let script = path.and_then(|path| self.scripts.script(&self.image.files, &path));
            script.is_some_and(|script| script.source == written.source)
        });
        if restarts {
            return Some(written.command.clone());
        }
        let Inner::Words(first) = switch.inner else {
            return None;
        };
        let from = step.step.argv.first()?.origin()?;
        self.with_shell(written, |text| edit::sets_only(text, from, first))
    }

    /// The commands of a script that fixes take out of it.
    fn leaving(&self, written: &Written) -> Vec<Rc<Simple>> {
        let all = self.leaving.get_or_init(|| {
            let steps = self.steps().enumerate();
            let left = steps.filter(|(_, step)| step.fails.is_some());
            left.filter_map(|(number, step)| {
                let other = step.step.written.as_ref()?;
                let command = match &step.effect {
                    Effect::ChangeOwner { alone: true, .. } => Some(other.command.clone()),
                    Effect::SwitchUser(switch) => self.is_void_without_switch(number, step, switch),
                    Effect::ChangeMode { .. } => lines(self, step).map(|_| other.command.clone()),
                    _ => None,
                };
                Some((other.script.clone(), command?))
            })
            .collect()
        });
        let here = all
            .iter()
            .filter(|(script, _)| Rc::ptr_eq(script, &written.script));
        let mut commands: Vec<Rc<Simple>> = here.map(|(_, command)| command.clone()).collect();
        commands.sort_by_key(|command| command.span);
        commands.dedup_by_key(|command| command.span);
        commands
    }

    /// The JSON array that a word of ENTRYPOINT or CMD is an element of: the array, and which.
    pub fn element(&self, origin: Origin) -> Option<(&JsonArray, usize)> {
        let (_, instruction) = self.instruction_at(origin)?;
        let Arguments::Json(array) = &instruction.arguments else {
            return None;
        };
        let index = array
            .words
            .iter()
            .position(|word| word.span.contains(origin.span))?;
        Some((array, index))
    }

    /// A line for the build, put before the first instruction from which on it would come too late:
    /// a VOLUME that names the path, the start command, or a USER that cannot do it. A start command
    /// that the build goes on behind is no such place: what the build makes there comes first.
    pub fn build_line(&self, line: &str, volume_of: Option<&str>) -> Option<Edit> {
        if line.len() > LONGEST_LINE {
            return None;
        }
        let own = self.image.own.clone();
        let user = self
            .image
            .config
            .user
            .as_ref()
            .filter(|user| user.value != "root" && user.value != "0");
        let builds = |number: &usize| {
            let keyword = self.instruction(*number).map(|found| &found.keyword);
            use Keyword::{Add, Copy, Run, Workdir};
            matches!(keyword, Some(Run | Copy | Add | Workdir))
        };
        let last_built = own.clone().rev().find(builds);
        let start = self.start().filter_map(|command| command.instruction);
        let stops: Vec<usize> = self
            .image
            .config
            .volumes
            .iter()
            .filter(|volume| volume_of.is_some_and(|path| is_below(path, &volume.value)))
            .filter_map(|volume| volume.instruction)
            .chain(user.and_then(|user| user.instruction))
            .chain(start.filter(|number| last_built.is_none_or(|last| *number > last)))
            .filter(|number| own.contains(number))
            .collect();
        let text = self.text(self.source);
        let before = stops.iter().min();
        let at = before.copied().unwrap_or(own.end);
        if line.starts_with("RUN ") && !self.can_run_at(at) {
            return None;
        }
        Some(match before {
            Some(first) => {
                edit::insert_before(text.text(), self.source, self.instruction(*first)?, line)
            }
            None => {
                let last = self.instruction(own.end.checked_sub(1)?)?;
                edit::insert_after(text.text(), self.source, last, line)
            }
        })
    }

    /// How much is known of what it starts, if it starts anything.
    pub fn known(&self) -> Option<Known<'_>> {
        Some(Known {
            image: self.image,
            scripts: self.scripts,
            launch: self.launch?,
        })
    }

    /// Whether all that listens is known.
    pub fn is_all_told(&self) -> bool {
        self.known().is_some_and(|known| known.is_all_told())
    }

    /// Who runs the process.
    pub fn runner(&self) -> User {
        let said = self.image.config.user.as_ref();
        self.target.run_user(said.map(|user| user.value.as_str()))
    }

    /// The port that counts on the target.
    pub fn checked_port(&self) -> Option<u16> {
        self.target.port(self.image.tcp_ports())
    }

    /// Whether only its owner may enter a path: the server insists on that.
    pub fn is_private(&self, path: &str) -> bool {
        let mut servers = self.launch.iter().flat_map(|launch| launch.all_servers());
        servers.any(|serving| {
            let private = serving
                .writes
                .iter()
                .filter(|(write, _)| write.private)
                .filter_map(|(_, written)| written.as_ref());
            private.into_iter().any(|written| written.path == path)
        })
    }

    /// Whether a path that the model does not know looks like a file's and not like a folder's.
    pub fn is_file_like(&self, path: &str) -> bool {
        path.rsplit('/')
            .next()
            .is_some_and(|name| name.trim_start_matches('.').contains('.') && !name.ends_with(".d"))
    }

    /// Whether a RUN before an instruction has a shell to run in, and root to run as.
    pub fn can_run_at(&self, number: usize) -> bool {
        let image = self.image;
        let bare = image.base_name.as_deref() == Some("scratch")
            || image.base.is_some_and(|base| base.shells.is_empty());
        let mut user = image.base.and_then(|base| base.user.clone());
        for earlier in image
            .instructions
            .iter()
            .filter(|earlier| **earlier < number)
        {
            if let Some(Instruction {
                keyword: Keyword::User,
                arguments: Arguments::Line(line),
                ..
            }) = self.instruction(*earlier)
            {
                user = Some(line.text.clone());
            }
        }
        let root =
            user.is_none_or(|user| matches!(user.split(':').next(), Some("root" | "0" | "")));
        root && !bare
    }

    /// ENTRYPOINT and CMD.
    pub fn start(&self) -> impl Iterator<Item = &Command> {
        let config = &self.image.config;
        config.entrypoint.iter().chain(&config.command)
    }
}

impl Finding {
    /// One step less severe.
    pub fn lower(&mut self) {
        self.severity = match self.severity {
            Severity::Error => Severity::Warning,
            Severity::Warning | Severity::Note => Severity::Note,
        };
    }

    /// With what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With a further place.
    pub fn related(mut self, origin: Option<Origin>, message: impl Into<String>) -> Self {
        self.related.extend(origin.map(|origin| Related {
            origin,
            message: message.into(),
        }));
        self
    }

    /// With a mending, if there is one.
    pub fn fix(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix;
        self
    }
}

/// A safe mending; none without edits.
pub fn fix(title: impl Into<String>, reason: impl Into<String>, edits: Vec<Edit>) -> Option<Fix> {
    let fix = Fix {
        title: title.into(),
        reason: reason.into(),
        safety: Safety::Safe,
        edits,
    };
    (!fix.edits.is_empty()).then_some(fix)
}
