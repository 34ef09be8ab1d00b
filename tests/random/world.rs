//! A made-up company: what tables it has, of which columns, and what stands in them. Small, so that edges and ties are the
//! rule: few values a column, times on a grid, a fifth of everything missing.

use jiff::civil;
use jiff::tz::TimeZone;
use segue::interpret::{CustomerRow, Data, EventRow, HistoryRow, Row};
use segue::program::calendar::{Calendar, DAY};
use segue::program::{Key, Program, Scalar, Type};
use segue::project::lock::{Lock, LockedColumn, LockedSource};

use super::dice::Dice;

/// A project without its definitions.
#[derive(Debug, Clone)]
pub struct World {
    /// `timezone`
    pub zone: &'static str,
    /// `week_starts_on`
    pub week_starts_on: &'static str,
    /// The same as a calendar.
    pub calendar: Calendar,
    /// All tables: customers first, if there are any.
    pub tables: Vec<Table>,
    /// The kinds of events.
    pub kinds: Vec<Kind>,
    /// `since`
    pub since: Option<String>,
    /// T
    pub as_of: i64,
}

/// A table of the data.
#[derive(Debug, Clone)]
pub struct Table {
    /// `customers`, `purchases`: the name of its file
    pub name: String,
    /// What is in it.
    pub role: Role,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, by column.
    pub rows: Vec<Vec<Cell>>,
    /// The key column.
    pub key: usize,
    /// Of events: the time column.
    pub time: usize,
    /// Of events: the order column.
    pub order: Option<usize>,
    /// Of a stream: the column of the kind.
    pub stream: Option<usize>,
}

/// What a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// `[customers]`
    Customers,
    /// `[customers.support]`
    Support,
    /// `[events.…]` or `[streams.web]`
    Events,
    /// `[tables.…]`
    LookUp,
    /// `[lists.…]`
    List,
    /// `[history.…]`: key, value, from
    History,
}

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its canonical type.
    pub ty: Type,
    /// `pii`
    pub is_pii: bool,
}

/// A cell: what it means, and how it is disguised in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The value; `None` is missing.
    pub value: Option<Scalar>,
    /// How it stands in the file, if not plainly.
    pub dirt: Option<Dirt>,
}

/// What a file may hold in the place of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dirt {
    /// NaN: missing
    Nan,
    /// +∞: missing, and counted
    Infinity,
    /// −∞: missing, and counted
    NegativeInfinity,
    /// −0: is 0
    NegativeZero,
    /// A time in the year 12000: missing
    FarTime,
}

/// A kind of events.
#[derive(Debug, Clone)]
pub struct Kind {
    /// `purchase`
    pub name: String,
    /// Its table.
    pub table: usize,
    /// Of a stream: the value that its rows have.
    pub value: Option<String>,
    /// `where` of `[events.X]`
    pub filter: Option<String>,
}

impl Cell {
    fn of(value: Option<Scalar>) -> Cell {
        Cell { value, dirt: None }
    }
}

impl World {
    /// The world of a seed.
    pub fn draw(dice: &mut Dice) -> World {
        let (zone, around) = *dice.pick(&[
            ("UTC", (2024, 3, 1)),
            ("Europe/Berlin", (2024, 4, 5)),
            ("Europe/Berlin", (2024, 10, 28)),
            ("America/New_York", (2024, 3, 12)),
            ("America/Sao_Paulo", (2018, 11, 6)),
            ("Asia/Kathmandu", (2024, 1, 1)),
            ("Australia/Lord_Howe", (2024, 4, 8)),
        ]);
        let (week_starts_on, weekday) = *dice.pick(&[
            ("monday", civil::Weekday::Monday),
            ("monday", civil::Weekday::Monday),
            ("sunday", civil::Weekday::Sunday),
            ("wednesday", civil::Weekday::Wednesday),
        ]);
        let calendar = Calendar { zone: TimeZone::get(zone).expect("a zone"), week_starts_on: weekday };
        let (year, month, day) = around;
        let mut world =
            World { zone, week_starts_on, calendar, tables: Vec::new(), kinds: Vec::new(), since: None, as_of: 0 };
        let day = segue::program::calendar::days_of(civil::date(year, month, day)) + dice.between(-4, 4) as i32;
        world.as_of = world.calendar.start_of_day(day);
        if dice.chance(40) {
            world.as_of += dice.between(0, 3) * DAY / 4 + *dice.pick(&[0, 0, 1, 3_600_000_000, 1_800_000_000]);
        }
        world.draw_tables(dice);
        world.draw_rows(dice);
        world
    }

