//! The pass over tables in memory: answers worked out by hand from the language page, and the same bits for every layout of
//! the data.

use datafusion::arrow::array::{
    Array, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringViewArray, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::datasource::MemTable;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;

use super::*;
use crate::engine::canonical::data_type;
use crate::engine::evaluate::NoLookUps;
use crate::engine::machine::Settings;
use crate::engine::quality::Counters;
use crate::plan::{
    Bounds, Feature, FeatureKind, Frequency, Graph, HangingId, Node, NodeId, NodeKind, SelectionId, SlotId, TableScan,
};
use crate::program::calendar::{Calendar, DAY, Interval};
use crate::program::types::{Scalar, Type};

/// T.
pub(super) const T: i64 = 1_000;
const EVER: Bounds = Bounds::Fixed(Interval { start: i64::MIN, end: T });

/// A row of `purchase`: columns 0 amount, 1 price, 2 channel, 3 line (its order), 4 day, 5 gift.
#[derive(Debug, Clone, Default)]
pub(super) struct Purchase {
    key: Option<i64>,
    time: Option<i64>,
    amount: Option<i64>,
    price: Option<f64>,
    channel: Option<String>,
    line: Option<i64>,
    day: Option<i32>,
    gift: Option<bool>,
}

/// A row of `visit`: columns 0 page, 1 rank (its order).
#[derive(Debug, Clone, Default)]
pub(super) struct Visit {
    key: Option<i64>,
    time: Option<i64>,
    page: Option<String>,
    rank: Option<String>,
}

pub(super) fn money() -> Type {
    Type::Money("EUR".into())
}

fn bounds(start: i64, end: i64) -> Bounds {
    Bounds::Fixed(Interval { start, end })
}

fn column(number: usize, ty: Type) -> Node {
    Node { kind: NodeKind::Column(number), ty }
}

pub(super) const PURCHASES: SelectionId = SelectionId(0);
pub(super) const WEB: SelectionId = SelectionId(1);
pub(super) const ALL: SelectionId = SelectionId(2);
pub(super) const VISITS: SelectionId = SelectionId(3);

pub(super) const AMOUNT: SlotId = SlotId(0);
const PRICE: SlotId = SlotId(1);
/// The channel of a purchase, the page of a visit.
pub(super) const WHERE: SlotId = SlotId(2);
const LINE: SlotId = SlotId(3);
const DATE: SlotId = SlotId(4);
const GIFT: SlotId = SlotId(5);
const PAGE: SlotId = SlotId(6);

fn purchases() -> TableScan {
    let holds = |constant| Node { kind: NodeKind::Constant(constant), ty: Type::Boolean };
    let web = NodeKind::OneOf(NodeId(2), vec![Scalar::Text("web".into())]);
    TableScan {
        table: TableId(0),
        columns: vec![0, 1, 2, 3, 4, 5],
        needs_order: true,
        graph: Graph {
            nodes: vec![
                column(0, money()),
                column(1, Type::Number),
                column(2, Type::Text),
                column(3, Type::Count),
                column(4, Type::Date),
                column(5, Type::Boolean),
                Node { kind: web, ty: Type::Boolean },
                holds(true),
            ],
        },
        selections: vec![(PURCHASES, NodeId(7)), (WEB, NodeId(6)), (ALL, NodeId(7))],
        slots: [AMOUNT, PRICE, WHERE, LINE, DATE, GIFT].into_iter().zip((0..6).map(NodeId)).collect(),
        oldest: i64::MIN,
    }
}

fn visits() -> TableScan {
    let holds = Node { kind: NodeKind::Constant(true), ty: Type::Boolean };
    TableScan {
        table: TableId(1),
        columns: vec![0],
        needs_order: true,
        graph: Graph { nodes: vec![column(0, Type::Text), holds] },
        selections: vec![(ALL, NodeId(1)), (VISITS, NodeId(1))],
        slots: vec![(WHERE, NodeId(0)), (PAGE, NodeId(0))],
        oldest: i64::MIN,
    }
}

pub(super) fn plan(features: Vec<(SelectionId, FeatureKind, Type)>, zone: &str, as_of: i64) -> Plan {
    Plan {
        histories: Vec::new(),
        calendar: Calendar { zone: TimeZone::get(zone).unwrap(), week_starts_on: Weekday::Monday },
        as_of,
        since: None,
        has_customers: true,
        attributes: Vec::new(),
        look_ups: Vec::new(),
        lists: Vec::new(),
        tables: vec![purchases(), visits()],
        hanging: Vec::new(),
        on_events: Vec::new(),
        features: features.into_iter().map(|(selection, kind, ty)| Feature { selection, kind, ty }).collect(),
        graph: Graph::default(),
        ranks: Vec::new(),
        bands: Vec::new(),
        definitions: Vec::new(),
        priorities: Vec::new(),
        as_exported: Vec::new(),
    }
}

/// The layout of some records.
pub(super) fn any_layout() -> super::record::Layout {
    super::record::Layout::new(&plan(Vec::new(), "UTC", T)).unwrap()
}

/// How data is cut up and worked on. No answer depends on it.
#[derive(Debug, Clone, Default)]
pub(super) struct Layout {
    partitions: usize,
    batch: usize,
    memory: Option<usize>,
    scratch: Option<std::path::PathBuf>,
}

impl Layout {
    pub(super) fn of(partitions: usize, batch: usize) -> Layout {
        Layout { partitions, batch, ..Layout::default() }
    }

    fn machine(&self) -> Machine {
        let settings = Settings {
            partitions: self.partitions,
            batch: self.batch,
            memory: self.memory,
            scratch: self.scratch.clone(),
            ..Settings::default()
        };
        Machine::new(settings).unwrap()
    }

    /// A machine whose pass ends in the engine's own aggregate, in as many parts.
    fn aggregating(&self) -> Machine {
        let machine = Layout { memory: Some(1 << 30), ..self.clone() }.machine();
        machine.context().state_ref().write().config_mut().options_mut().execution.target_partitions = self.partitions;
        machine
    }

    /// A table of columns, cut into the layout's partitions and batches.
    fn table(&self, machine: &Machine, columns: Vec<(&str, DataType, ArrayRef)>) -> EventRows {
        let fields: Vec<Field> = columns.iter().map(|(name, ty, _)| Field::new(*name, ty.clone(), true)).collect();
        let schema = Arc::new(Schema::new(fields));
        let batch =
            RecordBatch::try_new(Arc::clone(&schema), columns.into_iter().map(|(_, _, array)| array).collect()).unwrap();
        let mut partitions = vec![Vec::new(); self.partitions];
        for (i, from) in (0..batch.num_rows()).step_by(self.batch).enumerate() {
            partitions[i % self.partitions].push(batch.slice(from, self.batch.min(batch.num_rows() - from)));
        }
        let rows = machine.context().read_table(Arc::new(MemTable::try_new(schema, partitions).unwrap())).unwrap();
        EventRows { rows, counters: Arc::new(Counters::new("events", &[])) }
    }

    fn purchases(&self, machine: &Machine, rows: &[Purchase]) -> EventRows {
        let whole = |value: &dyn Fn(&Purchase) -> Option<i64>| -> ArrayRef {
            Arc::new(rows.iter().map(value).collect::<Int64Array>())
        };
        let price: ArrayRef = Arc::new(rows.iter().map(|row| row.price).collect::<Float64Array>());
        let channel: ArrayRef = Arc::new(rows.iter().map(|row| row.channel.as_deref()).collect::<StringViewArray>());
        let day: ArrayRef = Arc::new(rows.iter().map(|row| row.day).collect::<Date32Array>());
        let gift: ArrayRef = Arc::new(rows.iter().map(|row| row.gift).collect::<BooleanArray>());
        let columns = vec![
            ("key", DataType::Int64, whole(&|row| row.key)),
            ("time", DataType::Int64, whole(&|row| row.time)),
            ("c0", DataType::Int64, whole(&|row| row.amount)),
            ("c1", DataType::Float64, price),
            ("c2", DataType::Utf8View, channel),
            ("c3", DataType::Int64, whole(&|row| row.line)),
            ("c4", DataType::Date32, day),
            ("c5", DataType::Boolean, gift),
        ];
        self.table(machine, columns)
    }

    fn visits(&self, machine: &Machine, rows: &[Visit]) -> EventRows {
        let key: ArrayRef = Arc::new(rows.iter().map(|row| row.key).collect::<Int64Array>());
        let time: ArrayRef = Arc::new(rows.iter().map(|row| row.time).collect::<Int64Array>());
        let page: ArrayRef = Arc::new(rows.iter().map(|row| row.page.as_deref()).collect::<StringViewArray>());
        let rank: ArrayRef = Arc::new(rows.iter().map(|row| row.rank.as_deref()).collect::<StringViewArray>());
        let columns = vec![
            ("key", DataType::Int64, key),
            ("time", DataType::Int64, time),
            ("c0", DataType::Utf8View, page),
            ("c1", DataType::Utf8View, rank),
        ];
        self.table(machine, columns)
    }

    /// Runs a plan; `customers` are the keys, and [of nobody, in the future] comes back for each table.
    pub(super) fn run(&self, plan: &Plan, world: &World) -> Result<(Features, [[u64; 2]; 2]), Diagnostic> {
        self.run_on(&self.machine(), plan, world)
    }

    fn run_on(&self, machine: &Machine, plan: &Plan, world: &World) -> Result<(Features, [[u64; 2]; 2]), Diagnostic> {
        let purchases = self.purchases(machine, &world.purchases);
        let visits = self.visits(machine, &world.visits);
        let counters = [Arc::clone(&purchases.counters), Arc::clone(&visits.counters)];
        let input = Input {
            plan,
            tables: vec![
                TableRows { table: TableId(0), rows: purchases, order: Some(3) },
                TableRows { table: TableId(1), rows: visits, order: Some(1) },
            ],
            customers: world.customers.clone().map(|keys| Arc::new(Int64Array::from(keys)) as ArrayRef),
            hanging: world.hanging.clone(),
            look_ups: Arc::new(NoLookUps),
            unfit: Arc::default(),
        };
        let features = compute(machine, input)?;
        Ok((features, counters.map(|c| [c.of_nobody.get(), c.in_future.get()])))
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct World {
    customers: Option<Vec<i64>>,
    purchases: Vec<Purchase>,
    visits: Vec<Visit>,
    hanging: Vec<Intervals>,
}

/// What every customer did, as text: `-` where it is missing.
pub(super) fn shown(column: &ArrayRef) -> Vec<String> {
    let debug = |i: usize| -> String {
        let any = column.as_any();
        if let Some(a) = any.downcast_ref::<Int64Array>() {
            a.value(i).to_string()
        } else if let Some(a) = any.downcast_ref::<Float64Array>() {
            format!("{:?}", a.value(i))
        } else if let Some(a) = any.downcast_ref::<StringViewArray>() {
            a.value(i).to_owned()
        } else if let Some(a) = any.downcast_ref::<TimestampMicrosecondArray>() {
            format!("@{}", a.value(i))
        } else if let Some(a) = any.downcast_ref::<Date32Array>() {
            format!("day {}", a.value(i))
        } else {
            format!("{:?}", any.downcast_ref::<BooleanArray>().unwrap().value(i))
        }
    };
    (0..column.len()).map(|i| if column.is_null(i) { "-".to_owned() } else { debug(i) }).collect()
}

/// A purchase of customer 1: time, amount, price, channel, line.
fn bought(time: i64, amount: Option<i64>, price: Option<f64>, channel: Option<&str>, line: Option<i64>) -> Purchase {
    let channel = channel.map(str::to_owned);
    Purchase { key: Some(1), time: Some(time), amount, price, channel, line, ..Purchase::default() }
}

fn visited(time: i64, page: &str, rank: Option<&str>) -> Visit {
    Visit { key: Some(1), time: Some(time), page: Some(page.to_owned()), rank: rank.map(str::to_owned) }
}

/// Five customers, 1 to 5; 5 does nothing.
pub(super) fn small_world() -> World {
    let of = |key, time, amount, price| Purchase { key, time, amount, price, ..Purchase::default() };
    World {
        customers: Some(vec![1, 2, 3, 4, 5]),
        purchases: vec![
            bought(10, Some(5_000_000), Some(0.1), Some("web"), Some(1)),
            bought(10, Some(7_000_001), Some(0.2), Some("app"), Some(2)),
            bought(20, None, None, None, None),
            bought(30, Some(-1), Some(0.3), Some("web"), None),
            bought(30, Some(2), Some(1e16), Some("abc"), Some(5)),
            bought(30, Some(3), None, Some("zzz"), Some(4)),
            // At T: the future.
            of(Some(2), Some(T), Some(1), None),
            // Too large.
            of(Some(3), Some(1), Some(i64::MAX), Some(f64::MAX)),
            of(Some(3), Some(2), Some(1), Some(f64::MAX)),
            Purchase { day: Some(-3), gift: Some(true), ..of(Some(4), Some(T - 1), None, Some(-0.0)) },
            Purchase { day: Some(7), gift: Some(false), ..of(Some(4), Some(i64::MIN), None, None) },
            // Nobody's, also at T; without a key; without a time.
            of(Some(99), Some(1), None, None),
            of(Some(99), Some(T), None, None),
            of(None, Some(1), None, None),
            of(Some(1), None, Some(1), Some(1.0)),
        ],
        visits: vec![visited(30, "b", Some("x")), visited(30, "a", Some("y")), visited(5, "c", None)],
        hanging: vec![Intervals { start: vec![10, 0, 2, 0, 0], end: vec![30, 0, 3, 0, 9] }],
    }
}

fn at_least(least: u64) -> Frequency {
    Frequency { least, most: u64::MAX }
}

/// Features with the answers for customers 1 to 5, by hand.
fn small_features() -> Vec<(SelectionId, FeatureKind, Type, [&'static str; 5])> {
    use FeatureKind as F;
    let (count, time) = (Type::Count, Type::Timestamp);
    let streak = |on_days| F::Streak { bounds: [40, 30, 20, 10].into(), frequency: at_least(2), on_days };
    let rarely = F::Streak { bounds: [40, 30, 20, 10].into(), frequency: Frequency { least: 0, most: 1 }, on_days: false };
    vec![
        (PURCHASES, F::Count(EVER), count.clone(), ["6", "0", "2", "2", "0"]),
        (PURCHASES, F::Count(bounds(10, 30)), count.clone(), ["3", "0", "0", "0", "0"]),
        (PURCHASES, F::Count(bounds(30, 10)), count.clone(), ["0"; 5]),
        (WEB, F::Count(EVER), count.clone(), ["2", "0", "0", "0", "0"]),
        (ALL, F::Count(EVER), count.clone(), ["9", "0", "2", "2", "0"]),
        (VISITS, F::Count(EVER), count.clone(), ["3", "0", "0", "0", "0"]),
        (PURCHASES, F::Sum(AMOUNT, EVER), money(), ["12000005", "0", "-", "0", "0"]),
        // 10^16 and 0.6: the next double is 2 away.
        (PURCHASES, F::Sum(PRICE, EVER), Type::Number, ["1e16", "0.0", "-", "0.0", "0.0"]),
        (PURCHASES, F::Sum(LINE, EVER), count.clone(), ["12", "0", "0", "0", "0"]),
        (PURCHASES, F::Average(AMOUNT, EVER), money(), ["2400001", "-", "4611686018427387904", "-", "-"]),
        // 0.1 + 0.2 is half-way between two doubles, and so is its half.
        (
            PURCHASES,
            F::Average(PRICE, bounds(i64::MIN, 30)),
            Type::Number,
            ["0.15000000000000002", "-", "1.7976931348623157e308", "-", "-"],
        ),
        (
            PURCHASES,
            F::Average(PRICE, EVER),
            Type::Number,
            ["2500000000000000.0", "-", "1.7976931348623157e308", "0.0", "-"],
        ),
        (PURCHASES, F::Average(LINE, EVER), Type::Number, ["3.0", "-", "-", "-", "-"]),
        (PURCHASES, F::Min(AMOUNT, EVER), money(), ["-1", "-", "1", "-", "-"]),
        (PURCHASES, F::Max(AMOUNT, EVER), money(), ["7000001", "-", "9223372036854775807", "-", "-"]),
        (PURCHASES, F::Min(PRICE, EVER), Type::Number, ["0.1", "-", "1.7976931348623157e308", "0.0", "-"]),
        (PURCHASES, F::Min(WHERE, EVER), Type::Text, ["abc", "-", "-", "-", "-"]),
        (PURCHASES, F::Max(WHERE, EVER), Type::Text, ["zzz", "-", "-", "-", "-"]),
        (PURCHASES, F::Min(DATE, EVER), Type::Date, ["-", "-", "-", "day -3", "-"]),
        (PURCHASES, F::Last(GIFT, EVER), Type::Boolean, ["-", "-", "-", "true", "-"]),
        (PURCHASES, F::Min(GIFT, EVER), Type::Boolean, ["-", "-", "-", "false", "-"]),
        (PURCHASES, F::Distinct(WHERE, EVER), count.clone(), ["4", "0", "0", "0", "0"]),
        (ALL, F::Distinct(WHERE, EVER), count.clone(), ["7", "0", "0", "0", "0"]),
        (VISITS, F::Distinct(PAGE, bounds(30, 31)), count.clone(), ["2", "0", "0", "0", "0"]),
        // At 10, line 1 comes before line 2.
        (PURCHASES, F::First(WHERE, EVER), Type::Text, ["web", "-", "-", "-", "-"]),
        // At 30: line 4 comes before line 5; the one without a line before nobody. "abc" and "web" are left.
        (PURCHASES, F::Last(WHERE, EVER), Type::Text, ["abc", "-", "-", "-", "-"]),
        // The visits at 30 too: rank x before rank y, so that "a", "abc" and "web" are left.
        (ALL, F::Last(WHERE, EVER), Type::Text, ["a", "-", "-", "-", "-"]),
        (ALL, F::First(WHERE, EVER), Type::Text, ["c", "-", "-", "-", "-"]),
        (VISITS, F::First(PAGE, bounds(6, T)), Type::Text, ["b", "-", "-", "-", "-"]),
        (WEB, F::Last(AMOUNT, EVER), money(), ["-1", "-", "-", "-", "-"]),
        // The one at 20 has no price; of those at 30 line 4 has none either.
        (PURCHASES, F::First(PRICE, bounds(20, T)), Type::Number, ["0.3", "-", "-", "0.0", "-"]),
        (PURCHASES, F::FirstTime { until: T }, time.clone(), ["@10", "-", "@1", "@-9223372036854775808", "-"]),
        (VISITS, F::LastTime { until: T }, time.clone(), ["@30", "-", "-", "-", "-"]),
        (WEB, F::LastTime { until: T }, time.clone(), ["@30", "-", "-", "-", "-"]),
        // As of earlier: an event at that moment lies in its future.
        (PURCHASES, F::FirstTime { until: 10 }, time.clone(), ["-", "-", "@1", "@-9223372036854775808", "-"]),
        (VISITS, F::LastTime { until: 30 }, time.clone(), ["@5", "-", "-", "-", "-"]),
        (PURCHASES, streak(false), count.clone(), ["2", "0", "0", "0", "0"]),
        (PURCHASES, streak(true), count.clone(), ["0"; 5]),
        // Not at all is at most once.
        (PURCHASES, rarely, count.clone(), ["1", "3", "3", "3", "3"]),
        (PURCHASES, F::Count(Bounds::Hanging(HangingId(0))), count.clone(), ["3", "0", "1", "0", "0"]),
        (ALL, F::Days(EVER), count, ["1", "0", "1", "2", "0"]),
    ]
}

pub(super) fn features_only<A>(features: &[(SelectionId, FeatureKind, Type, A)]) -> Vec<(SelectionId, FeatureKind, Type)> {
    features.iter().map(|(selection, kind, ty, _)| (*selection, kind.clone(), ty.clone())).collect()
}

#[test]
fn small_answers_by_hand() {
    let features = small_features();
    let plan = plan(features_only(&features), "UTC", T);
    let limited = Layout { memory: Some(1 << 30), ..Layout::of(2, 4) };
    for layout in [Layout::of(1, 8192), Layout::of(2, 1), Layout::of(7, 4), limited] {
        let (computed, counted) = layout.run(&plan, &small_world()).unwrap();
        assert!(computed.keys.is_none());
        assert_eq!(computed.columns.len(), features.len());
        for ((_, kind, ty, expected), column) in features.iter().zip(&computed.columns) {
            assert_eq!(column.data_type(), &data_type(ty), "{kind:?}");
            assert_eq!(shown(column), expected, "{kind:?}");
        }
        let too_large: Vec<usize> = (0..features.len()).filter(|i| computed.too_large[*i] > 0).collect();
        assert_eq!(too_large, [6, 7]);
        // Two of nobody (one of them at T), one in the future. Without a key or a time: counted where they are read.
        assert_eq!(counted, [[2, 1], [0, 0]]);
    }
}

#[test]
fn averages_of_money_are_rounded_half_to_even() {
    let average = (PURCHASES, FeatureKind::Average(AMOUNT, EVER), money());
    let plan = plan(vec![average], "UTC", T);
    let amounts = |key, amounts: &[i64]| -> Vec<Purchase> {
        amounts.iter().map(|a| Purchase { key: Some(key), ..bought(1, Some(*a), None, None, None) }).collect()
    };
    let purchases = [amounts(1, &[1, 2]), amounts(2, &[2, 3]), amounts(3, &[-1, -2]), amounts(4, &[1, 1, 2])].concat();
    let world = World { customers: Some(vec![1, 2, 3, 4]), purchases, ..World::default() };
    let (computed, _) = Layout::of(2, 3).run(&plan, &world).unwrap();
    assert_eq!(shown(&computed.columns[0]), ["2", "2", "-2", "1"]);
}

#[test]
fn days_are_those_of_the_zone() {
    // Berlin's 31 March 2024 begins at 23:00 UTC the day before and has 23 hours.
    let start = 1_711_839_600_000_000;
    let times = [start - 1, start, start + 23 * 3_600_000_000 - 1, start + 23 * 3_600_000_000];
    let purchases = times.map(|time| bought(time, None, None, None, None)).to_vec();
    let ever = bounds(i64::MIN, i64::MAX);
    let streak =
        FeatureKind::Streak { bounds: [start + DAY, start, start - DAY].into(), frequency: at_least(2), on_days: true };
    let features = vec![
        (PURCHASES, FeatureKind::Days(ever), Type::Count),
        (PURCHASES, FeatureKind::Days(bounds(start, times[3])), Type::Count),
        (PURCHASES, streak, Type::Count),
    ];
    let world = World { customers: Some(vec![1]), purchases, ..World::default() };
    let (computed, _) = Layout::of(1, 8192).run(&plan(features, "Europe/Berlin", i64::MAX), &world).unwrap();
    let found: Vec<_> = computed.columns.iter().flat_map(shown).collect();
    assert_eq!(found, ["3", "1", "1"]);
}

#[test]
fn without_customers_everybody_with_an_event_before_t_exists() {
    let mut world = small_world();
    world.customers = None;
    world.hanging.clear();
    // Rows that no feature needs count too: visits have no feature here, and purchases before 10 are too old.
    let mut plan = plan(vec![(PURCHASES, FeatureKind::Count(bounds(10, T)), Type::Count)], "UTC", T);
    plan.has_customers = false;
    plan.tables[0].oldest = 10;
    plan.tables[1].selections.clear();
    plan.tables[1].slots.clear();
    world.visits.push(Visit { key: Some(-8), time: Some(3), ..Visit::default() });
    world.visits.push(Visit { key: Some(-9), time: Some(T), ..Visit::default() });
    let limited = Layout { memory: Some(1 << 30), ..Layout::of(2, 4) };
    for layout in [Layout::of(1, 8192), Layout::of(2, 1), Layout::of(7, 4), limited] {
        let (computed, counted) = layout.run(&plan, &world).unwrap();
        assert_eq!(shown(&computed.keys.unwrap()), ["-8", "1", "3", "4", "99"]);
        assert_eq!(shown(&computed.columns[0]), ["0", "6", "0", "1", "0"]);
        assert_eq!(counted, [[0, 2], [0, 1]]);
    }
    plan.features.clear();
    let (computed, _) = Layout::of(2, 3).run(&plan, &world).unwrap();
    assert_eq!(shown(&computed.keys.unwrap()), ["-8", "1", "3", "4", "99"]);
    let (computed, _) = Layout::of(2, 3).run(&plan, &World::default()).unwrap();
    assert_eq!(computed.keys.unwrap().len(), 0);
}

#[test]
fn a_table_that_no_feature_needs_is_not_read() {
    let mut plan = plan(vec![(VISITS, FeatureKind::Count(EVER), Type::Count)], "UTC", T);
    plan.tables[0].selections.clear();
    let (computed, counted) = Layout::of(2, 3).run(&plan, &small_world()).unwrap();
    assert_eq!(shown(&computed.columns[0]), ["3", "0", "0", "0", "0"]);
    assert_eq!(counted, [[0, 0], [0, 0]]);
    plan.features.clear();
    let (computed, _) = Layout::of(2, 3).run(&plan, &small_world()).unwrap();
    assert!(computed.columns.is_empty() && computed.keys.is_none());
}

/// Numbers that repeat from run to run.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn maybe<A>(&mut self, value: impl FnOnce(&mut Random) -> A) -> Option<A> {
        (self.below(6) != 0).then(|| value(self))
    }

    fn shuffle<A>(&mut self, rows: &mut [A]) {
        for i in (1..rows.len()).rev() {
            rows.swap(i, self.below(i as u64 + 1) as usize);
        }
    }
}

/// Few moments, many ties.
fn random_world(random: &mut Random, rows: usize, customers: u64) -> World {
    let text = |random: &mut Random| {
        let n = random.below(40);
        if n == 0 {
            "web".to_owned()
        } else if n.is_multiple_of(3) {
            format!("a text that is longer than a view, {n}")
        } else {
            format!("é{n}")
        }
    };
    let purchases = (0..rows).map(|_| Purchase {
        key: random.maybe(|r| r.below(customers + 2) as i64),
        time: random.maybe(|r| r.below(60) as i64 * 20 - 100),
        amount: random.maybe(|r| r.below(1 << 30) as i64 - (1 << 29)),
        price: random.maybe(|r| (r.below(2_000) as f64 - 1_000.0) * 10f64.powi(r.below(40) as i32 - 20)),
        channel: random.maybe(text),
        line: random.maybe(|r| r.below(4) as i64),
        day: random.maybe(|r| r.below(9) as i32),
        gift: random.maybe(|r| r.below(2) == 0),
    });
    let purchases = purchases.collect();
    let visits = (0..rows / 2).map(|_| Visit {
        key: random.maybe(|r| r.below(customers + 2) as i64),
        time: random.maybe(|r| r.below(60) as i64 * 20 - 100),
        page: random.maybe(text),
        rank: random.maybe(text),
    });
    let visits = visits.collect();
    let hanging = Intervals {
        start: (0..customers).map(|_| random.below(1_000) as i64).collect(),
        end: (0..customers).map(|_| random.below(1_000) as i64).collect(),
    };
    World { customers: Some((0..customers as i64).collect()), purchases, visits, hanging: vec![hanging] }
}

/// The bits of all columns.
fn bits(features: &Features) -> Vec<Vec<String>> {
    features.columns.iter().map(shown).collect()
}

#[test]
fn no_layout_and_no_order_of_rows_changes_a_bit() {
    let plan = plan(features_only(&small_features()), "UTC", T);
    let mut random = Random(7);
    let mut world = random_world(&mut random, 700, 9);
    let (first, counted) = Layout::of(1, 8192).run(&plan, &world).unwrap();
    let expected = bits(&first);
    assert!(expected.iter().all(|column| column.iter().any(|value| value != "-")));
    for partitions in [1, 2, 7] {
        for batch in [1, 13, 8192] {
            random.shuffle(&mut world.purchases);
            random.shuffle(&mut world.visits);
            let (other, also_counted) = Layout::of(partitions, batch).run(&plan, &world).unwrap();
            assert_eq!(bits(&other), expected, "{partitions} partitions, batches of {batch}");
            assert_eq!(also_counted, counted);
            let layout = Layout::of(partitions, batch);
            let (other, also_counted) = layout.run_on(&layout.aggregating(), &plan, &world).unwrap();
            assert_eq!(bits(&other), expected, "{partitions} partitions, batches of {batch}, aggregated");
            assert_eq!(also_counted, counted);
        }
    }
}

#[test]
fn with_little_memory_it_spills_and_says_the_same() {
    let plan = plan(features_only(&small_features()), "UTC", T);
    let world = random_world(&mut Random(11), 60_000, 3_000);
    let (first, _) = Layout::of(2, 8192).run(&plan, &world).unwrap();
    for partitions in [1, 2] {
        let little = Layout { memory: Some(2 << 20), ..Layout::of(partitions, 1024) };
        let (other, _) = little.run(&plan, &world).unwrap();
        assert_eq!(bits(&other), bits(&first), "{partitions} partitions");
    }
    // It did spill: where it cannot, it fails.
    let folder = tempfile::tempdir().unwrap();
    let nowhere = Layout { memory: Some(2 << 20), scratch: Some(folder.path().to_owned()), ..Layout::of(2, 1024) };
    let machine = nowhere.machine();
    folder.close().unwrap();
    assert!(nowhere.run_on(&machine, &plan, &world).is_err());
}

#[test]
fn states_that_are_passed_on_row_by_row_say_the_same() {
    let plan = plan(features_only(&small_features()), "UTC", T);
    let world = random_world(&mut Random(13), 3_000, 50);
    let (first, _) = Layout::of(1, 8192).run(&plan, &world).unwrap();
    let layout = Layout::of(3, 64);
    let machine = layout.aggregating();
    let state = machine.context().state_ref();
    let mut guard = state.write();
    let execution = &mut guard.config_mut().options_mut().execution;
    execution.skip_partial_aggregation_probe_rows_threshold = 1;
    execution.skip_partial_aggregation_probe_ratio_threshold = 0.0;
    drop(guard);
    let (other, _) = layout.run_on(&machine, &plan, &world).unwrap();
    assert_eq!(bits(&other), bits(&first));
}

#[test]
fn many_tables_and_many_features() {
    let tables = 150;
    let mut features = vec![(ALL, FeatureKind::Count(EVER), Type::Count)];
    // Each table has a selection of its own, and each selection ten windows.
    for table in 1..=tables {
        let selection = SelectionId(ALL.0 + table);
        features.extend((0..10).map(|i| (selection, FeatureKind::Count(bounds(i, T)), Type::Count)));
    }
    let mut plan = plan(features, "UTC", T);
    let scan = |table: usize| TableScan {
        table: TableId(table),
        selections: vec![(ALL, NodeId(1)), (SelectionId(ALL.0 + table), NodeId(1))],
        ..visits()
    };
    plan.tables = (1..=tables).map(scan).collect();
    let layout = Layout::of(2, 8192);
    let machine = layout.machine();
    let rows: Vec<Visit> = vec![visited(5, "a", None), visited(20, "b", None)];
    let input = Input {
        plan: &plan,
        tables: (1..=tables)
            .map(|table| TableRows { table: TableId(table), rows: layout.visits(&machine, &rows), order: Some(1) })
            .collect(),
        customers: Some(Arc::new(Int64Array::from(vec![1, 2]))),
        hanging: Vec::new(),
        look_ups: Arc::new(NoLookUps),
        unfit: Arc::default(),
    };
    let computed = compute(&machine, input).unwrap();
    assert_eq!(shown(&computed.columns[0]), ["300", "0"]);
    for (i, column) in computed.columns.iter().skip(1).enumerate() {
        assert_eq!(shown(column), [if i % 10 <= 5 { "2" } else { "1" }, "0"], "{i}");
    }
}
