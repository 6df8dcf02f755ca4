//! What is known of programs and of images: the tables of the program, and what a configuration lays
//! over them.
//!
//! Each judgement has its own, because each input can have a configuration of its own. The tables are
//! asked from everywhere where an image is worked out, and a judgement stays on its thread from the
//! beginning to the end: so [`Knowledge::enter`] says for a thread what is known there.

use std::cell::Cell;
use std::marker::PhantomData;
use std::sync::LazyLock;

use crate::image::{Bases, OwnBase};
use crate::programs::{Programs, Server};

/// What is known.
#[derive(Debug)]
pub struct Knowledge {
    /// Of programs.
    pub(crate) programs: Programs,
    /// Of images.
    pub(crate) bases: Bases,
}

static TABLES: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::new(Vec::new(), &[], Vec::new()));

thread_local! {
    static CURRENT: Cell<Option<&'static Knowledge>> = const { Cell::new(None) };
}

/// What is known in the judgement that runs on this thread.
pub fn knowledge() -> &'static Knowledge {
    CURRENT.get().unwrap_or(&TABLES)
}

impl Knowledge {
    /// What is known without a configuration.
    pub fn tables() -> &'static Knowledge {
        &TABLES
    }

    /// The tables with servers, images and trusted programs of a configuration, which count before
    /// those of the program.
    ///
    /// It stays until the program ends, since what is worked out with it refers to it: it is as large as
    /// that part of the configuration, and made once for each.
    pub fn with(
        servers: Vec<Server>,
        bases: &[OwnBase],
        trusted: Vec<String>,
    ) -> &'static Knowledge {
        Box::leak(Box::new(Self::new(servers, bases, trusted)))
    }

    fn new(servers: Vec<Server>, bases: &[OwnBase], trusted: Vec<String>) -> Self {
        Self {
            programs: Programs::with(servers, trusted),
            bases: Bases::with(bases),
        }
    }

    /// The names of the distributions that images can be made from.
    pub fn distributions(&self) -> impl Iterator<Item = &str> {
        self.bases.distributions()
    }

    /// Has this counted on this thread until the result is dropped.
    pub fn enter(&'static self) -> Entered {
        Entered {
            before: CURRENT.replace(Some(self)),
            here: PhantomData,
        }
    }
}

/// The time for which some knowledge counts on a thread.
#[derive(Debug)]
pub struct Entered {
    before: Option<&'static Knowledge>,
    /// It is of this thread and cannot go to another.
    here: PhantomData<*const ()>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.before);
    }
}
