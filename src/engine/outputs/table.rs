//! A Parquet file of rows that are made one after the other, such as those of a demo. It holds the rows of one batch and
//! what the writer keeps of a row group.

use std::io::{self, Write};
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder, Int64Builder, ListBuilder, StringBuilder,
    TimestampMillisecondBuilder,
};
use datafusion::arrow::datatypes::{DataType, Field, TimeUnit};
use datafusion::parquet::basic::{Compression, Encoding, ZstdLevel};
use datafusion::parquet::schema::types::ColumnPath;

use super::{BATCH, File, of_arrow, of_parquet, properties};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// whole numbers
    Whole,
    /// numbers
    Number,
    /// true or false
    Flag,
    /// texts
    Text,
    /// lists of texts
    Texts,
    /// days
    Date,
    /// moments
    Moment,
    /// amounts to the cent
    Cents,
}

/// One value of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// no value
    Missing,
    /// a whole number
    Whole(i64),
    /// a number
    Number(f64),
    /// true or false
    Flag(bool),
    /// a text
    Text(&'a str),
    /// a list of texts
    Texts(&'a [&'a str]),
    /// a day, counted from 1970
    Date(i32),
    /// a moment, in seconds since 1970 (UTC)
    Moment(i64),
    /// an amount
    Cents(i64),
}

/// A file that is being written.
pub struct Table<W: Write + Send> {
    file: File<W>,
    columns: Vec<Column>,
    rows: usize,
}

impl<W: Write + Send> Table<W> {
    /// Begins a file with these columns.
    pub fn begin(columns: &[(&str, Holds)], out: W) -> io::Result<Table<W>> {
        let fields: Vec<Field> = columns.iter().map(|(name, holds)| Field::new(*name, data_type(*holds), true)).collect();
        let level = ZstdLevel::try_new(3).map_err(of_parquet)?;
        let mut properties = properties().set_compression(Compression::ZSTD(level));
        for (name, holds) in columns {
            // Times hardly come twice, and lie near each other.
            if *holds == Holds::Moment {
                let path = ColumnPath::from(*name);
                properties = properties
                    .set_column_dictionary_enabled(path.clone(), false)
                    .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
            }
        }
        let file = File::begin(fields, properties.build(), out)?;
        let columns = columns.iter().map(|(_, holds)| Column::new(*holds)).collect();
        Ok(Table { file, columns, rows: 0 })
    }

    /// Adds a row: a cell for each column, in their order. A cell of another kind than its column is missing.
    pub fn push(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        let cells = cells.iter().copied().chain(std::iter::repeat(Cell::Missing));
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            column.push(cell);
        }
        self.rows += 1;
        if self.rows >= BATCH { self.write() } else { Ok(()) }
    }

    /// Ends the file and gives back what it was written to.
    pub fn finish(mut self) -> io::Result<W> {
        self.write()?;
        self.file.writer.into_inner().map_err(of_parquet)
    }

    fn write(&mut self) -> io::Result<()> {
        let columns = self.columns.iter_mut().map(Column::finish).collect::<io::Result<Vec<ArrayRef>>>()?;
        self.rows = 0;
        self.file.write(columns)
    }
}

const SCALE: i8 = 2;
const PRECISION: u8 = 12;

fn data_type(holds: Holds) -> DataType {
    match holds {
        Holds::Whole => DataType::Int64,
        Holds::Number => DataType::Float64,
        Holds::Flag => DataType::Boolean,
        Holds::Text => DataType::Utf8,
        Holds::Texts => DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true))),
        Holds::Date => DataType::Date32,
        Holds::Moment => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
        Holds::Cents => DataType::Decimal128(PRECISION, SCALE),
    }
}

enum Column {
    Whole(Int64Builder),
    Number(Float64Builder),
    Flag(BooleanBuilder),
    Text(StringBuilder),
    Texts(ListBuilder<StringBuilder>),
    Date(Date32Builder),
    Moment(TimestampMillisecondBuilder),
    Cents(Decimal128Builder),
}

impl Column {
    fn new(holds: Holds) -> Column {
        match holds {
            Holds::Whole => Column::Whole(Int64Builder::new()),
            Holds::Number => Column::Number(Float64Builder::new()),
            Holds::Flag => Column::Flag(BooleanBuilder::new()),
            Holds::Text => Column::Text(StringBuilder::new()),
            Holds::Texts => Column::Texts(ListBuilder::new(StringBuilder::new())),
            Holds::Date => Column::Date(Date32Builder::new()),
            Holds::Moment => Column::Moment(TimestampMillisecondBuilder::new()),
            Holds::Cents => Column::Cents(Decimal128Builder::new()),
        }
    }

    fn push(&mut self, cell: Cell<'_>) {
        match (self, cell) {
            (Column::Whole(to), Cell::Whole(n)) => to.append_value(n),
            (Column::Whole(to), _) => to.append_null(),
            (Column::Number(to), Cell::Number(x)) => to.append_value(x),
            (Column::Number(to), _) => to.append_null(),
            (Column::Flag(to), Cell::Flag(is)) => to.append_value(is),
            (Column::Flag(to), _) => to.append_null(),
            (Column::Text(to), Cell::Text(text)) => to.append_value(text),
            (Column::Text(to), _) => to.append_null(),
            (Column::Texts(to), Cell::Texts(texts)) => {
                for text in texts {
                    to.values().append_value(text);
                }
                to.append(true);
            }
            (Column::Texts(to), _) => to.append(false),
            (Column::Date(to), Cell::Date(day)) => to.append_value(day),
            (Column::Date(to), _) => to.append_null(),
            (Column::Moment(to), Cell::Moment(second)) => to.append_value(second.saturating_mul(1_000)),
            (Column::Moment(to), _) => to.append_null(),
            (Column::Cents(to), Cell::Cents(cents)) => to.append_value(i128::from(cents)),
            (Column::Cents(to), _) => to.append_null(),
        }
    }

    fn finish(&mut self) -> io::Result<ArrayRef> {
        Ok(match self {
            Column::Whole(from) => Arc::new(from.finish()),
            Column::Number(from) => Arc::new(from.finish()),
            Column::Flag(from) => Arc::new(from.finish()),
            Column::Text(from) => Arc::new(from.finish()),
            Column::Texts(from) => Arc::new(from.finish()),
            Column::Date(from) => Arc::new(from.finish()),
            Column::Moment(from) => Arc::new(from.finish().with_timezone("UTC")),
            Column::Cents(from) => Arc::new(from.finish().with_precision_and_scale(PRECISION, SCALE).map_err(of_arrow)?),
        })
    }
}