    /// A moment of the grid: a quarter of a local day, over 120 days, a tenth of them at T and later.
    pub fn moment(&self, dice: &mut Dice) -> i64 {
        let today = self.calendar.day_of(self.as_of);
        let day = match dice.below(20) {
            0 | 1 => today + dice.between(0, 20) as i32,
            2 => today - dice.between(100, 800) as i32,
            3..=9 => today - dice.between(0, 9) as i32,
            _ => today - dice.between(0, 110) as i32,
        };
        let local = self.calendar.start_of_day(day);
        let moment = match dice.below(10) {
            0..=3 => local,
            4..=6 => local + dice.between(0, 3) * DAY / 4,
            7 => self.as_of - dice.between(0, 60) * DAY / 2,
            8 => self.as_of - dice.between(0, 30) * 3_600_000_000,
            _ => self.as_of,
        };
        if dice.chance(5) { moment + *dice.pick(&[-1_000_000, -1000, -1, 1, 1000, 1_000_000]) } else { moment }
    }

    fn draw_tables(&mut self, dice: &mut Dice) {
        let key = if dice.chance(60) { Type::Count } else { Type::Text };
        let product_key = if dice.chance(50) { Type::Count } else { Type::Text };
        let money = |currency: &str| Type::Money(currency.into());
        if dice.chance(85) {
            let mut columns = vec![column("customer_id", key.clone())];
            let menu = [
                ("country", Type::Text),
                ("plan", Type::Text),
                ("age", Type::Count),
                ("score", Type::Number),
                ("rating", Type::Number),
                ("spent", money("EUR")),
                ("balance", money("USD")),
                ("credit", money("EUR")),
                ("email_opt_in", Type::Boolean),
                ("is_staff", Type::Boolean),
                ("birthday", Type::Date),
                ("renewal_date", Type::Date),
                ("signed_up_at", Type::Timestamp),
                ("seen_at", Type::Timestamp),
                ("store_id", Type::Text),
                ("visits", Type::Count),
                ("latitude", Type::Number),
                ("longitude", Type::Number),
                ("interests", Type::List(Box::new(Type::Text))),
                ("email", Type::Text),
            ];
            columns.extend(menu.into_iter().filter(|_| dice.chance(75)).map(|(name, ty)| column(name, ty)));
            for column in &mut columns {
                column.is_pii = column.name == "email";
            }
            let since: Vec<_> = columns.iter().filter(|c| matches!(c.name.as_str(), "signed_up_at" | "birthday")).collect();
            if !since.is_empty() && dice.chance(50) {
                self.since = Some(dice.pick(&since).name.clone());
            }
            self.tables.push(table("customers", Role::Customers, columns));
            if dice.chance(30) {
                let columns = vec![
                    column("contact", key.clone()),
                    column("tickets", Type::Count),
                    column("mood", Type::Text),
                    column("escalated_on", Type::Date),
                ];
                self.tables.push(table("support", Role::Support, columns));
            }
        }
        if !self.tables.is_empty() && dice.chance(60) {
            let ty = dice.pick(&[Type::Text, Type::Text, Type::Count, Type::Boolean, Type::Date]).clone();
            let from = if dice.chance(75) { Type::Timestamp } else { Type::Date };
            let columns = vec![column("who", key.clone()), column("tier_now", ty), column("changed_at", from)];
            let mut history = table("tier", Role::History, columns);
            history.time = 2;
            self.tables.push(history);
        }
        if dice.chance(85) || self.tables.is_empty() {
            let mut columns = vec![column("customer_id", key.clone()), column("ts", Type::Timestamp)];
            let menu = [
                ("amount", money("EUR")),
                ("tip", money("USD")),
                ("price", Type::Number),
                ("quantity", Type::Count),
                ("category", Type::Text),
                ("channel", Type::Text),
                ("gift", Type::Boolean),
                ("product_id", product_key.clone()),
                ("delivered_at", Type::Timestamp),
                ("due", Type::Date),
                ("line_no", Type::Count),
                ("labels", Type::List(Box::new(Type::Text))),
                ("sizes", Type::List(Box::new(Type::Count))),
            ];
            columns.extend(menu.into_iter().filter(|_| dice.chance(80)).map(|(name, ty)| column(name, ty)));
            let mut purchases = table("purchases", Role::Events, columns);
            if dice.chance(60) {
                purchases.order = purchases.columns.iter().position(|c| c.name == "line_no");
            }
            let gift = purchases.columns.iter().any(|c| c.name == "gift");
            self.tables.push(purchases);
            let at = self.tables.len() - 1;
            let split = gift && dice.chance(30);
            let filter = |text: &str| split.then(|| text.to_owned());
            self.kinds.push(Kind { name: "purchase".into(), table: at, value: None, filter: filter("not gift") });
            if split {
                self.kinds.push(Kind {
                    name: "donation".into(),
                    table: at,
                    value: None,
                    filter: filter("gift or gift is unknown"),
                });
            }
        }
        if dice.chance(70) {
            let mut columns = vec![column("user_id", key.clone())];
            columns.push(column("at", if dice.chance(70) { Type::Timestamp } else { Type::Date }));
            let menu = [
                ("minutes", Type::Number),
                ("pages", Type::Count),
                ("channel", Type::Text),
                ("position", Type::Number),
                ("gift", Type::Boolean),
            ];
            columns.extend(menu.into_iter().filter(|_| dice.chance(75)).map(|(name, ty)| column(name, ty)));
            let mut sessions = table("sessions", Role::Events, columns);
            if dice.chance(50) {
                let by = if dice.chance(65) { "position" } else { "channel" };
                sessions.order = sessions.columns.iter().position(|c| c.name == by);
            }
            self.tables.push(sessions);
            self.kinds.push(Kind { name: "session".into(), table: self.tables.len() - 1, value: None, filter: None });
        }
        if dice.chance(60) {
            let columns = vec![
                column("customer_id", key.clone()),
                column("ts", Type::Timestamp),
                column("event_type", Type::Text),
                column("channel", Type::Text),
                column("value", Type::Number),
                column("product_id", product_key.clone()),
            ];
            let mut web = table("web", Role::Events, columns);
            web.stream = Some(2);
            self.tables.push(web);
            for kind in ["visit", "click", "unsubscribe"] {
                let value = Some(kind.to_owned());
                self.kinds.push(Kind { name: kind.into(), table: self.tables.len() - 1, value, filter: None });
            }
        }
        if self.kinds.is_empty() {
            let columns = vec![column("customer_id", key), column("ts", Type::Timestamp), column("n", Type::Count)];
            self.tables.push(table("pings", Role::Events, columns));
            self.kinds.push(Kind { name: "ping".into(), table: self.tables.len() - 1, value: None, filter: None });
        }
        if dice.chance(60) {
            let columns = vec![
                column("product_id", product_key),
                column("brand", Type::Text),
                column("cost", money("EUR")),
                column("weight", Type::Number),
                column("launched", Type::Date),
                column("fragile", Type::Boolean),
                column("stock", Type::Count),
            ];
            self.tables.push(table("products", Role::LookUp, columns));
        }
        let key = self.tables[0].columns[0].ty.clone();
        self.tables.extend(super::lists::tables(&key, dice));
        let has_store = self.tables.iter().any(|t| t.columns.iter().any(|c| c.name == "store_id"));
        if has_store && dice.chance(60) {
            let columns = vec![
                column("store_id", Type::Text),
                column("region", Type::Text),
                column("opened_at", Type::Timestamp),
                column("rent", money("USD")),
            ];
            self.tables.push(table("stores", Role::LookUp, columns));
        }
    }

