//! Names of properties, as numbers.

use rustc_hash::FxHashMap as HashMap;

/// How many arguments are told apart.
pub(super) const MAX_ARGUMENTS: usize = 8;

/// A property, or what goes in or out of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Field(u32);

impl Field {
    /// What a function is called on.
    pub(super) const THIS: Field = Field(MAX_ARGUMENTS as u32 + 1);
    /// What a function returns.
    pub(super) const RETURN: Field = Field(MAX_ARGUMENTS as u32 + 2);
    /// What a class makes.
    pub(super) const NEW: Field = Field(MAX_ARGUMENTS as u32 + 3);
    /// Stands for every element of a list.
    pub(super) const ELEMENT: Field = Field(MAX_ARGUMENTS as u32 + 4);

    /// What a function is given at a position; the last ones are one.
    pub(super) fn argument(index: usize) -> Field {
        Field(index.min(MAX_ARGUMENTS) as u32)
    }

    /// Whether code that computes the name of a property can mean it.
    pub(super) fn is_property(self) -> bool {
        self >= Field::ELEMENT
    }

    /// Whether what is there is a property of something, or given to functions.
    pub(super) fn is_held(self) -> bool {
        !matches!(self, Field::THIS | Field::RETURN)
    }
}

/// The names of properties that a file has.
#[derive(Default)]
pub(super) struct Names<'a>(HashMap<&'a str, Field>);

impl<'a> Names<'a> {
    /// The property of that name.
    pub(super) fn field(&mut self, name: &'a str) -> Field {
        let next = Field(Field::ELEMENT.0 + 1 + self.0.len() as u32);
        *self.0.entry(name).or_insert(next)
    }
}
