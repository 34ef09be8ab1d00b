//! What files hold, made canonical: any stored column as values of the type in the lock. A value that the type cannot read is
//! missing, and counted; a column of which nothing could be read is refused before any row is.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, Int64Array, ListArray, NullArray, PrimitiveArray,
    StringViewBuilder, TimestampMicrosecondArray, UInt32Array, new_null_array,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
    Field, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimeUnit,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};

use super::clock::{Clock, day_within, within};
use super::number;
use super::text::{self, Read};
use crate::engine::canonical;
use crate::program::calendar::DAY;
use crate::program::types::Type;

/// How many values of a column became missing, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Losses {
    /// the type cannot read them
    pub unreadable: u64,
    /// infinite
    pub infinite: u64,
    /// outside the years 1 to 9999
    pub out_of_years: u64,
}

/// A stored value, whatever it was stored as.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// none, or NaN
    Missing,
    /// true or false
    Boolean(bool),
    /// a whole number of any width
    Whole(i128),
    /// digits × 10^−scale
    Decimal(i128, i8),
    /// a double, not NaN
    Number(f64),
    /// a text
    Text(&'a str),
    /// days since 1970-01-01
    Day(i64),
    /// microseconds since 1970, UTC
    Moment(i64),
    /// microseconds since 1970 of a clock on some wall
    Local(i64),
    /// a time that 64 bits of microseconds do not hold
    BeyondTime,
}

/// What can be read of a stored type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// nothing is in it
    Nothing,
    /// true or false
    Boolean,
    /// whole numbers
    Whole,
    /// numbers
    Number,
    /// texts
    Text,
    /// days
    Date,
    /// moments
    Moment,
}

/// The class of a stored type of single values; `None` of records, maps, bytes, times of day and lengths of time.
pub fn class(stored: &DataType) -> Option<Class> {
    Some(match stored {
        DataType::Null => Class::Nothing,
        DataType::Boolean => Class::Boolean,
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => Class::Whole,
        DataType::UInt8 | DataType::UInt16 | DataType::UInt32 | DataType::UInt64 => Class::Whole,
        DataType::Decimal32(_, scale)
        | DataType::Decimal64(_, scale)
        | DataType::Decimal128(_, scale)
        | DataType::Decimal256(_, scale) => {
            if *scale <= 0 {
                Class::Whole
            } else {
                Class::Number
            }
        }
        DataType::Float16 | DataType::Float32 | DataType::Float64 => Class::Number,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Class::Text,
        DataType::Date32 | DataType::Date64 => Class::Date,
        DataType::Timestamp(_, _) => Class::Moment,
        DataType::Dictionary(_, values) => return class(values),
        _ => return None,
    })
}

/// Whether a column stored so can be read as a type at all.
pub fn fits(stored: &DataType, ty: &Type) -> bool {
    if let (Some(of), Type::List(ty)) = (element(stored), ty) {
        return fits(of, ty);
    }
    let Some(class) = class(stored) else { return false };
    match ty {
        _ if class == Class::Nothing => true,
        Type::List(_) => false,
        Type::Text => true,
        _ if class == Class::Text => true,
        Type::Boolean => class == Class::Boolean,
        Type::Count | Type::Number | Type::Percent | Type::Money(_) | Type::Duration => {
            matches!(class, Class::Whole | Class::Number)
        }
        Type::Date | Type::Timestamp => matches!(class, Class::Date | Class::Moment),
    }
}

/// The type of the elements of a list.
pub fn element(stored: &DataType) -> Option<&DataType> {
    match stored {
        DataType::List(field) | DataType::LargeList(field) | DataType::FixedSizeList(field, _) => Some(field.data_type()),
        DataType::ListView(field) | DataType::LargeListView(field) => Some(field.data_type()),
        _ => None,
    }
}

