//! `segue run`: finds the members of every segment.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::progress::Bar;
use super::{Format, interrupt, open, report, show, talk};
use crate::diagnostics::Status;
use crate::session::{Request, Resources};
use crate::source::Sources;

const EXAMPLES: &str = "\
Examples:
  segue run                             all segments, as of the newest day
  segue run shop --as-of 2024-06-01     as of that day's first moment
  segue run --as-of 2024-06-01T09:30    as of a moment, by the project's clock
  segue run --only win_back --only vip  two segments alone
  segue run --traits --out /tmp/june    traits too, and to another folder
  segue run --exports csv               each segment as CSV too
  segue run --memory 500MB              what does not fit goes to the disk

The newest day is the first midnight after the newest event. The outputs are
run.json, membership.parquet, segments/NAME.parquet and, with --traits,
traits.parquet. They are written beside their place and swapped in at the end:
a run that fails leaves the former ones whole. In a CSV no cell is taken for a
formula.";

/// What `segue run` takes.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The project's folder
    folder: Option<PathBuf>,
    /// As of when: a day, a time, or `now` [default: the first midnight after the newest event]
    #[arg(long, value_name = "WHEN")]
    as_of: Option<String>,
    /// Where to write [default: `out` in the project]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Only this segment; may be given several times
    #[arg(long, value_name = "SEGMENT", num_args = 1..)]
    only: Vec<String>,
    /// Write traits.parquet too: every trait of every customer
    #[arg(long)]
    traits: bool,
    /// Write each segment's export in this form too
    #[arg(long, value_name = "FORM", value_enum)]
    exports: Option<Exports>,
    /// The most memory that the work may take: 500MB, 2GB. Events are then worked on by one thread
    #[arg(long, value_name = "SIZE", value_parser = size)]
    memory: Option<usize>,
    /// Into how many parts the work is split; no answer depends on it
    #[arg(long, value_name = "N", hide = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    partitions: Option<u16>,
    /// How to say it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// The forms of exports beside Parquet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Exports {
    /// for spreadsheets and for tools that take no Parquet
    Csv,
}

/// Runs, and shows the table.
pub fn run(args: &Args, project: Option<&Path>) -> Status {
    let project = match open(args.folder.as_deref(), project) {
        Ok(project) => project,
        Err(error) => return show(&[error], &Sources::new(), args.format),
    };
    let request = Request {
        as_of: args.as_of.clone(),
        now: now(),
        out: args.out.clone(),
        only: args.only.clone(),
        traits: args.traits,
        csv: args.exports == Some(Exports::Csv),
        resources: Resources {
            memory: args.memory,
            partitions: args.partitions.map(usize::from),
            interrupted: interrupt::flag(),
        },
    };
    let bar = Bar::new();
    let result = project.run(&request, &|progress| bar.show(&progress));
    bar.clear();
    match result {
        Ok(outcome) => {
            talk::diagnostics(&outcome.warnings, &project.sources);
            match args.format {
                Format::Human => talk::out(&report::run(&outcome.report)),
                Format::Json => talk::out(&outcome.manifest),
            }
        }
        Err(found) => show(&found, &project.sources, args.format),
    }
}

/// The clock, in microseconds since 1970.
#[allow(clippy::disallowed_methods, reason = "the one place that asks the clock, for `--as-of now` and for warnings")]
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// `500MB`, `2GB`, `1.5 GiB`: a size in bytes.
fn size(text: &str) -> Result<usize, String> {
    let wrong = || format!("`{text}` is not a size such as 500MB or 2GB");
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let number: f64 = number.parse().map_err(|_| wrong())?;
    let unit: f64 = match unit.trim().to_ascii_lowercase().as_str() {
        "kb" | "k" => 1e3,
        "mb" | "m" => 1e6,
        "gb" | "g" => 1e9,
        "kib" => 1024.0,
        "mib" => 1_048_576.0,
        "gib" => 1_073_741_824.0,
        _ => return Err(wrong()),
    };
    let bytes = number * unit;
    if !(1e6..1e15).contains(&bytes) {
        return Err("less than 1MB, or more than any machine has".to_owned());
    }
    Ok(bytes as usize)
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes() {
        assert_eq!(size("500MB"), Ok(500_000_000));
        assert_eq!(size("1.5 GiB"), Ok(1_610_612_736));
        assert_eq!(size("2g"), Ok(2_000_000_000));
        for bad in ["", "500", "MB", "-5MB", "1TB", "0MB", "1.2.3MB", "9999999GB"] {
            assert!(size(bad).is_err(), "{bad}");
        }
    }
}