    fn draw_rows(&mut self, dice: &mut Dice) {
        let many = match dice.below(120) {
            0..=9 => dice.below(3),
            10..=18 => 60,
            19 => 500,
            _ => 3 + dice.below(25),
        };
        let key_type = self.tables[0].columns[0].ty.clone();
        let keys: Vec<Scalar> = (0..many.max(1)).map(|i| key(&key_type, i)).collect();
        for at in 0..self.tables.len() {
            let table = self.tables[at].clone();
            let rows = match table.role {
                Role::Customers | Role::Support => {
                    let keys = keys.iter().filter(|_| table.role == Role::Customers || dice.chance(70));
                    let mut rows: Vec<_> =
                        keys.cloned().collect::<Vec<_>>().into_iter().map(|key| self.row(dice, &table, Some(key))).collect();
                    if dice.chance(20) {
                        rows.push(self.row(dice, &table, None));
                    }
                    if many == 0 {
                        rows.truncate(0);
                    }
                    rows
                }
                Role::LookUp => {
                    let ty = &table.columns[0].ty;
                    let mut rows: Vec<_> =
                        (0..dice.below(7)).map(|i| self.row(dice, &table, Some(look_up_key(ty, i)))).collect();
                    if dice.chance(20) {
                        rows.push(self.row(dice, &table, None));
                    }
                    rows
                }
                Role::Events | Role::History => self.event_rows(dice, &table, &keys),
                Role::List => {
                    let values = super::lists::rows(self, &table, &keys, dice);
                    values.into_iter().map(|value| vec![Cell::of(value)]).collect()
                }
            };
            self.tables[at].rows = rows;
            self.witness(at);
        }
    }

