//! CSV as RFC 4180 has it, in UTF-8: fields parted by commas, quotes doubled inside quotes, records ended by LF or CR LF. What
//! is not well formed is refused with its line, for half-read rows would be lost without a word.

use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, StringViewBuilder};

use super::RawBatch;
use super::files::DataFile;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::data;

/// The longest field that is read, in bytes. A longer one is a quote that was never closed.
const LONGEST: usize = 64 << 20;
/// The bytes of a batch, so that a batch of long texts does not fill the memory.
const BATCH_BYTES: usize = 32 << 20;

/// What is wrong with the text, on which line.
#[derive(Debug)]
enum Trouble {
    Read(std::io::Error),
    /// a quote that was opened here is never closed
    Unclosed(u64),
    /// something follows a closing quote
    AfterQuote(u64),
    /// a CR that no LF follows
    Return(u64),
    /// a field beyond [`LONGEST`]
    Long(u64),
}

/// The records of a text, one after the other.
struct Records<R> {
    input: R,
    buffer: Vec<u8>,
    at: usize,
    filled: usize,
    /// the line, from 1, of the next byte
    line: u64,
    /// the line on which the record began
    began: u64,
    data: Vec<u8>,
    ends: Vec<usize>,
}

enum State {
    Start,
    Plain,
    Quoted(u64),
    Quote,
    Return,
}

impl<R: Read> Records<R> {
    fn new(input: R) -> Records<R> {
        let buffer = vec![0; 1 << 16];
        Records { input, buffer, at: 0, filled: 0, line: 1, began: 1, data: Vec::new(), ends: Vec::new() }
    }

    /// Makes bytes available, if there are any left.
    fn fill(&mut self) -> Result<bool, Trouble> {
        while self.at == self.filled {
            match self.input.read(&mut self.buffer) {
                Ok(0) => return Ok(false),
                Ok(n) => (self.at, self.filled) = (0, n),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Trouble::Read(error)),
            }
        }
        Ok(true)
    }

    /// Reads the next record into `data` and `ends`; false at the end. An empty line is a record of one empty field.
    fn next(&mut self) -> Result<bool, Trouble> {
        self.data.clear();
        self.ends.clear();
        self.began = self.line;
        let mut state = State::Start;
        loop {
            if !self.fill()? {
                return match state {
                    State::Quoted(line) => Err(Trouble::Unclosed(line)),
                    State::Return => Err(Trouble::Return(self.line)),
                    State::Start if self.ends.is_empty() => Ok(false),
                    _ => {
                        self.ends.push(self.data.len());
                        Ok(true)
                    }
                };
            }
            let bytes = &self.buffer[self.at..self.filled];
            match state {
                State::Plain => {
                    let stop = bytes.iter().position(|b| matches!(b, b',' | b'\n' | b'\r')).unwrap_or(bytes.len());
                    self.data.extend_from_slice(&bytes[..stop]);
                    self.at += stop;
                    let stopped = bytes.get(stop).copied();
                    if let Some(byte) = stopped {
                        self.at += 1;
                        match byte {
                            b',' => {
                                self.ends.push(self.data.len());
                                state = State::Start;
                            }
                            b'\n' => return Ok(self.end()),
                            _ => state = State::Return,
                        }
                    }
                }
                State::Quoted(opened) => {
                    let stop = bytes.iter().position(|b| *b == b'"').unwrap_or(bytes.len());
                    self.line += bytes[..stop].iter().filter(|b| **b == b'\n').count() as u64;
                    self.data.extend_from_slice(&bytes[..stop]);
                    if stop < bytes.len() {
                        state = State::Quote;
                        self.at += stop + 1;
                    } else {
                        self.at += stop;
                    }
                    if self.data.len() > LONGEST {
                        return Err(Trouble::Long(opened));
                    }
                }
                State::Start => match bytes[0] {
                    b'"' => {
                        state = State::Quoted(self.line);
                        self.at += 1;
                    }
                    _ => state = State::Plain,
                },
                State::Quote => {
                    self.at += 1;
                    match bytes[0] {
                        b'"' => {
                            self.data.push(b'"');
                            state = State::Quoted(self.line);
                        }
                        b',' => {
                            self.ends.push(self.data.len());
                            state = State::Start;
                        }
                        b'\n' => return Ok(self.end()),
                        b'\r' => state = State::Return,
                        _ => return Err(Trouble::AfterQuote(self.line)),
                    }
                }
                State::Return => {
                    self.at += 1;
                    if bytes[0] != b'\n' {
                        return Err(Trouble::Return(self.line));
                    }
                    return Ok(self.end());
                }
            }
            if self.data.len() > LONGEST {
                return Err(Trouble::Long(self.began));
            }
        }
    }

    fn end(&mut self) -> bool {
        self.ends.push(self.data.len());
        self.line += 1;
        true
    }

    fn field(&self, i: usize) -> &[u8] {
        let start = if i == 0 { 0 } else { self.ends.get(i - 1).copied().unwrap_or(0) };
        let end = self.ends.get(i).copied().unwrap_or(start);
        self.data.get(start..end).unwrap_or_default()
    }
}

/// A CSV file that is being read: its header first, then batches of rows.
pub struct CsvRows {
    shown: String,
    records: Records<File>,
    header: Vec<String>,
    wanted: Vec<usize>,
    batch: usize,
    failed: bool,
}

