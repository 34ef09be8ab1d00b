//! Writes a world's tables to files, in ways that mean the same: any format, split anywhere, rows in any order, values in any
//! of the types that hold them.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::*;
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Int32Type, Schema, TimeUnit};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::Compression;
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use jiff::Timestamp;
use segue::program::calendar::date_of;
use segue::program::{Scalar, Type};

use super::dice::Dice;
use super::project::Format;
use super::world::{Cell, Column, Dirt, Table, World};

/// How the tables are written.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The format of each table.
    pub formats: Vec<Format>,
    /// Draws everything else.
    pub dice: Dice,
}

impl Layout {
    /// A layout of a seed.
    pub fn draw(seed: u64, world: &World) -> Layout {
        let mut dice = Dice::new(seed);
        let formats = world.tables.iter().map(|table| match dice.below(4) {
            // A text file says nothing of a column's type where no value is known.
            _ if !is_witnessed(table) => Format::Parquet,
            0 if has_list(table) => Format::Ndjson,
            0 => Format::Csv,
            1 => Format::Ndjson,
            _ => Format::Parquet,
        });
        Layout { formats: formats.collect(), dice }
    }
}

/// CSV has no lists.
fn has_list(table: &Table) -> bool {
    table.columns.iter().any(|c| matches!(c.ty, Type::List(_)))
}

fn is_witnessed(table: &Table) -> bool {
    // An empty list says nothing of what it could hold.
    let says = |value: &Scalar| !matches!(value, Scalar::List(items) if items.is_empty());
    (0..table.columns.len()).all(|i| table.rows.iter().any(|row| row[i].value.as_ref().is_some_and(says)))
}

/// Writes all tables into `folder/data`.
pub fn write(world: &World, folder: &Path, layout: &Layout) {
    let mut dice = layout.dice.clone();
    for (table, format) in world.tables.iter().zip(&layout.formats) {
        let place = folder.join("data").join(&table.name);
        fs::create_dir_all(&place).expect("a folder");
        let mut rows: Vec<&Vec<Cell>> = table.rows.iter().collect();
        dice.shuffle(&mut rows);
        let files = if rows.len() < 2 { 1 } else { 1 + dice.below(4).min(rows.len() - 1) };
        for file in 0..files {
            let part: Vec<&Vec<Cell>> =
                rows.iter().enumerate().filter(|(i, _)| i % files == file).map(|(_, row)| *row).collect();
            let path = place.join(format!("{file}.{}", format.extension()));
            match format {
                Format::Csv => fs::write(path, csv(table, &part, &mut dice)).expect("a file"),
                Format::Ndjson => fs::write(path, ndjson(table, &part, &mut dice)).expect("a file"),
                Format::Parquet => parquet(table, &part, &mut dice, &path),
            }
        }
    }
}

fn csv(table: &Table, rows: &[&Vec<Cell>], dice: &mut Dice) -> String {
    let names: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
    let end = *dice.pick(&["\n", "\n", "\r\n"]);
    let mut text = format!("{}{end}", names.join(","));
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| match plain(cell, dice) {
                Some(text) if text.contains([',', '"', '\n', '\r']) || dice.chance(10) => {
                    format!("\"{}\"", text.replace('"', "\"\""))
                }
                text => text.unwrap_or_default(),
            })
            .collect();
        text += &format!("{}{end}", cells.join(","));
    }
    text
}

fn ndjson(table: &Table, rows: &[&Vec<Cell>], dice: &mut Dice) -> String {
    let mut text = String::new();
    for (i, row) in rows.iter().enumerate() {
        let mut fields = Vec::new();
        for (column, cell) in table.columns.iter().zip(*row) {
            let value = match (plain(cell, dice), &cell.value) {
                (_, Some(Scalar::List(items))) => {
                    let mut items: Vec<String> = items.iter().map(json).collect();
                    if dice.chance(15) {
                        items.insert(dice.below(items.len() + 1), "null".into());
                    }
                    format!("[{}]", items.join(","))
                }
                (Some(text), Some(Scalar::Text(_) | Scalar::Date(_) | Scalar::Timestamp(_))) => {
                    serde_json::to_string(&text).expect("a text")
                }
                (Some(text), _) => text,
                // A missing value is null, or not there; each file has each name.
                (None, _) if i > 0 && dice.chance(50) => continue,
                (None, _) => "null".into(),
            };
            fields.push(format!("\"{}\":{value}", column.name));
        }
        text += &format!("{{{}}}\n", fields.join(","));
    }
    text
}