    /// A known value in each column, so that the type of a text file's column can be guessed.
    fn witness(&mut self, at: usize) {
        let table = &mut self.tables[at];
        let rows = table.rows.len();
        for (i, column) in table.columns.iter().enumerate() {
            if table.rows.iter().all(|row| row[i].value.is_none()) && rows > 0 {
                let value = match column.ty {
                    Type::Boolean => Scalar::Boolean(true),
                    Type::Count => Scalar::Count(5),
                    Type::Number => Scalar::Number(1.25),
                    Type::Money(_) => Scalar::Money(2_500_000),
                    Type::Date => Scalar::Date(self.calendar.day_of(self.as_of)),
                    Type::Timestamp => Scalar::Timestamp(self.as_of),
                    Type::List(ref of) if **of == Type::Count => Scalar::List([Scalar::Count(3)].into()),
                    Type::List(_) => Scalar::List([Scalar::Text("golf".into())].into()),
                    _ => Scalar::Text("visit".into()),
                };
                table.rows[(i * 7) % rows][i] = Cell::of(Some(value));
            }
        }
    }

    fn event_rows(&self, dice: &mut Dice, table: &Table, keys: &[Scalar]) -> Vec<Vec<Cell>> {
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        let quiet: Vec<bool> = keys.iter().map(|_| dice.chance(20)).collect();
        let each = dice.below(14);
        for (key, quiet) in keys.iter().zip(quiet) {
            for _ in 0..if quiet { 0 } else { dice.below(each + 1) } {
                let whose = match dice.below(100) {
                    0..=4 => Some(unknown_key(key)),
                    5..=7 => None,
                    _ => Some(key.clone()),
                };
                let mut row = self.row(dice, table, whose);
                match rows.last() {
                    // At the same time as the one before.
                    Some(last) if dice.chance(30) => {
                        row[table.time] = last[table.time].clone();
                        if dice.chance(20) {
                            row = last.clone();
                        }
                    }
                    _ => {}
                }
                rows.push(row);
            }
        }
        rows
    }

    fn row(&self, dice: &mut Dice, table: &Table, key: Option<Scalar>) -> Vec<Cell> {
        let mut row = Vec::with_capacity(table.columns.len());
        for (i, column) in table.columns.iter().enumerate() {
            row.push(if i == table.key {
                Cell::of(key.clone())
            } else if matches!(table.role, Role::Events | Role::History) && i == table.time {
                match dice.below(100) {
                    0..=2 => Cell::of(None),
                    _ => self.time_cell(dice, &column.ty),
                }
            } else if table.stream == Some(i) {
                let kinds = ["visit", "click", "unsubscribe"];
                Cell::of((!dice.chance(3)).then(|| Scalar::Text((*dice.pick(&kinds)).into())))
            } else {
                self.cell(dice, table, column)
            });
        }
        row
    }

    fn time_cell(&self, dice: &mut Dice, ty: &Type) -> Cell {
        let moment = self.moment(dice);
        Cell::of(Some(match ty {
            Type::Date => Scalar::Date(self.calendar.day_of(moment)),
            _ => Scalar::Timestamp(moment),
        }))
    }