impl CsvRows {
    /// Opens a file and reads its header.
    pub fn open(file: &DataFile, batch: usize) -> Result<CsvRows, Diagnostic> {
        let mut rows = CsvRows {
            shown: file.shown.clone(),
            records: Records::new(file.open()?),
            header: Vec::new(),
            wanted: Vec::new(),
            batch,
            failed: false,
        };
        rows.skip_mark()?;
        if !rows.records.next().map_err(|t| rows.malformed(t))? {
            return Err(file.empty());
        }
        for i in 0..rows.records.ends.len() {
            let name = std::str::from_utf8(rows.records.field(i)).map_err(|_| rows.not_utf8(1))?;
            rows.header.push(name.to_owned());
        }
        Ok(rows)
    }

    /// The names of the columns, as the header has them.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Chooses the columns that the batches have, by their place in the header.
    #[must_use]
    pub fn only(mut self, wanted: Vec<usize>) -> CsvRows {
        self.wanted = wanted;
        self
    }

    /// A mark of UTF-8 before the text is skipped; one of UTF-16 is refused.
    fn skip_mark(&mut self) -> Result<(), Diagnostic> {
        self.records.fill().map_err(|t| self.malformed(t))?;
        // The first read of a file gives more than three bytes, or all of it.
        let start = &self.records.buffer[..self.records.filled];
        if start.starts_with(b"\xef\xbb\xbf") {
            self.records.at = 3;
        } else if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") {
            return Err(self.not_utf8(1));
        }
        Ok(())
    }

    fn refuse(&self, line: u64, what: &str) -> Diagnostic {
        Diagnostic::new(data::MALFORMED, format!("Line {line} of `{}`: {what}.", self.shown)).in_file(&*self.shown)
    }

    fn not_utf8(&self, line: u64) -> Diagnostic {
        self.refuse(line, "it is not in UTF-8").help("Export the file again, as UTF-8.")
    }

    fn malformed(&self, trouble: Trouble) -> Diagnostic {
        match trouble {
            Trouble::Read(error) => super::files::cannot_read(&self.shown, &error),
            Trouble::Unclosed(line) => self
                .refuse(line, "a quote that opens here is never closed")
                .help("A quote inside of quotes is written twice: `\"5\"\" pipe\"`."),
            Trouble::AfterQuote(line) => self
                .refuse(line, "something follows a closing quote, where a comma or the end of the line belongs")
                .help("A quote inside of quotes is written twice: `\"5\"\" pipe\"`."),
            Trouble::Return(line) => self
                .refuse(line, "the line ends in a way that only old systems use (CR alone)")
                .help("Export the file again, with LF or CR LF at the end of each line."),
            Trouble::Long(line) => self
                .refuse(line, "a field goes on for more than 64 MB")
                .help("A quote may have been opened and never closed."),
        }
    }

    fn read(&mut self) -> Result<Option<RawBatch>, Diagnostic> {
        let mut builders: Vec<StringViewBuilder> = self.wanted.iter().map(|_| StringViewBuilder::new()).collect();
        let (mut rows, mut bytes) = (0, 0);
        while rows < self.batch && bytes < BATCH_BYTES {
            if !self.records.next().map_err(|t| self.malformed(t))? {
                break;
            }
            let fields = self.records.ends.len();
            if fields != self.header.len() {
                if fields == 1 && self.records.data.is_empty() {
                    continue; // an empty line
                }
                let fewer = if fields < self.header.len() { "only " } else { "" };
                let (s, columns) = (if fields == 1 { "" } else { "s" }, self.header.len());
                return Err(self
                    .refuse(self.records.began, &format!("it has {fewer}{fields} field{s}, and the header {columns}"))
                    .consequence("Its values cannot be told apart, so no row of the file is read.")
                    .help("A text with a comma in it stands in quotes: `\"San Jose, CA\"`."));
            }
            for (builder, i) in builders.iter_mut().zip(&self.wanted) {
                let field = self.records.field(*i);
                if field.is_empty() {
                    builder.append_null();
                    continue;
                }
                let text = std::str::from_utf8(field).map_err(|_| self.not_utf8(self.records.began))?;
                bytes += text.len();
                builder.try_append_value(text).map_err(|_| self.malformed(Trouble::Long(self.records.began)))?;
            }
            rows += 1;
        }
        if rows == 0 {
            return Ok(None);
        }
        let columns = builders.iter_mut().map(|b| Arc::new(b.finish()) as ArrayRef).collect();
        Ok(Some(RawBatch::new(rows, columns)))
    }
}

impl Iterator for CsvRows {
    type Item = Result<RawBatch, Diagnostic>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let read = self.read();
        self.failed = read.is_err();
        read.transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Vec<String>>, String> {
        let mut records = Records::new(text.as_bytes());
        let mut out = Vec::new();
        while records.next().map_err(|t| format!("{t:?}"))? {
            let fields = 0..records.ends.len();
            out.push(fields.map(|i| String::from_utf8_lossy(records.field(i)).into_owned()).collect());
        }
        Ok(out)
    }

    #[test]
    fn records_as_rfc_4180_has_them() {
        assert_eq!(read("a,b\r\n1,\"x,\"\"y\"\"\n z\"\r\n").unwrap(), [["a", "b"], ["1", "x,\"y\"\n z"]]);
        assert_eq!(read("a\n\nb").unwrap(), [["a"], [""], ["b"]]);
        assert_eq!(read("a,\n").unwrap(), [["a", ""]]);
        assert_eq!(read(",\"\"").unwrap(), [["", ""]]);
        assert_eq!(read("5\" pipe,x\n").unwrap(), [["5\" pipe", "x"]]);
        assert!(read("").unwrap().is_empty());
    }

    #[test]
    fn what_is_not_well_formed_is_told_with_its_line() {
        assert_eq!(read("a\n\"b\nc\n").unwrap_err(), "Unclosed(2)");
        assert_eq!(read("a\n\"b\"c\n").unwrap_err(), "AfterQuote(2)");
        assert_eq!(read("a\rb\r").unwrap_err(), "Return(1)");
    }
}
