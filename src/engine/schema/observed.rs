//! What a column looks like, value by value: which types could read all of it, how many values are known, which, and between
//! which ends. Two looks at parts of a column make one of the whole, in any order.

use std::collections::HashSet;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::arrow::datatypes::DataType;

use crate::engine::sources::clock::Clock;
use crate::engine::sources::convert::{self, Cell, Class};
use crate::engine::sources::number;
use crate::engine::sources::text::{self, Guess, Read};
use crate::program::calendar::date_of;
use crate::program::types::Type;
use crate::project::lock::LockedColumn;

/// So many values of a text are listed, and no more.
pub const MOST_VALUES: usize = 1_000;
/// So many bytes of values are kept while looking.
const MOST_BYTES: usize = 8 << 20;

/// What the project says of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Role {
    /// it is the key of its source
    pub is_key: bool,
    /// its values have to be different: the key of customers or of a look-up table
    pub is_unique: bool,
    /// it is called a time
    pub is_time: bool,
    /// it names the kind of an event
    pub is_kind: bool,
    /// no value of it may be written down
    pub is_pii: bool,
}

/// The smallest and the largest of what was seen.
type Ends<T> = Option<(T, T)>;

fn widen<T: PartialOrd + Copy>(ends: &mut Ends<T>, x: T) {
    *ends = match *ends {
        None => Some((x, x)),
        Some((low, high)) => Some((if x < low { x } else { low }, if x > high { x } else { high })),
    };
}

fn both<T: PartialOrd + Copy>(ends: &mut Ends<T>, other: Ends<T>) {
    if let Some((low, high)) = other {
        widen(ends, low);
        widen(ends, high);
    }
}

/// Values that are listed while they are few.
#[derive(Debug, Clone, Default)]
struct Values {
    seen: HashSet<String>,
    bytes: usize,
    too_many: bool,
}

impl Values {
    fn add(&mut self, text: &str) {
        if self.too_many || self.seen.contains(text) {
            return;
        }
        self.bytes = self.bytes.saturating_add(text.len());
        if self.seen.len() >= MOST_VALUES || self.bytes > MOST_BYTES {
            *self = Values { too_many: true, ..Values::default() };
        } else {
            self.seen.insert(text.to_owned());
        }
    }
}

/// What was seen of a column, or of a part of it.
#[derive(Debug, Clone, Default)]
pub struct Observed {
    role: Role,
    /// the file and the place in it where it stands first
    pub first: (usize, usize),
    /// records, maps, bytes: nothing that is read
    is_strange: bool,
    /// of a list: what was seen of its elements
    elements: Option<Box<Observed>>,
    lists: u64,
    single: u64,
    /// what the files say that it holds, for a column of which nothing is known
    declared: Option<Type>,
    // typed values that are known, by what they are
    booleans: u64,
    wholes: u64,
    numbers: u64,
    dates: u64,
    moments: u64,
    typed_texts: u64,
    // texts whose type is guessed
    guessed: u64,
    guess: Guess,
    guess_infinite: u64,
    guess_nothing: u64,
    guess_dates_out: u64,
    guess_moments_out: u64,
    // texts of what is called a time
    times: u64,
    times_unreadable: u64,
    has_clock_times: bool,
    /// a whole number beyond 64 bits was seen
    beyond: bool,
    /// a number that is not whole was seen
    fractional: bool,
    whole_ends: Ends<i64>,
    number_ends: Ends<f64>,
    date_ends: Ends<i32>,
    moment_ends: Ends<i64>,
    values: Values,
    /// of a key that has to be unique: 128 bits of each
    pub hashes: Vec<u128>,
}

/// 128 bits of a key: keys that differ have different ones.
pub fn hash(key: &str) -> u128 {
    let mut half = [0; 16];
    half.copy_from_slice(&blake3::hash(key.as_bytes()).as_bytes()[..16]);
    u128::from_le_bytes(half)
}

impl Observed {
    /// Nothing seen yet of a column that stands first at this place.
    pub fn new(role: Role, first: (usize, usize)) -> Observed {
        Observed { role, first, ..Observed::default() }
    }