/// A cell as a text file has it; `None` where there is nothing.
fn plain(cell: &Cell, dice: &mut Dice) -> Option<String> {
    match (&cell.value, cell.dirt) {
        (_, Some(Dirt::Infinity)) => Some("1e400".into()),
        (_, Some(Dirt::NegativeInfinity)) => Some("-1e999".into()),
        (_, Some(Dirt::NegativeZero)) => Some("-0.0".into()),
        (_, Some(Dirt::Nan | Dirt::FarTime)) | (None, None) => None,
        (Some(value), None) => Some(match value {
            Scalar::Boolean(b) => b.to_string(),
            Scalar::Count(n) => n.to_string(),
            Scalar::Number(x) => format!("{x:?}"),
            Scalar::Money(micros) => {
                let sign = if *micros < 0 { "-" } else { "" };
                let size = micros.unsigned_abs();
                let text = format!("{sign}{}.{:06}", size / 1_000_000, size % 1_000_000);
                text.strip_suffix("0000").unwrap_or(&text).to_owned()
            }
            Scalar::Duration(n) => n.to_string(),
            Scalar::Date(day) => date_of(*day).to_string(),
            Scalar::Timestamp(moment) => {
                let text = Timestamp::from_microsecond(*moment).expect("a moment").to_string();
                match dice.below(3) {
                    0 => text,
                    1 => text.replace('T', " "),
                    _ => text.trim_end_matches('Z').to_owned(),
                }
            }
            Scalar::Text(text) => text.to_string(),
            // Written where it stands.
            Scalar::List(_) => return None,
        }),
    }
}

