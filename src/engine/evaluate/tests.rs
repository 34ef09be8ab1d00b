//! Every pair of types on edge values: what a column says is, bit for bit, what `program::arithmetic` says of each pair. The
//! loops for common pairs are tried against it in every form in which a side can come: a column, one value for all, a decimal.

use std::collections::HashMap;

use datafusion::arrow::array::AsArray;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;

use super::column::array_of;
use super::*;
use crate::engine::canonical::scalar;
use crate::plan::{Comparison, Frequency, Function, Node, Operator, TextTest, TextTestKind};
use crate::program::arithmetic::{self, Operand};
use crate::program::calendar::{Calendar, DAY, END_OF_TIME, FIRST_MOMENT};
use crate::program::types::{Decimal, Scalar, Type};

const COMPARISONS: [Comparison; 6] = [
    Comparison::Equal,
    Comparison::NotEqual,
    Comparison::Less,
    Comparison::LessOrEqual,
    Comparison::Greater,
    Comparison::GreaterOrEqual,
];
const OPERATORS: [Operator; 4] = [Operator::Add, Operator::Subtract, Operator::Multiply, Operator::Divide];

fn calendar() -> Calendar {
    Calendar { zone: TimeZone::get("Europe/Berlin").unwrap(), week_starts_on: Weekday::Monday }
}

/// Columns by attribute, each with its type.
struct Given {
    rows: usize,
    columns: HashMap<usize, ArrayRef>,
    hanging: Vec<Intervals>,
}

impl Leaves for Given {
    fn rows(&self) -> usize {
        self.rows
    }

    fn leaf(&self, leaf: Leaf) -> Result<ArrayRef> {
        let Leaf::Attribute(AttributeId(i)) = leaf else { return Err(internal("an attribute is asked for")) };
        self.columns.get(&i).cloned().ok_or_else(|| internal("no such attribute"))
    }

    fn hanging(&self, id: HangingId) -> Result<&Intervals> {
        self.hanging.get(id.0).ok_or_else(|| internal("no such window"))
    }
}

/// What one column of values gives, in rows: missing ones too.
fn evaluate(nodes: Vec<Node>, given: &Given) -> (ArrayRef, u64) {
    let prepared = Prepared::new(&crate::plan::Graph { nodes }, &calendar()).unwrap();
    let unfit = Unfit::default();
    let root = NodeId(prepared.graph().nodes.len() - 1);
    let mut evaluation = Evaluation::new(&prepared, &NoLookUps, &unfit, given.rows).freeing(&[root]);
    let values = evaluation.values(root, given).unwrap();
    (values, unfit.count())
}

fn node(kind: NodeKind, ty: &Type) -> Node {
    Node { kind, ty: ty.clone() }
}

fn column(ty: &Type, values: &[Option<Scalar>]) -> ArrayRef {
    array_of(ty, values.iter().cloned()).unwrap()
}

fn given(columns: Vec<ArrayRef>) -> Given {
    let rows = columns.first().map_or(3, |c| c.len());
    Given { rows, columns: columns.into_iter().enumerate().collect(), hanging: Vec::new() }
}

fn edges(ty: &Type) -> Vec<Scalar> {
    let wholes =
        [0, 1, -1, 2, 3, 7, 1_000_000, 2_500_000, 9_007_199_254_740_993, i64::MAX, i64::MAX - 1, i64::MIN, i64::MIN + 1];
    match ty {
        Type::Boolean => vec![Scalar::Boolean(false), Scalar::Boolean(true)],
        Type::Count => wholes.map(Scalar::Count).to_vec(),
        Type::Money(_) => wholes.map(Scalar::Money).to_vec(),
        Type::Duration => wholes.map(Scalar::Duration).to_vec(),
        Type::Number | Type::Percent => {
            let doubles = [
                0.0,
                0.1,
                0.1 + 0.2,
                0.5,
                -0.5,
                1.0,
                -1.5,
                2.5,
                1e-320,
                f64::MIN_POSITIVE,
                9_007_199_254_740_992.0,
                9.223_372_036_854_775e18,
                1e300,
                f64::MAX,
                f64::MIN,
            ];
            doubles.map(Scalar::Number).to_vec()
        }
        Type::Date => [i32::MIN, -1, 0, 19_000, i32::MAX].map(Scalar::Date).to_vec(),
        Type::Timestamp => [FIRST_MOMENT, -1, 0, 1, END_OF_TIME - 1].map(Scalar::Timestamp).to_vec(),
        Type::Text => ["", "a", "A", "aa", "twelve bytes", "thirteen byte", "thirteen bytf", "é", "z", "\u{10348}", "ﬀ"]
            .map(|t| Scalar::Text(t.into()))
            .to_vec(),
        Type::List(_) => Vec::new(),
    }
}