    /// Nothing that is read: records, maps, bytes.
    pub fn see_strange(&mut self) {
        self.is_strange = true;
    }

    /// A column as it is stored; texts in it are of type text, unless they are called times.
    pub fn see_typed(&mut self, raw: &ArrayRef, clock: &mut Clock) {
        let Some(raw) = convert::plain(raw) else { return self.see_strange() };
        if convert::element(raw.data_type()).is_some() {
            return self.see_lists(&raw, clock, false);
        }
        let Some(cell) = convert::cells(&raw) else { return self.see_strange() };
        self.declare(raw.data_type());
        for row in 0..raw.len() {
            if raw.is_valid(row) {
                self.see_cell(cell(row), clock);
            }
        }
    }

    /// What a file says that the column holds, whether or not a value is known.
    pub fn declare(&mut self, stored: &DataType) {
        if let Some(of) = convert::element(stored).filter(|of| convert::class(of).is_some()) {
            return self.elements.get_or_insert_with(|| Box::new(Observed::default())).declare(of);
        }
        let ty = match convert::class(stored) {
            Some(Class::Boolean) => Type::Boolean,
            Some(Class::Whole) => Type::Count,
            Some(Class::Number) if self.role.is_key => Type::Count,
            Some(Class::Number) => Type::Number,
            Some(Class::Text) if self.role.is_time => Type::Timestamp,
            Some(Class::Text) => Type::Text,
            Some(Class::Date) => Type::Date,
            Some(Class::Moment) => Type::Timestamp,
            Some(Class::Nothing) | None => return,
        };
        self.declared = Some(match self.declared.take() {
            Some(before) => joined(before, ty),
            None => ty,
        });
    }

    /// A column of texts whose type is to be guessed.
    pub fn see_texts(&mut self, raw: &ArrayRef, clock: &mut Clock) {
        let Some(cell) = convert::cells(raw) else { return self.see_strange() };
        for row in 0..raw.len() {
            if let (true, Cell::Text(text)) = (raw.is_valid(row), cell(row)) {
                self.see_text(text, false, clock);
            }
        }
    }

    fn see_lists(&mut self, raw: &ArrayRef, clock: &mut Clock, is_guessed: bool) {
        let known = raw.len() - raw.null_count();
        let inner = match raw.data_type() {
            DataType::List(_) => {
                datafusion::arrow::array::AsArray::as_list_opt::<i32>(raw).map(|list| list.values().clone())
            }
            other => {
                let of = convert::element(other).cloned();
                of.and_then(|of| convert::to_list(raw, &of)).map(|list| list.values().clone())
            }
        };
        let Some(inner) = inner else { return self.see_strange() };
        if convert::class(inner.data_type()).is_none() {
            return self.see_strange();
        }
        self.lists = self.lists.saturating_add(known as u64);
        let elements = self.elements.get_or_insert_with(|| Box::new(Observed::default()));
        if is_guessed { elements.see_texts(&inner, clock) } else { elements.see_typed(&inner, clock) }
    }

    /// A list of NDJSON: the texts of its elements, and whether each was in quotes.
    pub fn see_list(&mut self, values: &[Option<(String, bool)>], clock: &mut Clock) {
        self.lists += 1;
        let elements = self.elements.get_or_insert_with(|| Box::new(Observed::default()));
        for (text, quoted) in values.iter().flatten() {
            elements.see_text(text, *quoted, clock);
        }
    }

    fn see_key(&mut self, text: &str) {
        if self.role.is_unique {
            self.hashes.push(hash(text));
        }
    }

    fn see_value(&mut self, text: &str) {
        if !self.role.is_pii {
            self.values.add(text);
        }
    }