/// Dictionaries and the lesser forms of texts, as plain columns.
pub fn plain(raw: &ArrayRef) -> Option<ArrayRef> {
    match raw.data_type() {
        DataType::Dictionary(_, values) => {
            let values = values.as_ref().clone();
            plain(&datafusion::arrow::compute::cast(raw, &values).ok()?)
        }
        DataType::Utf8 | DataType::LargeUtf8 => datafusion::arrow::compute::cast(raw, &DataType::Utf8View).ok(),
        _ => Some(Arc::clone(raw)),
    }
}

fn whole<'a, T: ArrowPrimitiveType>(raw: &'a ArrayRef) -> Option<Box<dyn Fn(usize) -> Cell<'a> + 'a>>
where
    T::Native: Into<i128>,
{
    let array = raw.as_primitive_opt::<T>()?;
    Some(Box::new(|row| Cell::Whole(array.value(row).into())))
}

fn moments<'a, T: ArrowPrimitiveType<Native = i64>>(
    raw: &'a ArrayRef,
    to_micros: impl Fn(i64) -> Option<i64> + 'a,
    zoned: bool,
) -> Option<Box<dyn Fn(usize) -> Cell<'a> + 'a>> {
    let array = raw.as_primitive_opt::<T>()?;
    Some(Box::new(move |row| match to_micros(array.value(row)) {
        Some(micros) if zoned => Cell::Moment(micros),
        Some(micros) => Cell::Local(micros),
        None => Cell::BeyondTime,
    }))
}

/// Reads the values of a plain column one by one, none of which is null; `None` where the type has no class.
pub fn cells<'a>(raw: &'a ArrayRef) -> Option<Box<dyn Fn(usize) -> Cell<'a> + 'a>> {
    fn double<'a>(x: f64) -> Cell<'a> {
        if x.is_nan() { Cell::Missing } else { Cell::Number(x) }
    }
    fn decimal<'a>(digits: i128, scale: i8) -> Cell<'a> {
        if scale == 0 { Cell::Whole(digits) } else { Cell::Decimal(digits, scale) }
    }
    match raw.data_type() {
        DataType::Null => Some(Box::new(|_| Cell::Missing)),
        DataType::Boolean => {
            let array = raw.as_boolean_opt()?;
            Some(Box::new(|row| Cell::Boolean(array.value(row))))
        }
        DataType::Int8 => whole::<Int8Type>(raw),
        DataType::Int16 => whole::<Int16Type>(raw),
        DataType::Int32 => whole::<Int32Type>(raw),
        DataType::Int64 => whole::<Int64Type>(raw),
        DataType::UInt8 => whole::<UInt8Type>(raw),
        DataType::UInt16 => whole::<UInt16Type>(raw),
        DataType::UInt32 => whole::<UInt32Type>(raw),
        DataType::UInt64 => whole::<UInt64Type>(raw),
        DataType::Float16 => {
            let array = raw.as_primitive_opt::<Float16Type>()?;
            Some(Box::new(|row| double(array.value(row).to_f64())))
        }
        DataType::Float32 => {
            let array = raw.as_primitive_opt::<Float32Type>()?;
            Some(Box::new(|row| double(f64::from(array.value(row)))))
        }
        DataType::Float64 => {
            let array = raw.as_primitive_opt::<Float64Type>()?;
            Some(Box::new(|row| double(array.value(row))))
        }
        DataType::Decimal32(_, scale) => {
            let (array, scale) = (raw.as_primitive_opt::<Decimal32Type>()?, *scale);
            Some(Box::new(move |row| decimal(array.value(row).into(), scale)))
        }
        DataType::Decimal64(_, scale) => {
            let (array, scale) = (raw.as_primitive_opt::<Decimal64Type>()?, *scale);
            Some(Box::new(move |row| decimal(array.value(row).into(), scale)))
        }
        DataType::Decimal128(_, scale) => {
            let (array, scale) = (raw.as_primitive_opt::<Decimal128Type>()?, *scale);
            Some(Box::new(move |row| decimal(array.value(row), scale)))
        }
        DataType::Decimal256(_, scale) => {
            let (array, scale) = (raw.as_primitive_opt::<Decimal256Type>()?, *scale);
            Some(Box::new(move |row| {
                let digits = array.value(row);
                match digits.to_i128() {
                    Some(digits) => decimal(digits, scale),
                    None => double(format!("{digits}e{}", -i32::from(scale)).parse().unwrap_or(f64::NAN)),
                }
            }))
        }
        DataType::Utf8View => {
            let array = raw.as_string_view_opt()?;
            Some(Box::new(|row| Cell::Text(array.value(row))))
        }
        DataType::Date32 => {
            let array = raw.as_primitive_opt::<Date32Type>()?;
            Some(Box::new(|row| Cell::Day(i64::from(array.value(row)))))
        }
        DataType::Date64 => {
            let array = raw.as_primitive_opt::<Date64Type>()?;
            Some(Box::new(|row| Cell::Day(array.value(row).div_euclid(86_400_000))))
        }
        DataType::Timestamp(unit, zone) => {
            let zoned = zone.is_some();
            match unit {
                TimeUnit::Second => moments::<TimestampSecondType>(raw, |t| t.checked_mul(1_000_000), zoned),
                TimeUnit::Millisecond => moments::<TimestampMillisecondType>(raw, |t| t.checked_mul(1_000), zoned),
                TimeUnit::Microsecond => moments::<TimestampMicrosecondType>(raw, Some, zoned),
                // Cut down, also before 1970.
                TimeUnit::Nanosecond => moments::<TimestampNanosecondType>(raw, |t| Some(t.div_euclid(1_000)), zoned),
            }
        }
        _ => None,
    }
}