    fn cell(&self, dice: &mut Dice, table: &Table, column: &Column) -> Cell {
        let missing = if column.name == "line_no" { 10 } else { 20 };
        if dice.chance(missing) {
            return Cell::of(None);
        }
        let text = |dice: &mut Dice, of: &[&str]| Scalar::Text((*dice.pick(of)).into());
        match (&column.ty, column.name.as_str()) {
            (Type::Boolean, _) => Cell::of(Some(Scalar::Boolean(dice.chance(50)))),
            (Type::Count, "product_id") => Cell::of(Some(look_up_key(&Type::Count, dice.below(7)))),
            (Type::Text, "product_id" | "store_id") => Cell::of(Some(look_up_key(&Type::Text, dice.below(7)))),
            (Type::Count, "age") => Cell::of(Some(Scalar::Count(dice.between(17, 21)))),
            (Type::Count, _) => {
                let big = *dice.pick(&[i64::MAX, i64::MIN, i64::MAX / 2 + 1, (1 << 53) + 1, -1]);
                Cell::of(Some(Scalar::Count(if dice.chance(3) { big } else { dice.between(-1, 4) })))
            }
            (Type::Number, "latitude") => {
                let degrees = *dice.pick(&[0.0, 52.52, 52.61, -33.87, 90.0, -90.0, 89.5, 90.5, -1e9]);
                Cell::of(Some(Scalar::Number(degrees)))
            }
            (Type::Number, "longitude") => {
                let degrees = *dice.pick(&[0.0, 13.4, 13.6, 151.21, 180.0, -180.0, 179.75, -179.25, 180.5, 1e300]);
                Cell::of(Some(Scalar::Number(degrees)))
            }
            // The order column: alike and below zero, so that it decides.
            (Type::Number, "position") if dice.chance(85) => {
                Cell::of(Some(Scalar::Number(*dice.pick(&[-2.5, -1.5, -0.25, 0.0, 2.0]))))
            }
            (Type::Number, _) => self.number(dice),
            (Type::Money(_), _) => {
                let micros = match dice.below(20) {
                    0 => -1_990_000,
                    1 => 123_456_780_000,
                    2 => 333_333,
                    _ => *dice.pick(&[0, 0, 500_000, 1_000_000, 19_900_000, 20_000_000, 20_010_000, 50_000_000]),
                };
                Cell::of(Some(Scalar::Money(micros)))
            }
            (Type::Date | Type::Timestamp, _) => {
                if column.ty == Type::Timestamp && table.role != Role::LookUp && dice.chance(1) {
                    return Cell { value: None, dirt: Some(Dirt::FarTime) };
                }
                let mut cell = self.time_cell(dice, &column.ty);
                if column.name == "renewal_date" && dice.chance(25) {
                    let year = dice.between(1988, 2023) as i16;
                    let leap = jiff::civil::Date::new(year, 2, 29).unwrap_or(jiff::civil::date(year, 2, 28));
                    cell = Cell::of(Some(Scalar::Date(segue::program::calendar::days_of(leap))));
                }
                if column.name == "birthday" && dice.chance(70) {
                    let years = dice.between(17, 20) as i16;
                    let today = segue::program::calendar::date_of(self.calendar.day_of(self.as_of));
                    let born =
                        jiff::civil::Date::new(today.year() - years, today.month(), today.day().min(28)).expect("a date");
                    let day = segue::program::calendar::days_of(born) + dice.between(-1, 1) as i32;
                    cell = Cell::of(Some(Scalar::Date(day)));
                }
                cell
            }
            (Type::List(of), _) => {
                let item = |dice: &mut Dice| match **of {
                    Type::Count => Scalar::Count(dice.between(-1, 4)),
                    _ => text(dice, &["golf", "Golf", "tea", "a \"b\", c", "a longer text than twelve", ""]),
                };
                Cell::of(Some(Scalar::List((0..dice.below(4)).map(|_| item(dice)).collect())))
            }
            (Type::Text, "tier_now") => Cell::of(Some(text(dice, &["free", "pro", "team", "Pro"]))),
            (Type::Text, "country") => Cell::of(Some(text(dice, &["DE", "FR", "US", "NA", "de", "Österreich"]))),
            (Type::Text, "email") => Cell::of(Some(Scalar::Text(format!("p{}@example.org", dice.below(9)).into()))),
            (Type::Text, _) => Cell::of(Some(text(
                dice,
                &[
                    "shoes",
                    "Shoes",
                    "hats",
                    "san juan",
                    "Straße",
                    "ſ",
                    "a \"b\", c",
                    "ß",
                    "K\u{212a}",
                    "a longer text than twelve",
                ],
            ))),
            _ => Cell::of(None),
        }
    }