    fn see_cell(&mut self, cell: Cell<'_>, clock: &mut Clock) {
        if cell == Cell::Missing {
            return;
        }
        self.single += 1;
        if (self.role.is_unique || self.role.is_kind)
            && !matches!(cell, Cell::Text(_))
            && let Some(Read::Known(text)) = convert::text_of(cell, clock)
        {
            self.see_key(&text);
            if self.role.is_kind {
                self.see_value(&text);
            }
        }
        match cell {
            Cell::Missing => {}
            Cell::Boolean(_) => self.booleans += 1,
            Cell::Whole(n) => match i64::try_from(n) {
                Ok(n) => {
                    self.wholes += 1;
                    widen(&mut self.whole_ends, n);
                }
                Err(_) => {
                    self.beyond = true;
                    self.numbers += 1;
                    widen(&mut self.number_ends, n as f64);
                }
            },
            Cell::Decimal(..) | Cell::Number(_) => {
                if let Some(Read::Known(x)) = convert::double(cell) {
                    self.numbers += 1;
                    self.fractional |= !matches!(convert::count(cell), Some(Read::Known(_)));
                    widen(&mut self.number_ends, x);
                }
            }
            Cell::Text(text) => {
                self.see_key(text);
                self.see_value(text);
                if self.role.is_time {
                    self.see_time(text, clock);
                } else {
                    self.typed_texts += 1;
                }
            }
            Cell::Day(_) => {
                if let Some(Read::Known(day)) = convert::day(cell, clock) {
                    self.dates += 1;
                    widen(&mut self.date_ends, day);
                }
            }
            Cell::Moment(_) | Cell::Local(_) | Cell::BeyondTime => {
                if let Some(Read::Known(micros)) = convert::moment(cell, false, clock) {
                    self.moments += 1;
                    widen(&mut self.moment_ends, micros);
                }
            }
        }
    }

    /// A text of what is called a time.
    fn see_time(&mut self, text: &str, clock: &mut Clock) {
        match text::date(text) {
            Read::Known(day) => {
                self.times += 1;
                widen(&mut self.date_ends, day);
                return;
            }
            Read::OutOfYears => return,
            _ => {}
        }
        match text::moment(text, clock) {
            Read::Known(micros) => {
                self.times += 1;
                self.has_clock_times = true;
                widen(&mut self.moment_ends, micros);
            }
            Read::OutOfYears => self.has_clock_times = true,
            _ => self.times_unreadable += 1,
        }
    }

    /// A text whose type is to be guessed. `quoted`: NDJSON has it in quotes, so it is no number, true or false.
    pub fn see_text(&mut self, text: &str, quoted: bool, clock: &mut Clock) {
        self.single += 1;
        self.see_key(text);
        self.see_value(text);
        if self.role.is_time {
            return self.see_time(text, clock);
        }
        self.guessed += 1;
        self.guess.any = true;
        if quoted {
            (self.guess.whole, self.guess.boolean, self.guess.number) = (false, false, false);
        }
        if self.guess.whole {
            match text::whole(text) {
                Some(n) => widen(&mut self.whole_ends, n),
                None => self.guess.whole = false,
            }
        }
        if self.guess.number {
            match text::number(text) {
                Read::Known(x) => {
                    self.fractional |= number::whole_of_double(x).is_none();
                    widen(&mut self.number_ends, x);
                }
                Read::Infinite => self.guess_infinite += 1,
                Read::Nothing => self.guess_nothing += 1,
                _ => self.guess.number = false,
            }
        }
        if self.guess.boolean {
            self.guess.boolean = text::boolean(text) != Read::Unreadable;
        }
        if self.guess.date {
            match text::date(text) {
                Read::Known(day) => widen(&mut self.date_ends, day),
                Read::OutOfYears => self.guess_dates_out += 1,
                _ => self.guess.date = false,
            }
        }
        if self.guess.moment {
            match text::moment(text, clock) {
                Read::Known(micros) => widen(&mut self.moment_ends, micros),
                Read::OutOfYears => self.guess_moments_out += 1,
                _ => self.guess.moment = false,
            }
        }
    }