/// A cell as a whole number of 64 bits; also doubles and decimals that are whole, as tools write whole numbers beside missing
/// ones. `None`: it is missing.
pub fn count(cell: Cell<'_>) -> Option<Read<i64>> {
    Some(match cell {
        Cell::Missing => return None,
        Cell::Whole(n) => i64::try_from(n).map_or(Read::Unreadable, Read::Known),
        Cell::Decimal(digits, scale) => number::whole_of_decimal(digits, scale).map_or(Read::Unreadable, Read::Known),
        Cell::Number(x) if x.is_infinite() => Read::Infinite,
        Cell::Number(x) => number::whole_of_double(x).map_or(Read::Unreadable, Read::Known),
        Cell::Text(text) => text::count(text),
        _ => Read::Unreadable,
    })
}

/// A cell as a double that is neither NaN, infinite nor −0.
pub fn double(cell: Cell<'_>) -> Option<Read<f64>> {
    Some(match cell {
        Cell::Missing => return None,
        Cell::Whole(n) => Read::Known(n as f64),
        Cell::Decimal(digits, scale) => Read::Known(number::double_of_decimal(digits, scale)),
        Cell::Number(x) if x.is_infinite() => Read::Infinite,
        Cell::Number(x) => Read::Known(x + 0.0),
        Cell::Text(text) => text::number(text),
        _ => Read::Unreadable,
    })
}

/// A cell as whole millionths.
pub fn money(cell: Cell<'_>) -> Option<Read<i64>> {
    let micros = match cell {
        Cell::Missing => return None,
        Cell::Whole(n) => n.checked_mul(1_000_000).and_then(|n| i64::try_from(n).ok()),
        Cell::Decimal(digits, scale) => number::micros_of_decimal(digits, scale),
        Cell::Number(x) if x.is_infinite() => return Some(Read::Infinite),
        Cell::Number(x) => number::micros_of_double(x),
        Cell::Text(text) => return Some(text::money(text)),
        _ => None,
    };
    Some(micros.map_or(Read::Unreadable, Read::Known))
}

/// A cell as true or false.
pub fn boolean(cell: Cell<'_>) -> Option<Read<bool>> {
    Some(match cell {
        Cell::Missing => return None,
        Cell::Boolean(x) => Read::Known(x),
        Cell::Text(text) => text::boolean(text),
        _ => Read::Unreadable,
    })
}

