//! The files of a table: Parquet or CSV, one after the other, a new one after so many rows or with each week.

use std::io::{self, Write};

use crate::diagnostics::Diagnostic;
use crate::engine::outputs::table::{Cell, Holds, Table};
use crate::program::calendar::date_of;
use crate::store::{OutputFile, OutputFolder};

/// A table's place, form and columns.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// Its folder: `data/web`; or its file, where there is one alone: `data/customers.parquet`.
    pub place: &'static str,
    /// For tools that give nothing else.
    pub is_csv: bool,
    /// Its columns.
    pub columns: &'static [(&'static str, Holds)],
}

/// A table while it is written.
pub struct Series {
    form: Form,
    file: Option<(String, File)>,
    /// Rows of all its files.
    pub rows: u64,
    /// Rows of the file that is being written.
    in_file: u64,
    parts: u32,
}

enum File {
    Parquet(Box<Table<OutputFile>>),
    Csv(Box<OutputFile>),
}

impl Series {
    /// A table of which nothing is written.
    pub fn new(form: Form) -> Series {
        Series { form, file: None, rows: 0, in_file: 0, parts: 0 }
    }

    /// Adds a row to the file that is being written; the first is begun if there is none.
    pub fn push(&mut self, folder: &mut OutputFolder, most: u64, cells: &[Cell<'_>]) -> Result<(), Diagnostic> {
        if self.in_file >= most {
            self.end_file(folder)?;
        }
        if self.file.is_none() {
            self.parts += 1;
            let name = format!("part-{}", self.parts);
            self.begin_file(folder, &name)?;
        }
        let Some((path, file)) = &mut self.file else { return Ok(()) };
        let result = match file {
            File::Parquet(table) => table.push(cells),
            File::Csv(out) => line(out.as_mut(), cells),
        };
        result.map_err(|error| folder.failed(path, &error))?;
        self.rows += 1;
        self.in_file += 1;
        Ok(())
    }

    /// Ends the file that is being written, if there is one, and begins another one of this name.
    pub fn begin_file(&mut self, folder: &mut OutputFolder, name: &str) -> Result<(), Diagnostic> {
        self.end_file(folder)?;
        let ending = if self.form.is_csv { "csv" } else { "parquet" };
        let path = match self.form.place.contains('.') {
            true => self.form.place.to_owned(),
            false => format!("{}/{name}.{ending}", self.form.place),
        };
        let mut out = folder.file(&path)?;
        let file = if self.form.is_csv {
            let names: Vec<Cell<'_>> = self.form.columns.iter().map(|(name, _)| Cell::Text(name)).collect();
            line(&mut out, &names).map_err(|error| folder.failed(&path, &error))?;
            File::Csv(Box::new(out))
        } else {
            let table = Table::begin(self.form.columns, out).map_err(|error| folder.failed(&path, &error))?;
            File::Parquet(Box::new(table))
        };
        self.file = Some((path, file));
        Ok(())
    }

    /// Ends the file that is being written, if there is one.
    pub fn end_file(&mut self, folder: &OutputFolder) -> Result<(), Diagnostic> {
        self.in_file = 0;
        let Some((path, file)) = self.file.take() else { return Ok(()) };
        let out = match file {
            File::Parquet(table) => table.finish().map_err(|error| folder.failed(&path, &error))?,
            File::Csv(out) => *out,
        };
        out.finish().map(drop)
    }
}

/// A line of CSV.
fn line(out: &mut impl Write, cells: &[Cell<'_>]) -> io::Result<()> {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            out.write_all(b",")?;
        }
        match cell {
            Cell::Missing => {}
            Cell::Whole(n) => write!(out, "{n}")?,
            Cell::Number(x) => write!(out, "{x}")?,
            Cell::Flag(is) => write!(out, "{is}")?,
            Cell::Text(text) if text.contains([',', '"', '\n']) => write!(out, "\"{}\"", text.replace('"', "\"\""))?,
            Cell::Text(text) => out.write_all(text.as_bytes())?,
            Cell::Texts(texts) => out.write_all(texts.join(" ").as_bytes())?,
            Cell::Date(day) => write!(out, "{}", date_of(*day))?,
            Cell::Moment(second) => {
                let moment = jiff::Timestamp::from_second(*second).map_err(io::Error::other)?;
                write!(out, "{moment}")?;
            }
            Cell::Cents(cents) => write!(out, "{}.{:02}", cents / 100, cents % 100)?,
        }
    }
    out.write_all(b"\n")
}