    /// A value that a folder gives to all rows of a file.
    pub fn see_text_of_all(&mut self, text: &str, rows: u64, clock: &mut Clock) {
        if rows == 0 {
            return;
        }
        let mut one = Observed::new(self.role, self.first);
        one.see_text(text, false, clock);
        let key = one.hashes.first().copied();
        one.hashes.extend(key.filter(|_| rows > 1));
        for count in [
            &mut one.single,
            &mut one.guessed,
            &mut one.guess_infinite,
            &mut one.guess_nothing,
            &mut one.guess_dates_out,
            &mut one.guess_moments_out,
            &mut one.times,
            &mut one.times_unreadable,
        ] {
            *count = count.saturating_mul(rows);
        }
        self.merge(one);
    }

    /// Whether any value was seen.
    pub fn has_any(&self) -> bool {
        self.single > 0 || self.lists > 0 || self.is_strange
    }

    /// Takes in what was seen of another part.
    pub fn merge(&mut self, other: Observed) {
        self.first = self.first.min(other.first);
        self.is_strange |= other.is_strange;
        self.declared = match (self.declared.take(), other.declared) {
            (Some(mine), Some(theirs)) => Some(joined(mine, theirs)),
            (mine, theirs) => mine.or(theirs),
        };
        match (&mut self.elements, other.elements) {
            (Some(mine), Some(theirs)) => mine.merge(*theirs),
            (mine @ None, theirs) => *mine = theirs,
            (Some(_), None) => {}
        }
        for (mine, theirs) in [
            (&mut self.lists, other.lists),
            (&mut self.single, other.single),
            (&mut self.booleans, other.booleans),
            (&mut self.wholes, other.wholes),
            (&mut self.numbers, other.numbers),
            (&mut self.dates, other.dates),
            (&mut self.moments, other.moments),
            (&mut self.typed_texts, other.typed_texts),
            (&mut self.guessed, other.guessed),
            (&mut self.guess_infinite, other.guess_infinite),
            (&mut self.guess_nothing, other.guess_nothing),
            (&mut self.guess_dates_out, other.guess_dates_out),
            (&mut self.guess_moments_out, other.guess_moments_out),
            (&mut self.times, other.times),
            (&mut self.times_unreadable, other.times_unreadable),
        ] {
            *mine = mine.saturating_add(theirs);
        }
        self.guess = self.guess.and(other.guess);
        self.has_clock_times |= other.has_clock_times;
        self.beyond |= other.beyond;
        self.fractional |= other.fractional;
        both(&mut self.whole_ends, other.whole_ends);
        both(&mut self.number_ends, other.number_ends);
        both(&mut self.date_ends, other.date_ends);
        both(&mut self.moment_ends, other.moment_ends);
        if other.values.too_many {
            self.values = other.values;
        } else {
            other.values.seen.iter().for_each(|text| self.values.add(text));
        }
        self.hashes.extend(other.hashes);
    }

    /// How many texts of a time cannot be read as one, and how many can.
    pub fn unreadable_times(&self) -> (u64, u64) {
        (self.times_unreadable, self.times)
    }

    /// The type of the whole column; `None` where it is left out.
    pub fn ty(&self) -> Option<Type> {
        if self.is_strange || (self.lists > 0 && self.single > 0) {
            return None;
        }
        // A file that is said to hold lists, and holds none, says nothing against single values.
        if let Some(elements) = self.elements.as_ref().filter(|_| self.lists > 0 || self.single == 0) {
            return elements.ty().map(|of| Type::List(Box::new(of)));
        }
        if self.role.is_kind {
            return Some(Type::Text);
        }
        let whole_only = self.role.is_key && !self.fractional && !self.beyond;
        let mut seen = Vec::new();
        let mut add = |is_seen: bool, ty: Type| {
            if is_seen && !seen.contains(&ty) {
                seen.push(ty);
            }
        };
        add(self.wholes > 0, Type::Count);
        add(self.numbers > 0, if whole_only { Type::Count } else { Type::Number });
        add(self.booleans > 0, Type::Boolean);
        add(self.dates > 0, Type::Date);
        add(self.moments > 0, Type::Timestamp);
        add(self.typed_texts > 0, Type::Text);
        add(self.times > 0, if self.has_clock_times { Type::Timestamp } else { Type::Date });
        add(self.times == 0 && self.times_unreadable > 0, Type::Text);
        if self.guessed > 0 {
            let ty = self.guess.ty();
            add(true, if ty == Type::Number && whole_only { Type::Count } else { ty });
        }
        // What is called a time is one, also where none is known yet.
        let of_nothing = || if self.role.is_time && !self.has_any() { Type::Timestamp } else { Type::Text };
        let known = seen.into_iter().reduce(joined);
        Some(known.or_else(|| self.declared.clone()).unwrap_or_else(of_nothing))
    }