/// A cell as a day: a moment is one where it is midnight.
pub fn day(cell: Cell<'_>, clock: &mut Clock) -> Option<Read<i32>> {
    Some(match cell {
        Cell::Missing => return None,
        Cell::Day(day) => day_within(day),
        Cell::Local(micros) if micros.rem_euclid(DAY) == 0 => day_within(micros.div_euclid(DAY)),
        Cell::Moment(micros) => match within(micros) {
            Read::Known(_) if micros.rem_euclid(DAY) == 0 => day_within(micros.div_euclid(DAY)),
            Read::Known(_) => clock.day_that_begins(micros).map_or(Read::Unreadable, Read::Known),
            _ => Read::OutOfYears,
        },
        Cell::BeyondTime => Read::OutOfYears,
        Cell::Text(text) => text::date(text),
        _ => Read::Unreadable,
    })
}

/// A cell as a moment. `is_time`: the project calls the column a time, so a text may also be a date.
pub fn moment(cell: Cell<'_>, is_time: bool, clock: &mut Clock) -> Option<Read<i64>> {
    Some(match cell {
        Cell::Missing => return None,
        Cell::Moment(micros) => within(micros),
        Cell::Local(micros) => clock.stored_micros(micros),
        Cell::BeyondTime => Read::OutOfYears,
        Cell::Day(day) => day_within(day).map(|day| clock.start_of_day(day)),
        Cell::Text(text) if is_time => text::time(text, clock),
        Cell::Text(text) => text::moment(text, clock),
        _ => Read::Unreadable,
    })
}

/// A cell that is no text as one: whole numbers in decimal, dates and times as in the language.
pub fn text_of(cell: Cell<'_>, clock: &mut Clock) -> Option<Read<String>> {
    Some(match cell {
        Cell::Missing => return None,
        Cell::Boolean(x) => Read::Known(x.to_string()),
        Cell::Whole(n) => Read::Known(n.to_string()),
        Cell::Decimal(digits, scale) => Read::Known(number::text_of_decimal(digits, scale)),
        Cell::Number(x) if x.is_infinite() => Read::Infinite,
        Cell::Number(x) => Read::Known(number::text_of_double(x)),
        Cell::Text(text) => Read::Known(text.to_owned()),
        Cell::Day(day) => day_within(day).map(|day| crate::program::calendar::date_of(day).to_string()),
        cell => moment(cell, false, clock)?.map(number::text_of_moment),
    })
}

/// Counts what became missing.
fn keep<T>(read: Option<Read<T>>, losses: &mut Losses) -> Option<T> {
    match read? {
        Read::Known(x) => return Some(x),
        Read::Nothing => {}
        Read::Infinite => losses.infinite += 1,
        Read::OutOfYears => losses.out_of_years += 1,
        Read::Unreadable => losses.unreadable += 1,
    }
    None
}

/// A stored column as the canonical column of a type. `is_time`: the project calls it a time. `None` where the two do not fit
/// at all ([`fits`]).
pub fn convert(raw: &ArrayRef, ty: &Type, is_time: bool, clock: &mut Clock, losses: &mut Losses) -> Option<ArrayRef> {
    let raw = &plain(raw)?;
    if let Type::List(of) = ty {
        return convert_list(raw, of, clock, losses);
    }
    if let Some(array) = as_it_is(raw, ty) {
        return Some(array);
    }
    if raw.as_any().is::<NullArray>() || raw.null_count() == raw.len() {
        return Some(new_null_array(&canonical::data_type(ty), raw.len()));
    }
    let cell = cells(raw)?;
    let read = (0..raw.len()).map(|row| if raw.is_null(row) { Cell::Missing } else { cell(row) });
    Some(match ty {
        Type::Boolean => Arc::new(read.map(|c| keep(boolean(c), losses)).collect::<BooleanArray>()),
        Type::Count | Type::Duration => Arc::new(read.map(|c| keep(count(c), losses)).collect::<Int64Array>()),
        Type::Money(_) => Arc::new(read.map(|c| keep(money(c), losses)).collect::<Int64Array>()),
        Type::Number | Type::Percent => Arc::new(read.map(|c| keep(double(c), losses)).collect::<Float64Array>()),
        Type::Date => Arc::new(read.map(|c| keep(day(c, clock), losses)).collect::<Date32Array>()),
        Type::Timestamp => {
            let moments: TimestampMicrosecondArray = read.map(|c| keep(moment(c, is_time, clock), losses)).collect();
            Arc::new(moments.with_timezone("UTC"))
        }
        Type::Text => {
            let mut texts = StringViewBuilder::with_capacity(raw.len());
            read.for_each(|cell| texts.append_option(keep(text_of(cell, clock), losses)));
            Arc::new(texts.finish())
        }
        Type::List(_) => return None,
    })
}

