//! Clauses on a handful of customers, worked out by hand. The digests are those of `printf 'q3:1' | md5sum` and its like.

use datafusion::arrow::array::{Int64Array, StringViewArray};

use std::sync::Arc;

use super::*;

struct Given(Vec<(ArrayRef, Type)>);

impl Asked for Given {
    fn condition(&mut self, node: NodeId) -> Result<BooleanArray> {
        Ok(self.0[node.0].0.as_boolean().clone())
    }

    fn values(&mut self, node: NodeId) -> Result<(ArrayRef, Type)> {
        Ok(self.0[node.0].clone())
    }
}

fn condition(bits: &[bool]) -> (ArrayRef, Type) {
    (Arc::new(BooleanArray::from(bits.to_vec())), Type::Boolean)
}

fn counts(values: &[Option<i64>]) -> (ArrayRef, Type) {
    (Arc::new(Int64Array::from(values.to_vec())), Type::Count)
}

fn plain(condition: usize) -> PlanSegment {
    PlanSegment {
        condition: NodeId(condition),
        except: Vec::new(),
        every_segment: None,
        purposes: Vec::new(),
        limit: None,
        experiment: None,
        include: Vec::new(),
    }
}

fn keys(count: i64) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(1..=count))
}

fn rows(bits: &BooleanBuffer) -> Vec<usize> {
    bits.set_indices().collect()
}

#[test]
fn each_clause_takes_off_and_says_how_many_are_left() {
    let mut given = Given(vec![
        condition(&[true, true, true, true, true, false]),
        condition(&[true, false, false, false, false, true]),
        condition(&[false, true, false, false, false, false]),
        condition(&[true, true, true, true, false, true]),
    ]);
    let segment = PlanSegment {
        except: vec![NodeId(1)],
        every_segment: Some(NodeId(2)),
        purposes: vec![("email_marketing".into(), NodeId(3))],
        ..plain(0)
    };
    let found = find("s", &segment, &keys(6), &mut given).unwrap();
    assert_eq!(rows(&found.members), [2, 3]);
    let steps: Vec<_> = found.steps.iter().map(|step| (step.clause.as_str(), step.left)).collect();
    assert_eq!(steps, [("where", 5), ("except", 4), ("every segment", 3), ("purpose email_marketing", 2)]);
}

#[test]
fn a_limit_per_group_takes_the_best_of_each_and_who_has_none_is_alone() {
    let mut given = Given(vec![
        condition(&[true; 7]),
        counts(&[Some(1), Some(1), Some(1), Some(2), None, None, Some(2)]),
        counts(&[Some(10), Some(30), Some(30), None, None, Some(5), Some(1)]),
    ]);
    let limit = PlanLimit { count: 1, per: Some(NodeId(1)), by: PlanLimitBy::Highest(NodeId(2)) };
    let segment = PlanSegment { limit: Some(limit), ..plain(0) };
    let found = find("s", &segment, &keys(7), &mut given).unwrap();
    // Of household 1 the two with 30 tie: the smaller key. Of household 2 the known value comes first.
    assert_eq!(rows(&found.members), [1, 4, 5, 6]);

    let limit = PlanLimit { count: 2, per: None, by: PlanLimitBy::Lowest(NodeId(2)) };
    let segment = PlanSegment { limit: Some(limit), ..plain(0) };
    assert_eq!(rows(&find("s", &segment, &keys(7), &mut given).unwrap().members), [5, 6]);
}

#[test]
fn at_random_goes_by_the_digest_of_name_and_key() {
    // md5 of s:1 … s:4 begins with b7, 4f, 68, 44: customers 4 and 2 are the first.
    let mut given = Given(vec![condition(&[true; 4])]);
    let limit = PlanLimit { count: 2, per: None, by: PlanLimitBy::Random };
    let segment = PlanSegment { limit: Some(limit), ..plain(0) };
    let found = find("s", &segment, &keys(4), &mut given).unwrap();
    assert_eq!(rows(&found.members), [1, 3]);
}

#[test]
fn held_out_is_whose_digest_is_below_the_share_exactly() {
    let texts: ArrayRef = Arc::new(StringViewArray::from(vec!["a", "b", "c"]));
    // md5 of q3:a, q3:b, q3:c begins so.
    let numbers = [0x6ab4_a021u64, 0x2782_d58d, 0xc1b9_f704];
    let everybody = BooleanBuffer::new_set(3);
    // A share that is a number's own place holds it not; the next one up does.
    let place = |n: u64| Decimal { digits: i128::from(n) * 5i128.pow(32), scale: 32 };
    let at = numbers[1];
    let out = held_out(place(at), "q3", &everybody, &texts).unwrap();
    let over = held_out(place(at + 1), "q3", &everybody, &texts).unwrap();
    assert!(!out.value(1) && over.value(1));
    assert_eq!(rows(&over), [1]);
    assert_eq!(rows(&held_out(place(numbers[2]), "q3", &everybody, &texts).unwrap()), [0, 1]);
    assert_eq!(held_out(Decimal::whole(0), "q3", &everybody, &texts).unwrap().count_set_bits(), 0);
    assert_eq!(held_out(Decimal::whole(1), "q3", &everybody, &texts).unwrap().count_set_bits(), 3);
}