    /// How many values are known, read as a type.
    fn known(&self, ty: &Type) -> u64 {
        let typed = self.booleans + self.wholes + self.numbers + self.dates + self.moments + self.typed_texts;
        let lost = match ty {
            Type::Number | Type::Count => self.guess_infinite + self.guess_nothing,
            Type::Date => self.guess_dates_out,
            Type::Timestamp => self.guess_moments_out,
            _ => 0,
        };
        let times = if *ty == Type::Text { self.times + self.times_unreadable } else { self.times };
        typed + times + self.guessed.saturating_sub(lost) + self.lists
    }

    /// All kinds of events that it names; `None` where they are too many.
    pub fn kinds(&self) -> Option<Vec<String>> {
        let mut kinds: Vec<String> = self.values.seen.iter().cloned().collect();
        kinds.sort_unstable();
        (!self.values.too_many).then_some(kinds)
    }

    /// The line of the lock, of a source with so many rows; `None` where it is left out.
    pub fn locked(&self, name: &str, rows: u64, clock: &mut Clock) -> Option<LockedColumn> {
        let ty = self.ty()?;
        let pair = |low: String, high: String| Some((low, high));
        let range = match ty {
            _ if self.role.is_pii => None,
            Type::Count if self.wholes + self.guessed == 0 || self.guess.any && !self.guess.whole => {
                self.number_ends.and_then(|(a, b)| pair(number::text_of_double(a), number::text_of_double(b)))
            }
            Type::Count => {
                let mut ends = self.whole_ends;
                if self.numbers > 0 {
                    let whole = |x: f64| number::whole_of_double(x);
                    both(&mut ends, self.number_ends.and_then(|(a, b)| Some((whole(a)?, whole(b)?))));
                }
                ends.and_then(|(a, b)| pair(a.to_string(), b.to_string()))
            }
            Type::Number => {
                let mut ends = self.number_ends;
                if self.wholes > 0 {
                    both(&mut ends, self.whole_ends.map(|(a, b)| (a as f64, b as f64)));
                }
                ends.and_then(|(a, b)| pair(number::text_of_double(a), number::text_of_double(b)))
            }
            Type::Date => self.date_ends.and_then(|(a, b)| pair(date_of(a).to_string(), date_of(b).to_string())),
            Type::Timestamp => {
                let mut ends = self.moment_ends;
                // Dates among them are their first instants; a guess that dates could not keep up with left its ends behind.
                if self.dates > 0 || self.times > 0 {
                    both(&mut ends, self.date_ends.map(|(a, b)| (clock.start_of_day(a), clock.start_of_day(b))));
                }
                ends.and_then(|(a, b)| pair(number::text_of_moment(a), number::text_of_moment(b)))
            }
            _ => None,
        };
        let has_other = self.booleans + self.wholes + self.numbers + self.dates + self.moments > 0;
        let listed = ty == Type::Text && !self.role.is_pii && (self.role.is_kind || !has_other);
        let values = if listed { self.kinds() } else { None };
        let missing = rows.saturating_sub(self.known(&ty));
        Some(LockedColumn { name: name.to_owned(), ty, missing, values, range })
    }
}

/// The type that reads values of both.
fn joined(a: Type, b: Type) -> Type {
    match (&a, &b) {
        _ if a == b => a,
        (Type::Count | Type::Number, Type::Count | Type::Number) => Type::Number,
        (Type::Date | Type::Timestamp, Type::Date | Type::Timestamp) => Type::Timestamp,
        _ => Type::Text,
    }
}
