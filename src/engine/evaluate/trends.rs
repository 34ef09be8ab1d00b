//! Trends: what is now against a part of what was, and the change between the two. Each pair is as `program::arithmetic` says;
//! whole numbers are compared in 128 bits where these do, which is nearly always.

use datafusion::arrow::buffer::BooleanBuffer;
use datafusion::error::Result;

use super::Unfit;
use super::column::{Column, array_of, decimal_in};
use super::compare::{One, Side};
use crate::plan::Comparison;
use crate::program::arithmetic;
use crate::program::types::{Decimal, Scalar, Type};

/// Where `now comparison base × factor` holds; false where one is missing.
pub(super) fn compare_scaled(
    comparison: Comparison,
    now: Side<'_>,
    base: Side<'_>,
    factor: Decimal,
    rows: usize,
) -> BooleanBuffer {
    let one = 10i128.checked_pow(factor.scale);
    let holds = |now: &Scalar, base: &Scalar| {
        let in_128_bits = match (now, base) {
            (Scalar::Count(n), Scalar::Count(b)) | (Scalar::Money(n), Scalar::Money(b)) => one.and_then(|one| {
                let now = i128::from(*n).checked_mul(one)?;
                Some(now.cmp(&i128::from(*b).checked_mul(factor.digits)?))
            }),
            _ => None,
        };
        let order = in_128_bits.or_else(|| arithmetic::compare_with_part(now, base, factor));
        order.is_some_and(|order| comparison.holds(order))
    };
    let pairs = Pairs::of(now, base);
    (0..rows).map(|row| pairs.at(row).is_some_and(|(now, base)| holds(&now, &base))).collect()
}

/// `(now − base) / base`, missing where the base is not above 0.
pub(super) fn change(now: Side<'_>, base: Side<'_>, rows: usize, unfit: &Unfit) -> Result<Column> {
    let pairs = Pairs::of(now, base);
    let mut lost = 0;
    let changes = (0..rows).map(|row| {
        let (now, base) = pairs.at(row)?;
        let change = arithmetic::change(&now, &base);
        lost += u64::from(change.is_none() && arithmetic::is_positive(&base));
        change
    });
    let array = array_of(&Type::Percent, changes)?;
    unfit.add(lost);
    Ok(Column::Array(array))
}

/// Two values of one type, row by row.
struct Pairs<'a> {
    now: super::compare::Single<'a>,
    base: super::compare::Single<'a>,
    types: (&'a Type, &'a Type),
}

impl<'a> Pairs<'a> {
    fn of(now: Side<'a>, base: Side<'a>) -> Pairs<'a> {
        Pairs { now: now.single(), base: base.single(), types: (now.ty, base.ty) }
    }

    fn at(&self, row: usize) -> Option<(Scalar, Scalar)> {
        Some((fitting(self.now.at(row)?, self.types.0)?, fitting(self.base.at(row)?, self.types.1)?))
    }
}

/// A value in the form of its type.
fn fitting(one: One, ty: &Type) -> Option<Scalar> {
    match (one, ty) {
        (One::Decimal(decimal), _) => decimal_in(decimal, ty),
        (One::Scalar(Scalar::Count(n)), Type::Number | Type::Percent) => Some(Scalar::Number(n as f64)),
        (One::Scalar(scalar), _) => Some(scalar),
    }
}
