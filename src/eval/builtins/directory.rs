//! Changes of the working directory.

use crate::eval::value::Value;
use crate::eval::world::World;

/// `cd`, `pushd`, `popd`.
pub(super) fn change_directory(world: &mut World, argv: &[Value]) {
    let state = &mut world.state;
    if argv[0].is("popd") {
        state.directory = state.pushed.pop().flatten();
        return;
    }
    let operand = argv[1..]
        .iter()
        .find(|word| !word.known_prefix().starts_with('-') || word.is("-"));
    let path = match operand {
        Some(word) => word.known().filter(|path| path != "-"),
        None => state.known("HOME"),
    };
    if argv[0].is("pushd") {
        state.pushed.push(state.directory.clone());
    }
    state.directory = path.and_then(|path| state.absolute(&path)).map(Into::into);
}
