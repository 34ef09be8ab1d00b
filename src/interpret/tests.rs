//! Small cases worked out by hand from the language page.