    fn number(&self, dice: &mut Dice) -> Cell {
        let dirt = match dice.below(60) {
            0 | 1 => Some(Dirt::Nan),
            2 => Some(Dirt::Infinity),
            3 => Some(Dirt::NegativeInfinity),
            4 | 5 => Some(Dirt::NegativeZero),
            _ => None,
        };
        let value = match dice.below(30) {
            0 => 1e16,
            1 => -1e16,
            2 => f64::MAX,
            3 => -f64::MAX,
            4 => 5e-324,
            5 => 2.5e-310,
            6 => 0.1,
            7 => 0.2,
            8 => 0.3,
            9 => 1e300,
            10 => Some(f64::from_bits(dice.bits())).filter(|x| x.is_finite()).unwrap_or(-1e-300),
            // Half of them have no end in binary, so that sums and averages are rounded.
            _ => *dice.pick(&[0.0, 0.5, 1.0, 1.5, 2.0, 2.5, -0.5, 3.25, 0.1, 0.7, -1.1, 3.3]),
        };
        match dirt {
            Some(Dirt::NegativeZero) => Cell { value: Some(Scalar::Number(0.0)), dirt },
            Some(_) => Cell { value: None, dirt },
            None => Cell::of(Some(Scalar::Number(value))),
        }
    }

    /// What the data means, as rows of a checked project.
    pub fn data(&self, program: &Program) -> Data {
        let by_name = |name: &str| self.tables.iter().find(|t| t.name == name);
        let customers = by_name("customers").map(|table| {
            let support = by_name("support");
            let row = |row: &Vec<Cell>| {
                let key = row[table.key].value.as_ref()?;
                let other = support.and_then(|s| s.rows.iter().find(|r| r[s.key].value.as_ref() == Some(key)));
                let attribute = |name: &str| match (table.position(name), support.and_then(|s| s.position(name)), other) {
                    (Some(i), _, _) => row[i].value.clone(),
                    (None, Some(i), Some(other)) => other[i].value.clone(),
                    _ => None,
                };
                let attributes = program.attributes.iter().map(|a| attribute(&a.name)).collect();
                Some(CustomerRow { key: as_key(key), attributes })
            };
            table.rows.iter().filter_map(row).collect()
        });
        let cells = |table: &Table, columns: &[segue::program::Column], row: &Vec<Cell>| -> Row {
            columns.iter().map(|c| table.position(&c.name).and_then(|i| row[i].value.clone())).collect()
        };
        let moment = |time: &Scalar| match time {
            Scalar::Date(day) => self.calendar.start_of_day(*day),
            Scalar::Timestamp(moment) => *moment,
            _ => 0,
        };
        let histories = program.histories.iter().map(|meant| {
            let table = by_name(&program.attributes[meant.attribute.0].name).expect("a history");
            let row = |row: &Vec<Cell>| HistoryRow {
                key: row[table.key].value.as_ref().map(as_key),
                from: row[table.time].value.as_ref().map(moment),
                value: row[1].value.clone(),
            };
            table.rows.iter().map(row).collect()
        });
        let events = program.tables.iter().map(|meant| {
            let kind = program.kinds.iter().position(|k| program.tables[k.table.0].name == meant.name).expect("a kind");
            let name = &*program.kinds[kind].name;
            let table = &self.tables[self.kinds.iter().find(|k| k.name == name).expect("its kind").table];
            let row = |row: &Vec<Cell>| EventRow {
                key: row[table.key].value.as_ref().map(as_key),
                time: row[table.time].value.as_ref().map(moment),
                columns: cells(table, &meant.columns, row),
            };
            table.rows.iter().map(row).collect()
        });
        let look_ups = program.look_ups.iter().map(|meant| {
            let table = by_name(&meant.name).expect("a table");
            let known = table.rows.iter().filter(|row| row[table.key].value.is_some());
            known.map(|row| cells(table, &meant.columns, row)).collect()
        });
        let lists = program.lists.iter().map(|meant| {
            let table = by_name(&meant.name).expect("a list");
            let values = table.rows.iter().filter_map(|row| row[0].value.as_ref());
            values.map(|value| as_key(value).to_string()).collect()
        });
        let (events, look_ups, lists) = (events.collect(), look_ups.collect(), lists.collect());
        Data { events, look_ups, lists, histories: histories.collect(), customers }
    }