fn decimals() -> Vec<Decimal> {
    let texts = [
        "0",
        "1",
        "-1",
        "0.5",
        "2.5",
        "-2.5",
        "0.1",
        "0.3",
        "0.0000001",
        "9007199254740993",
        "9223372036854775807",
        "9223372036854775807.5",
        "-9223372036854775808.5",
        "9223372036854.775807",
        "123456789012345678901234567890123456",
        "-0.000000000000000000000000000001",
    ];
    texts.map(|text| Decimal::parse(text).unwrap()).to_vec()
}

fn types() -> Vec<Type> {
    vec![
        Type::Boolean,
        Type::Count,
        Type::Number,
        Type::Percent,
        Type::Money("EUR".into()),
        Type::Duration,
        Type::Date,
        Type::Timestamp,
        Type::Text,
    ]
}

/// Whether checking lets the two meet.
fn meet(a: &Type, b: &Type) -> bool {
    let number = |ty: &Type| matches!(ty, Type::Count | Type::Number | Type::Percent);
    a == b || number(a) && number(b)
}

fn one(scalar: &Scalar) -> Operand<'_> {
    Operand::Scalar(scalar)
}

/// All pairs of known and missing values as two columns.
fn pairs(a: &Type, b: &Type) -> Vec<(Option<Scalar>, Option<Scalar>)> {
    let with_missing = |ty: &Type| edges(ty).into_iter().map(Some).chain([None]).collect::<Vec<_>>();
    let (left, right) = (with_missing(a), with_missing(b));
    left.iter().flat_map(|x| right.iter().map(move |y| (x.clone(), y.clone()))).collect()
}

fn wanted(comparison: Comparison, x: Option<Operand<'_>>, y: Option<Operand<'_>>) -> bool {
    matches!((x, y), (Some(x), Some(y)) if arithmetic::compare(x, y).is_some_and(|order| comparison.holds(order)))
}

