//! What a rule looks at.

use crate::context::Context;
use crate::image::Image;
use crate::launch::Launch;
use crate::syntax::dockerfile::Dockerfile;
use crate::target::Target;

/// What a rule looks at: an image, its launch on a target, and the files that they come from.
pub struct Subject<'a> {
    /// The files.
    pub context: &'a Context,
    /// The Dockerfile.
    pub dockerfile: &'a Dockerfile,
    /// The image that it builds.
    pub image: &'a Image,
    /// What the target starts; none if the image has no command.
    pub launch: Option<&'a Launch>,
    /// The target.
    pub target: &'static Target,
}
