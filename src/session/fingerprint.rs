//! Two hashes of 256 bits that, with the as-of time, determine every output: one of what is asked, one of what it is asked of.
//!
//! The **definition hash** is that of the program as meant ([`hash`]): every definition with its names, titles, texts and
//! numbers, the kinds of events and their filters, the zone and the first day of the week. Comments, blanks, the order of
//! definitions and in which file one stands are no part of it.
//!
//! The **data fingerprint** covers how the data is read (each source's path as written, its key, time and order, the types of
//! its columns, the zone of stored times) and every byte of every file, with the file's path inside the project, because
//! folders of the form `country=DE` are data. It changes whenever an answer can; it also changes when the same rows are
//! written to other files.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::diagnostics::Diagnostic;
use crate::program::{Program, hash};
use crate::project::catalog::{Catalog, Column, Facts};

/// The hash of what is asked.
pub fn definitions(program: &Program) -> String {
    hash::to_hex(&hash::hash(program).program)
}

/// The hash of what it is asked of: how the data is read, and the files of each source.
pub fn data(root: &Path, catalog: &Catalog, files: &[(String, PathBuf)]) -> Result<String, Diagnostic> {
    let mut hasher = blake3::Hasher::new_derive_key("segue 2026 data fingerprint 1");
    let mut field = |text: &[u8]| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text);
    };
    field(reading(catalog).as_bytes());
    for (source, path) in files {
        field(source.as_bytes());
        let inside = path.strip_prefix(root).unwrap_or(path);
        field(inside.to_string_lossy().as_bytes());
        let (size, hash) = content(path).map_err(|error| super::open::cannot_read(&path.display().to_string(), &error))?;
        field(&size.to_le_bytes());
        field(&hash);
    }
    Ok(hasher.finalize().to_hex().to_string())
}

/// How the data is read, without what the lock knows of its values: a new lock of the same columns changes no answer.
fn reading(catalog: &Catalog) -> String {
    let mut catalog = catalog.clone();
    let forget = |columns: &mut Vec<Column>| columns.iter_mut().for_each(|c| c.facts = Facts::default());
    catalog.attributes.iter_mut().for_each(|a| a.facts = Facts::default());
    catalog.event_tables.iter_mut().for_each(|t| forget(&mut t.columns));
    catalog.look_ups.iter_mut().for_each(|t| forget(&mut t.columns));
    catalog.histories.iter_mut().for_each(|h| (h.value.facts, h.from.facts) = Default::default());
    // Conditions of segue.toml are part of the program, and so of the definition hash.
    let Catalog { zone, stored_zone, customer_sources, attributes, since, event_tables, look_ups, .. } = &catalog;
    let Catalog { lists, histories, key_type, .. } = &catalog;
    format!(
        "{zone:?} {stored_zone:?} {customer_sources:?} {attributes:?} {since:?} {event_tables:?} {look_ups:?} {lists:?} {histories:?} {key_type:?}"
    )
}

/// A file's size and the hash of its bytes.
#[allow(clippy::disallowed_methods, reason = "every byte of the data is part of its fingerprint")]
fn content(path: &Path) -> std::io::Result<(u64, [u8; 32])> {
    let mut file = File::open(path)?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 18];
    let mut size: u64 = 0;
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok((size, *hasher.finalize().as_bytes())),
            Ok(n) => {
                hasher.update(buffer.get(..n).unwrap_or_default());
                size = size.saturating_add(n as u64);
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