#[test]
fn every_pair_of_types_compares_as_arithmetic_says() {
    for a in types() {
        for b in types().into_iter().filter(|b| meet(&a, b)) {
            let pairs = pairs(&a, &b);
            let (left, right): (Vec<_>, Vec<_>) = pairs.iter().cloned().unzip();
            for comparison in COMPARISONS {
                let compare = |nodes: [NodeKind; 2], given: &Given| -> Vec<bool> {
                    let [x, y] = nodes;
                    let root = node(NodeKind::Compare(comparison, NodeId(0), NodeId(1)), &Type::Boolean);
                    let (bits, _) = evaluate(vec![node(x, &a), node(y, &b), root], given);
                    bits.as_boolean().values().iter().collect()
                };
                let attribute = |i| NodeKind::Attribute(AttributeId(i));
                let both = given(vec![column(&a, &left), column(&b, &right)]);
                let found = compare([attribute(0), attribute(1)], &both);
                for (found, (x, y)) in found.iter().zip(&pairs) {
                    let wanted = wanted(comparison, x.as_ref().map(one), y.as_ref().map(one));
                    assert_eq!(*found, wanted, "{x:?} {comparison:?} {y:?}");
                }
                for y in edges(&b) {
                    let literal = NodeKind::Literal(y.clone());
                    let found = compare([attribute(0), literal], &given(vec![column(&a, &left)]));
                    for (found, x) in found.iter().zip(&left) {
                        let wanted = wanted(comparison, x.as_ref().map(one), Some(one(&y)));
                        assert_eq!(*found, wanted, "{x:?} {comparison:?} all {y:?}");
                    }
                }
                for x in edges(&a) {
                    let literal = NodeKind::Literal(x.clone());
                    let found = compare([literal, attribute(1)], &both);
                    for (found, y) in found.iter().zip(&right) {
                        let wanted = wanted(comparison, Some(one(&x)), y.as_ref().map(one));
                        assert_eq!(*found, wanted, "all {x:?} {comparison:?} {y:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn every_type_compares_with_decimals_exactly() {
    for a in types() {
        if !matches!(a, Type::Count | Type::Number | Type::Percent | Type::Money(_)) {
            continue;
        }
        let values: Vec<_> = edges(&a).into_iter().map(Some).chain([None]).collect();
        let given = given(vec![column(&a, &values)]);
        for decimal in decimals() {
            for comparison in COMPARISONS {
                for decimal_first in [false, true] {
                    let attribute = node(NodeKind::Attribute(AttributeId(0)), &a);
                    let (x, y) = if decimal_first { (NodeId(1), NodeId(0)) } else { (NodeId(0), NodeId(1)) };
                    let root = node(NodeKind::Compare(comparison, x, y), &Type::Boolean);
                    let (bits, _) = evaluate(vec![attribute, node(NodeKind::Decimal(decimal), &Type::Number), root], &given);
                    for (found, value) in bits.as_boolean().values().iter().zip(&values) {
                        let sides = (value.as_ref().map(one), Some(Operand::Decimal(decimal)));
                        let (x, y) = if decimal_first { (sides.1, sides.0) } else { sides };
                        assert_eq!(found, wanted(comparison, x, y), "{x:?} {comparison:?} {y:?}");
                    }
                }
            }
        }
    }
}

/// The type of a result, as checking gives it; `None` where it refuses.
fn result(operator: Operator, a: &Type, b: &Type) -> Option<Type> {
    let number = |ty: &Type| matches!(ty, Type::Count | Type::Number | Type::Percent);
    match (a, b) {
        (Type::Count, Type::Count) if operator != Operator::Divide => Some(Type::Count),
        (a, b) if number(a) && number(b) => Some(Type::Number),
        (Type::Money(_), Type::Money(_)) | (Type::Duration, Type::Duration) => match operator {
            Operator::Add | Operator::Subtract => Some(a.clone()),
            Operator::Divide => Some(Type::Number),
            Operator::Multiply => None,
        },
        (Type::Money(_) | Type::Duration, b) if number(b) => {
            matches!(operator, Operator::Multiply | Operator::Divide).then(|| a.clone())
        }
        (a, Type::Money(_) | Type::Duration) if number(a) => (operator == Operator::Multiply).then(|| b.clone()),
        _ => None,
    }
}

fn bits_of(scalar: &Option<Scalar>) -> Option<(u8, u64)> {
    scalar.as_ref().map(|scalar| match scalar {
        Scalar::Count(n) => (0, *n as u64),
        Scalar::Money(n) => (1, *n as u64),
        Scalar::Duration(n) => (2, *n as u64),
        Scalar::Number(x) => (3, x.to_bits()),
        other => panic!("{other:?} is no result of arithmetic"),
    })
}

#[test]
fn every_pair_of_types_computes_as_arithmetic_says_and_what_does_not_fit_is_counted() {
    for operator in OPERATORS {
        for a in types() {
            for b in types() {
                let Some(ty) = result(operator, &a, &b) else { continue };
                let pairs = pairs(&a, &b);
                let (left, right): (Vec<_>, Vec<_>) = pairs.iter().cloned().unzip();
                let nodes = |x: NodeKind, y: NodeKind| {
                    let root = node(NodeKind::Arithmetic(operator, NodeId(0), NodeId(1)), &ty);
                    vec![node(x, &a), node(y, &b), root]
                };
                let attribute = |i| NodeKind::Attribute(AttributeId(i));
                let check = |nodes, given: &Given, pairs: &[(Option<Operand<'_>>, Option<Operand<'_>>)]| {
                    let (values, lost) = evaluate(nodes, given);
                    let mut wanted_lost = 0;
                    for (row, (x, y)) in pairs.iter().enumerate() {
                        let wanted = x.zip(*y).and_then(|(x, y)| arithmetic::binary(operator, x, y));
                        let zero = y.is_some_and(|y| match y {
                            Operand::Scalar(Scalar::Number(x)) => *x == 0.0,
                            Operand::Scalar(Scalar::Count(n) | Scalar::Money(n) | Scalar::Duration(n)) => *n == 0,
                            Operand::Scalar(_) => false,
                            Operand::Decimal(d) => d.digits == 0,
                        });
                        let is_known = x.is_some() && y.is_some();
                        let undefined = operator == Operator::Divide && zero;
                        wanted_lost += u64::from(is_known && wanted.is_none() && !undefined);
                        let found = scalar(values.as_ref(), &ty, row);
                        assert_eq!(bits_of(&found), bits_of(&wanted), "{x:?} {operator:?} {y:?}");
                    }
                    assert_eq!(lost, wanted_lost, "{a} {operator:?} {b}");
                };
                let both = given(vec![column(&a, &left), column(&b, &right)]);
                let operands: Vec<_> = pairs.iter().map(|(x, y)| (x.as_ref().map(one), y.as_ref().map(one))).collect();
                check(nodes(attribute(0), attribute(1)), &both, &operands);
                for y in edges(&b) {
                    let operands: Vec<_> = left.iter().map(|x| (x.as_ref().map(one), Some(one(&y)))).collect();
                    check(nodes(attribute(0), NodeKind::Literal(y.clone())), &both, &operands);
                }
                if b == Type::Number {
                    for y in decimals() {
                        let operands: Vec<_> =
                            left.iter().map(|x| (x.as_ref().map(one), Some(Operand::Decimal(y)))).collect();
                        check(nodes(attribute(0), NodeKind::Decimal(y)), &both, &operands);
                    }
                }
            }
        }
    }
}

#[test]
fn functions_and_signs_are_those_of_arithmetic() {
    for ty in [Type::Count, Type::Number, Type::Money("EUR".into()), Type::Duration] {
        let values: Vec<_> = edges(&ty).into_iter().map(Some).chain([None]).collect();
        let given = given(vec![column(&ty, &values)]);
        let attribute = node(NodeKind::Attribute(AttributeId(0)), &ty);
        let (negated, _) = evaluate(vec![attribute.clone(), node(NodeKind::Negate(NodeId(0)), &ty)], &given);
        for (row, value) in values.iter().enumerate() {
            let wanted = value.as_ref().and_then(arithmetic::negate);
            assert_eq!(bits_of(&scalar(negated.as_ref(), &ty, row)), bits_of(&wanted), "-{value:?}");
        }
        for function in [Function::Abs, Function::Round, Function::Ln, Function::Exp, Function::Sqrt] {
            let gives = match function {
                Function::Abs | Function::Round => ty.clone(),
                _ if matches!(ty, Type::Count | Type::Number) => Type::Number,
                _ => continue,
            };
            if ty == Type::Duration && function == Function::Round {
                continue;
            }
            let root = node(NodeKind::Function(function, vec![NodeId(0)]), &gives);
            let (found, _) = evaluate(vec![attribute.clone(), root], &given);
            for (row, value) in values.iter().enumerate() {
                let wanted = value.as_ref().and_then(|value| arithmetic::function(function, value));
                let found = scalar(found.as_ref(), &gives, row);
                assert_eq!(bits_of(&found), bits_of(&wanted), "{function:?} of {value:?}");
            }
        }
    }
}

#[test]
fn least_and_greatest_are_missing_where_one_is_and_or_else_fills_in() {
    let a = column(&Type::Count, &[Some(Scalar::Count(1)), None, Some(Scalar::Count(5)), None]);
    let b = column(&Type::Number, &[Some(Scalar::Number(0.5)), Some(Scalar::Number(2.0)), None, None]);
    let given = given(vec![a, b]);
    let sides = || {
        let attribute = |i| NodeKind::Attribute(AttributeId(i));
        vec![node(attribute(0), &Type::Count), node(attribute(1), &Type::Number)]
    };
    let run = |kind: NodeKind| -> Vec<Option<f64>> {
        let mut nodes = sides();
        nodes.push(node(kind, &Type::Number));
        let (values, _) = evaluate(nodes, &given);
        values.as_primitive::<datafusion::arrow::datatypes::Float64Type>().iter().collect()
    };
    let both = vec![NodeId(0), NodeId(1)];
    assert_eq!(run(NodeKind::Function(Function::Least, both.clone())), [Some(0.5), None, None, None]);
    assert_eq!(run(NodeKind::Function(Function::Greatest, both)), [Some(1.0), None, None, None]);
    assert_eq!(run(NodeKind::OrElse(NodeId(0), NodeId(1))), [Some(1.0), Some(2.0), Some(5.0), None]);
}

#[test]
fn sets_hold_what_equals_one_of_them_and_nothing_missing() {
    for ty in types().into_iter().filter(|ty| *ty != Type::Boolean) {
        let values: Vec<_> = edges(&ty).into_iter().map(Some).chain([None]).collect();
        let given = given(vec![column(&ty, &values)]);
        let all = edges(&ty);
        for chosen in [&all[..0], &all[..1], &all[1..4], &all[..]] {
            for negated in [false, true] {
                let kind = if negated { NodeKind::NotOneOf } else { NodeKind::OneOf };
                let attribute = node(NodeKind::Attribute(AttributeId(0)), &ty);
                let root = node(kind(NodeId(0), chosen.to_vec()), &Type::Boolean);
                let (bits, _) = evaluate(vec![attribute, root], &given);
                for (found, value) in bits.as_boolean().values().iter().zip(&values) {
                    let wanted = value.as_ref().is_some_and(|value| chosen.contains(value) != negated);
                    assert_eq!(found, wanted, "{value:?} in {chosen:?}, negated: {negated}");
                }
            }
        }
    }
}

#[test]
fn texts_are_tested_and_a_missing_one_passes_none() {
    let values = ["San José", "san", "", "Lisbon"].map(|t| Some(Scalar::Text(t.into())));
    let values: Vec<_> = values.into_iter().chain([None]).collect();
    let given = given(vec![column(&Type::Text, &values)]);
    let run = |kind, pattern: &str, ignoring_case| -> Vec<bool> {
        let test = TextTest { kind, pattern: pattern.into(), ignoring_case };
        let attribute = node(NodeKind::Attribute(AttributeId(0)), &Type::Text);
        let (bits, _) = evaluate(vec![attribute, node(NodeKind::Text(NodeId(0), test), &Type::Boolean)], &given);
        bits.as_boolean().values().iter().collect()
    };
    assert_eq!(run(TextTestKind::StartsWith, "San", false), [true, false, false, false, false]);
    assert_eq!(run(TextTestKind::Contains, "", false), [true, true, true, true, false]);
    assert_eq!(run(TextTestKind::Matches, "^s", true), [true, true, false, false, false]);
}

#[test]
fn groups_count_and_windows_hold_from_their_start_to_before_their_end() {
    let counts = [0, 1, 2, 3].map(|n| Some(Scalar::Count(n)));
    let moments = [Some(Scalar::Timestamp(9)), Some(Scalar::Timestamp(10)), Some(Scalar::Timestamp(20)), None];
    let mut given = given(vec![column(&Type::Count, &counts), column(&Type::Timestamp, &moments)]);
    given.hanging.push(Intervals { start: vec![9, 11, 0, 0], end: vec![10, 30, 21, 99] });
    let nodes = vec![
        node(NodeKind::Attribute(AttributeId(0)), &Type::Count),
        node(NodeKind::Attribute(AttributeId(1)), &Type::Timestamp),
        node(NodeKind::InRange(NodeId(0), Frequency { least: 1, most: 2 }), &Type::Boolean),
        node(NodeKind::Within(NodeId(1), Bounds::Fixed(Interval { start: 10, end: 20 })), &Type::Boolean),
        node(NodeKind::Within(NodeId(1), Bounds::Hanging(HangingId(0))), &Type::Boolean),
        node(NodeKind::AtLeast(2, vec![NodeId(2), NodeId(3), NodeId(4)]), &Type::Boolean),
        node(NodeKind::All(vec![NodeId(2), NodeId(3)]), &Type::Boolean),
        node(NodeKind::Any(vec![NodeId(2), NodeId(4)]), &Type::Boolean),
        node(NodeKind::Not(NodeId(7)), &Type::Boolean),
        node(NodeKind::Known(NodeId(1)), &Type::Boolean),
    ];
    let prepared = Prepared::new(&crate::plan::Graph { nodes }, &calendar()).unwrap();
    let unfit = Unfit::default();
    let mut evaluation = Evaluation::new(&prepared, &NoLookUps, &unfit, 4);
    let mut ask = |i: usize| -> Vec<bool> { evaluation.condition(NodeId(i), &given).unwrap().values().iter().collect() };
    assert_eq!(ask(2), [false, true, true, false]);
    assert_eq!(ask(3), [false, true, false, false]);
    assert_eq!(ask(4), [true, false, true, false]);
    assert_eq!(ask(5), [false, true, true, false]);
    assert_eq!(ask(6), [false, true, false, false]);
    assert_eq!(ask(7), [true, true, true, false]);
    assert_eq!(ask(8), [false, false, false, true]);
    assert_eq!(ask(9), [true, true, true, false]);
}

#[test]
fn days_and_first_instants_go_by_the_zone() {
    // In Berlin 2024-01-01 begins at 2023-12-31T23:00Z.
    let day = 19_723;
    let start = i64::from(day) * DAY - 3_600_000_000;
    let moments = [Some(Scalar::Timestamp(start)), Some(Scalar::Timestamp(start - 1)), None];
    let dates = [Some(Scalar::Date(day)), Some(Scalar::Date(day)), None];
    let given = given(vec![column(&Type::Timestamp, &moments), column(&Type::Date, &dates)]);
    let attribute = |i| NodeKind::Attribute(AttributeId(i));
    let (days, _) =
        evaluate(vec![node(attribute(0), &Type::Timestamp), node(NodeKind::DayOf(NodeId(0)), &Type::Date)], &given);
    assert_eq!(scalar(days.as_ref(), &Type::Date, 0), Some(Scalar::Date(day)));
    assert_eq!(scalar(days.as_ref(), &Type::Date, 1), Some(Scalar::Date(day - 1)));
    assert!(days.is_null(2));
    let nodes = vec![
        node(attribute(0), &Type::Timestamp),
        node(attribute(1), &Type::Date),
        node(NodeKind::FirstInstant(NodeId(1)), &Type::Timestamp),
        node(NodeKind::Elapsed(NodeId(0), NodeId(2)), &Type::Duration),
    ];
    let (elapsed, _) = evaluate(nodes, &given);
    assert_eq!(scalar(elapsed.as_ref(), &Type::Duration, 0), Some(Scalar::Duration(0)));
    assert_eq!(scalar(elapsed.as_ref(), &Type::Duration, 1), Some(Scalar::Duration(1)));
}

struct Products;

impl LookUps for Products {
    fn rows_of(&self, _: LookUpId, keys: &ArrayRef) -> Result<UInt32Array> {
        let keys = keys.as_primitive::<datafusion::arrow::datatypes::Int64Type>();
        Ok(keys.iter().map(|key| key.filter(|k| (10..12).contains(k)).map(|k| (k - 10) as u32)).collect())
    }

    fn column(&self, _: LookUpId, _: usize) -> Result<ArrayRef> {
        array_of(&Type::Text, ["shoes", "hats"].map(|t| Some(Scalar::Text(t.into()))).into_iter())
    }
}

#[test]
fn a_look_up_gives_the_column_of_the_row_with_the_key_or_nothing() {
    let keys = [Some(Scalar::Count(11)), Some(Scalar::Count(12)), None, Some(Scalar::Count(10))];
    let given = given(vec![column(&Type::Count, &keys)]);
    let nodes = vec![
        node(NodeKind::Attribute(AttributeId(0)), &Type::Count),
        node(NodeKind::LookUp(NodeId(0), LookUpId(0), 1), &Type::Text),
    ];
    let prepared = Prepared::new(&crate::plan::Graph { nodes }, &calendar()).unwrap();
    let unfit = Unfit::default();
    let mut evaluation = Evaluation::new(&prepared, &Products, &unfit, 4);
    let values = evaluation.values(NodeId(1), &given).unwrap();
    assert_eq!(values.as_string_view().iter().collect::<Vec<_>>(), [Some("hats"), None, None, Some("shoes")]);
}

#[test]
fn twenty_thousand_conditions_need_neither_stack_nor_room_and_are_given_back() {
    let mut nodes = vec![node(NodeKind::Attribute(AttributeId(0)), &Type::Count)];
    for n in 0..20_000 {
        nodes.push(node(NodeKind::OneOf(NodeId(0), vec![Scalar::Count(n)]), &Type::Boolean));
    }
    nodes.push(node(NodeKind::Any((1..=20_000).map(NodeId).collect()), &Type::Boolean));
    // And a chain as deep.
    for i in 0..20_000 {
        nodes.push(node(NodeKind::Not(NodeId(20_001 + i)), &Type::Boolean));
    }
    let root = NodeId(nodes.len() - 1);
    let prepared = Prepared::new(&crate::plan::Graph { nodes }, &calendar()).unwrap();
    let values = [Some(Scalar::Count(7)), Some(Scalar::Count(-1)), Some(Scalar::Count(19_999)), None];
    let given = given(vec![column(&Type::Count, &values)]);
    let unfit = Unfit::default();
    let mut evaluation = Evaluation::new(&prepared, &NoLookUps, &unfit, 4).freeing(&[root]);
    let found = evaluation.condition(root, &given).unwrap();
    assert_eq!(found.values().iter().collect::<Vec<_>>(), [true, false, true, false]);
    assert_eq!(evaluation.columns.iter().filter(|column| column.is_some()).count(), 0);
}