    /// What `segue schema` has to find, but for ranges.
    pub fn lock(&self) -> Lock {
        let mut sources = Vec::new();
        for (at, table) in self.tables.iter().enumerate() {
            let columns = table.columns.iter().enumerate().map(|(i, column)| {
                let values = table.rows.iter().filter_map(|row| match &row[i].value {
                    Some(Scalar::Text(text)) => Some(text.to_string()),
                    _ => None,
                });
                let values: std::collections::BTreeSet<String> = values.collect();
                LockedColumn {
                    name: column.name.clone(),
                    ty: if matches!(column.ty, Type::Money(_)) { Type::Number } else { column.ty.clone() },
                    missing: table.rows.iter().filter(|row| row[i].value.is_none()).count() as u64,
                    values: (column.ty == Type::Text && !column.is_pii).then(|| values.into_iter().collect()),
                    range: None,
                }
            });
            let columns: Vec<LockedColumn> = columns.collect();
            for name in self.source_names(at) {
                let kinds = self.kinds.iter().filter(|k| k.table == at).filter_map(|k| k.value.clone());
                let mut kinds: Vec<String> = kinds.collect();
                kinds.sort();
                sources.push(LockedSource {
                    name,
                    rows: table.rows.len() as u64,
                    columns: columns.clone(),
                    left_out: Vec::new(),
                    kinds,
                });
            }
        }
        sources.sort_by(|a, b| a.name.cmp(&b.name));
        Lock { sources }
    }

    /// `customers`, `events.purchase`: the names under which a table stands in `segue.toml`.
    pub fn source_names(&self, table: usize) -> Vec<String> {
        let name = &self.tables[table].name;
        match self.tables[table].role {
            Role::Customers => vec!["customers".into()],
            Role::Support => vec!["customers.support".into()],
            Role::LookUp => vec![format!("tables.{name}")],
            Role::List => vec![format!("lists.{name}")],
            Role::History => vec![format!("history.{name}")],
            Role::Events if self.tables[table].stream.is_some() => vec![format!("streams.{name}")],
            Role::Events => self.kinds.iter().filter(|k| k.table == table).map(|k| format!("events.{}", k.name)).collect(),
        }
    }
}

impl Table {
    /// The column of a name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == name)
    }
}

fn column(name: &str, ty: Type) -> Column {
    Column { name: name.into(), ty, is_pii: false }
}

fn table(name: &str, role: Role, columns: Vec<Column>) -> Table {
    Table { name: name.into(), role, columns, rows: Vec::new(), key: 0, time: 1, order: None, stream: None }
}

fn key(ty: &Type, i: usize) -> Scalar {
    let odd = [i64::MAX, -3, (1 << 53) + 1, i64::MIN];
    match ty {
        Type::Count => {
            Scalar::Count(if i % 9 == 8 { odd.get(i / 9).copied().unwrap_or(1000 + i as i64) } else { i as i64 + 1 })
        }
        _ => Scalar::Text(if i % 5 == 4 { format!("Ä {i}") } else { format!("c{i}") }.into()),
    }
}

fn unknown_key(like: &Scalar) -> Scalar {
    match like {
        Scalar::Text(text) => Scalar::Text(format!("{text}?").into()),
        _ => Scalar::Count(7777),
    }
}

fn look_up_key(ty: &Type, i: usize) -> Scalar {
    match ty {
        Type::Count => Scalar::Count(100 + i as i64),
        _ => Scalar::Text(format!("p-{i}").into()),
    }
}

fn as_key(scalar: &Scalar) -> Key {
    match scalar {
        Scalar::Text(text) => Key::Text(text.clone()),
        Scalar::Count(n) => Key::Number(*n),
        _ => Key::Number(0),
    }
}