fn parquet(table: &Table, rows: &[&Vec<Cell>], dice: &mut Dice, path: &Path) {
    let arrays: Vec<ArrayRef> = table
        .columns
        .iter()
        .enumerate()
        .map(|(i, column)| array(column, &rows.iter().map(|row| &row[i]).collect::<Vec<_>>(), dice))
        .collect();
    let fields: Vec<Field> =
        table.columns.iter().zip(&arrays).map(|(c, a)| Field::new(&c.name, a.data_type().clone(), true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let group = *dice.pick(&[1, 3, 7, 1000]);
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(group))
        .set_dictionary_enabled(dice.chance(50))
        .set_statistics_enabled(*dice.pick(&[EnabledStatistics::None, EnabledStatistics::Chunk, EnabledStatistics::Page]))
        .set_compression(Compression::UNCOMPRESSED)
        .build();
    let file = File::create(path).expect("a file");
    let mut writer = ArrowWriter::try_new(file, schema.clone(), Some(properties)).expect("a writer");
    if !rows.is_empty() {
        let all = RecordBatch::try_new(schema, arrays).expect("a batch");
        // A group at a time: of a batch that fills several, the writer calls itself once for each.
        for from in (0..rows.len()).step_by(group) {
            writer.write(&all.slice(from, group.min(rows.len() - from))).expect("written");
        }
    }
    writer.close().expect("closed");
}

/// A column in one of the types that hold its values.
fn array(column: &Column, cells: &[&Cell], dice: &mut Dice) -> ArrayRef {
    let wholes = || cells.iter().map(|cell| whole(cell));
    match &column.ty {
        Type::Boolean => {
            let values = cells.iter().map(|cell| match cell.value {
                Some(Scalar::Boolean(b)) => Some(b),
                _ => None,
            });
            Arc::new(BooleanArray::from_iter(values))
        }
        Type::Count => {
            let array: ArrayRef = Arc::new(Int64Array::from_iter(wholes()));
            let fits = |least: i64, most: i64| wholes().flatten().all(|n| (least..=most).contains(&n));
            match dice.below(3) {
                0 if fits(i64::from(i32::MIN), i64::from(i32::MAX)) => cast(&array, &DataType::Int32).expect("fits"),
                1 if fits(0, 255) => cast(&array, &DataType::UInt8).expect("fits"),
                _ => array,
            }
        }
        Type::Number => {
            let values: Vec<Option<f64>> = cells.iter().map(|cell| double(cell)).collect();
            let fits = values.iter().flatten().all(|x| x.is_nan() || f64::from(*x as f32).to_bits() == x.to_bits());
            if fits && dice.chance(30) {
                Arc::new(Float32Array::from_iter(values.iter().map(|x| x.map(|x| x as f32))))
            } else {
                Arc::new(Float64Array::from(values))
            }
        }
        Type::Money(_) => match dice.below(2) {
            0 => {
                let array = Decimal128Array::from_iter(wholes().map(|n| n.map(i128::from)));
                Arc::new(array.with_precision_and_scale(20, 6).expect("fits"))
            }
            _ => Arc::new(Float64Array::from_iter(wholes().map(|n| n.map(|n| n as f64 / 1e6)))),
        },
        Type::Date => Arc::new(Date32Array::from_iter(cells.iter().map(|cell| match cell.value {
            Some(Scalar::Date(day)) => Some(day),
            _ => None,
        }))),
        Type::Timestamp => {
            let far = cells.iter().any(|cell| cell.dirt == Some(Dirt::FarTime));
            let array: ArrayRef = Arc::new(TimestampMicrosecondArray::from_iter(wholes()));
            let fits = |unit: i64| wholes().flatten().all(|n| n % unit == 0);
            // Parquet has no seconds.
            let unit = match dice.below(3) {
                0 if fits(1000) => TimeUnit::Millisecond,
                1 if !far => TimeUnit::Nanosecond,
                _ => TimeUnit::Microsecond,
            };
            let zone = dice.pick(&[None, None, Some("UTC"), Some("+00:00")]).map(Arc::from);
            cast(&array, &DataType::Timestamp(unit, zone)).expect("fits")
        }
        Type::List(of) => {
            let mut ends = vec![0];
            let mut items: Vec<Cell> = Vec::new();
            for cell in cells {
                if let Some(Scalar::List(list)) = &cell.value {
                    items.extend(list.iter().map(|item| Cell { value: Some(item.clone()), dirt: None }));
                    if dice.chance(15) {
                        items.push(Cell { value: None, dirt: None });
                    }
                }
                ends.push(items.len() as i32);
            }
            let column = Column { name: "item".into(), ty: (**of).clone(), is_pii: false };
            let values = array(&column, &items.iter().collect::<Vec<_>>(), dice);
            let known: Vec<bool> = cells.iter().map(|cell| cell.value.is_some()).collect();
            let field = Arc::new(Field::new_list_field(values.data_type().clone(), true));
            let list = ListArray::new(field.clone(), OffsetBuffer::new(ends.into()), values, Some(known.into()));
            let list: ArrayRef = Arc::new(list);
            if dice.chance(40) { cast(&list, &DataType::LargeList(field)).expect("fits") } else { list }
        }
        _ => {
            let texts = cells.iter().map(|cell| match &cell.value {
                Some(Scalar::Text(text)) => Some(text.to_string()),
                _ => None,
            });
            let array: ArrayRef = Arc::new(StringArray::from_iter(texts));
            match dice.below(4) {
                0 => cast(&array, &DataType::LargeUtf8).expect("fits"),
                1 => cast(&array, &DataType::Utf8View).expect("fits"),
                2 => {
                    let texts = array.as_string::<i32>();
                    Arc::new(texts.iter().collect::<DictionaryArray<Int32Type>>())
                }
                _ => array,
            }
        }
    }
}

/// An item of a list.
fn json(item: &Scalar) -> String {
    match item {
        Scalar::Count(n) => n.to_string(),
        Scalar::Text(text) => serde_json::to_string(&**text).expect("a text"),
        _ => "null".into(),
    }
}

fn whole(cell: &Cell) -> Option<i64> {
    match (&cell.value, cell.dirt) {
        // 1 January 12000
        (_, Some(Dirt::FarTime)) => Some(316_516_204_800_000_000),
        (Some(Scalar::Count(n) | Scalar::Money(n) | Scalar::Timestamp(n)), _) => Some(*n),
        _ => None,
    }
}

fn double(cell: &Cell) -> Option<f64> {
    match (&cell.value, cell.dirt) {
        (_, Some(Dirt::Nan)) => Some(f64::NAN),
        (_, Some(Dirt::Infinity)) => Some(f64::INFINITY),
        (_, Some(Dirt::NegativeInfinity)) => Some(f64::NEG_INFINITY),
        (_, Some(Dirt::NegativeZero)) => Some(-0.0),
        (Some(Scalar::Number(x)), _) => Some(*x),
        _ => None,
    }
}