/// Columns that are canonical already, which is most of them.
fn as_it_is(raw: &ArrayRef, ty: &Type) -> Option<ArrayRef> {
    match (ty, raw.data_type()) {
        (Type::Boolean, DataType::Boolean) | (Type::Count, DataType::Int64) | (Type::Text, DataType::Utf8View) => {
            Some(Arc::clone(raw))
        }
        (Type::Number | Type::Percent, DataType::Float64) => {
            let array = raw.as_primitive_opt::<Float64Type>()?;
            let clean = array.values().iter().all(|x| x.is_finite() && (*x != 0.0 || x.is_sign_positive()));
            clean.then(|| Arc::clone(raw))
        }
        _ => None,
    }
}

/// Any form of a list as the plain one.
pub fn to_list(raw: &ArrayRef, of: &DataType) -> Option<ListArray> {
    let as_list = DataType::List(Arc::new(Field::new_list_field(of.clone(), true)));
    datafusion::arrow::compute::cast(raw, &as_list).ok()?.as_list_opt::<i32>().cloned()
}

fn convert_list(raw: &ArrayRef, of: &Type, clock: &mut Clock, losses: &mut Losses) -> Option<ArrayRef> {
    let field = Arc::new(Field::new_list_field(canonical::data_type(of), true));
    if raw.as_any().is::<NullArray>() || raw.null_count() == raw.len() {
        return Some(new_null_array(&DataType::List(field), raw.len()));
    }
    let list = to_list(raw, element(raw.data_type())?)?;
    let values = convert(list.values(), of, false, clock, losses)?;
    let (offsets, values) = known_items(&list, values)?;
    Some(Arc::new(ListArray::try_new(field, offsets, values, list.nulls().cloned()).ok()?))
}

/// A list is those of its items that are known: where each list ends then, and the items.
fn known_items(list: &ListArray, values: ArrayRef) -> Option<(OffsetBuffer<i32>, ArrayRef)> {
    if values.null_count() == 0 {
        return Some((list.offsets().clone(), values));
    }
    let mut ends = vec![0];
    let mut items: Vec<u32> = Vec::new();
    for (row, bounds) in list.offsets().windows(2).enumerate() {
        let [start, end] = bounds else { continue };
        if list.is_valid(row) {
            let all = usize::try_from(*start).ok()?..usize::try_from(*end).ok()?;
            items.extend(all.filter(|item| values.is_valid(*item)).filter_map(|item| u32::try_from(item).ok()));
        }
        ends.push(i32::try_from(items.len()).ok()?);
    }
    let values = datafusion::arrow::compute::take(&values, &UInt32Array::from(items), None).ok()?;
    Some((OffsetBuffer::new(ends.into()), values))
}

/// The microseconds of a canonical Timestamp column, or of the first instants of a Date column.
pub fn micros(array: &ArrayRef, clock: &mut Clock) -> Option<Int64Array> {
    if let Some(moments) = array.as_primitive_opt::<TimestampMicrosecondType>() {
        return Some(PrimitiveArray::new(moments.values().clone(), moments.nulls().cloned()));
    }
    let days = array.as_primitive_opt::<Date32Type>()?;
    Some(days.iter().map(|day| day.map(|day| clock.start_of_day(day))).collect())
}
