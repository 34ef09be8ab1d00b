//! The one table of codes. Each family is a file here; each row's page is `pages/CODE.md`, taken in when Segue is built, so
//! that it cannot be missing. A code that was released never changes its meaning.

/// Makes the rows of a family, a constant each, and `ALL` with all of them.
macro_rules! family {
    ($($constant:ident = $code:literal, $name:literal, $status:ident, $summary:literal;)*) => {
        $(
            #[doc = $summary]
            pub const $constant: $crate::diagnostics::Code = &$crate::diagnostics::Row {
                code: $code,
                name: $name,
                summary: $summary,
                status: $crate::diagnostics::Status::$status,
                page: include_str!(concat!("../pages/", $code, ".md")),
            };
        )*
        /// All rows of the family, by code.
        pub const ALL: &[$crate::diagnostics::Code] = &[$($constant),*];
    };
}

pub mod data;
pub mod logic;
pub mod names;
pub mod session;
pub mod syntax;
pub mod time;
pub mod types;

use super::Code;

/// All rows of all families, by code.
pub fn all() -> impl Iterator<Item = Code> {
    [syntax::ALL, names::ALL, types::ALL, time::ALL, data::ALL, session::ALL, logic::ALL].into_iter().flatten().copied()
}
