//! The fence: whatever fails or panics below becomes one diagnostic of ours, with the file's or source's name. The query
//! engine's own texts, and those of panics, never reach a user: they speak of other things, and may hold values of people.

use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use datafusion::common::DataFusionError;

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::data;

/// A diagnostic that travels through DataFusion as one of its errors.
#[derive(Debug)]
struct Carried(Box<Diagnostic>);

impl fmt::Display for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code.code, self.0.message)
    }
}

impl std::error::Error for Carried {}

/// Packs a diagnostic so that it can pass through DataFusion; [`tell`] unpacks it.
pub fn carry(diagnostic: Diagnostic) -> DataFusionError {
    DataFusionError::External(Box::new(Carried(Box::new(diagnostic))))
}

/// What an error of the engine means for the user. `doing` names the work: "reading `events.purchase`".
pub fn tell(error: &DataFusionError, doing: &str) -> Diagnostic {
    let mut parts: Vec<&DataFusionError> = vec![error];
    let mut memory = false;
    let mut disk = false;
    while let Some(part) = parts.pop() {
        match part {
            DataFusionError::External(inner) => match inner.downcast_ref::<Carried>() {
                Some(carried) => return (*carried.0).clone(),
                None => {
                    if let Some(inner) = inner.downcast_ref::<DataFusionError>() {
                        parts.push(inner);
                    }
                }
            },
            DataFusionError::ArrowError(inner, _) => {
                if let datafusion::arrow::error::ArrowError::ExternalError(inner) = inner.as_ref() {
                    if let Some(carried) = inner.downcast_ref::<Carried>() {
                        return (*carried.0).clone();
                    }
                    if let Some(inner) = inner.downcast_ref::<DataFusionError>() {
                        parts.push(inner);
                    }
                }
            }
            DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => parts.push(inner),
            DataFusionError::Shared(inner) => parts.push(inner),
            DataFusionError::Collection(inner) => parts.extend(inner),
            DataFusionError::ResourcesExhausted(text) if text.contains("disk") => disk = true,
            DataFusionError::ResourcesExhausted(_) => memory = true,
            DataFusionError::IoError(_) => disk = true,
            _ => {}
        }
    }
    if memory {
        return out_of_memory(doing);
    }
    if disk {
        return Diagnostic::new(data::SCRATCH, format!("There was no room on the disk for {doing}."))
            .consequence("What does not fit in memory is put on the disk for a while. Nothing was written to the output.")
            .help("Make room on the disk that holds temporary files, or allow more memory with `--memory`.");
    }
    fault(doing)
}

/// More memory is needed than is allowed.
pub fn out_of_memory(doing: &str) -> Diagnostic {
    Diagnostic::new(data::MEMORY, format!("The memory that `--memory` allows is not enough for {doing}."))
        .consequence("Nothing was written; the former output is as it was.")
        .help("Allow more, for example `--memory 2GB`, or leave `--memory` out.")
}

/// The user or the system asked to stop.
pub fn interrupted() -> Diagnostic {
    Diagnostic::new(data::INTERRUPTED, "The work was interrupted.")
        .consequence("Nothing was written; the former output is as it was.")
}

/// Something failed that cannot fail: a fault of Segue.
pub fn fault(doing: &str) -> Diagnostic {
    Diagnostic::new(data::ENGINE, format!("Segue failed while {doing}. This is a fault of Segue, not of your project."))
        .consequence("Nothing was written; the former output is as it was.")
        .help("Please report it with `segue --version` and, if you may, the files of the project.")
}

thread_local! {
    static FENCED: Cell<bool> = const { Cell::new(false) };
}

/// Runs work that may panic; a panic becomes `on_panic()`, and nothing of it is printed.
pub fn guard<T>(
    work: impl FnOnce() -> Result<T, Diagnostic>,
    on_panic: impl FnOnce() -> Diagnostic,
) -> Result<T, Diagnostic> {
    silence();
    let before = FENCED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    FENCED.set(before);
    result.unwrap_or_else(|panic| Err(carried_by(&*panic).unwrap_or_else(on_panic)))
}

/// The diagnostic that a panic carries, if a task of the engine passed one on.
fn carried_by(panic: &(dyn Any + Send)) -> Option<Diagnostic> {
    panic.downcast_ref::<Carried>().map(|carried| (*carried.0).clone())
}

/// The name of the threads of the machine: their panics are caught, and print nothing.
pub const THREADS: &str = "segue-work";

/// Panics behind the fence print nothing; all others print as before.
fn silence() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let ours = std::thread::current().name().is_some_and(|name| name.starts_with(THREADS));
            if !ours && !FENCED.get() {
                before(info);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_comes_back_as_it_went_in() {
        let told = Diagnostic::new(data::NO_FILE, "no file").in_file("a.csv");
        let wrapped = carry(told.clone()).context("while planning");
        assert_eq!(tell(&wrapped, "reading"), told);
        let arrow = datafusion::arrow::error::ArrowError::ExternalError(Box::new(carry(told.clone())));
        assert_eq!(tell(&DataFusionError::from(arrow), "reading"), told);
    }

    #[test]
    fn texts_of_the_engine_are_not_shown() {
        for error in [
            DataFusionError::Internal("SECRET".into()),
            DataFusionError::ResourcesExhausted("SECRET".into()),
            DataFusionError::Plan("SECRET".into()),
        ] {
            assert!(!format!("{:?}", tell(&error, "reading `events.purchase`")).contains("SECRET"));
        }
        assert_eq!(tell(&DataFusionError::ResourcesExhausted("x".into()), "it").code, data::MEMORY);
    }

    #[test]
    fn a_panic_is_a_diagnostic() {
        let told = guard::<()>(|| panic!("SECRET"), || fault("testing"));
        assert_eq!(told.map_err(|d| d.code), Err(data::ENGINE));
    }
}
