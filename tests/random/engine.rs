//! Runs a project by the engine, in many ways, and compares what comes out with the interpreter, bit for bit.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{Date32Type, Float64Type, Int64Type, TimestampMicrosecondType};
use segue::diagnostics::terminal::render;
use segue::engine::machine::{Machine, Settings};
use segue::engine::outputs;
use segue::engine::run::{self, Options, RunResult, SegmentResult};
use segue::engine::sources::Sources;
use segue::interpret::{Answer, Answers, Data, Members};
use segue::plan::lower::lower;
use segue::program::{DefinitionKind, Experiment, Key, Program, Scalar, Segment, Stages, Type};
use segue::project::catalog::Catalog;
use segue::project::lock::Lock;
use segue::session::{self, Resources};

use super::files::{self, Layout};
use super::project::Project;

/// A project on disk, looked at and checked.
pub struct OnDisk {
    /// Its folder, which goes when this goes.
    pub folder: tempfile::TempDir,
    /// The project as opened.
    pub opened: session::Project,
    /// What may be asked of its data.
    pub catalog: Catalog,
    /// Checked.
    pub program: Program,
    /// What `segue schema` found.
    pub lock: Lock,
}

/// In how many parts, and batches of how many rows.
pub const MACHINES: [(usize, usize); 4] = [(1, 8192), (2, 13), (7, 8192), (2, 1)];

/// Writes a project, looks at its data and checks it.
pub fn put(project: &Project, layout: &Layout) -> Result<OnDisk, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    std::fs::write(root.join("segue.toml"), project.toml(&layout.formats)).expect("a file");
    for (i, text) in project.files().iter().enumerate() {
        std::fs::write(root.join(format!("{i}.seg")), text).expect("a file");
    }
    files::write(&project.world, root, layout);
    open(folder)
}

/// Looks at the data of a project on disk and checks it.
pub fn open(folder: tempfile::TempDir) -> Result<OnDisk, String> {
    let open = |root: &Path| session::open(root).map_err(|d| d.message);
    let opened = open(folder.path())?;
    let resources = Resources { partitions: Some(1), ..Resources::default() };
    let shown = |found: Vec<segue::diagnostics::Diagnostic>| render(&found, &opened.sources, false);
    let schema = opened.schema(false, &resources, &|_| ()).map_err(|d| format!("schema: {}", shown(d)))?;
    let opened = open(folder.path())?;
    let checked = opened.check();
    let program = checked.program.ok_or_else(|| {
        let errors: Vec<_> = checked.diagnostics.into_iter().filter(|d| d.is_error()).collect();
        format!("check: {}", render(&errors, &opened.sources, false))
    })?;
    let catalog = checked.catalog.ok_or("check: no catalog")?;
    Ok(OnDisk { folder, opened, catalog, program, lock: schema.lock })
}

impl OnDisk {
    /// Runs it at T.
    pub fn run(&self, as_of: i64, (partitions, batch): (usize, usize)) -> Result<RunResult, String> {
        let shown =
            |found: Vec<segue::diagnostics::Diagnostic>| format!("run: {}", render(&found, &self.opened.sources, false));
        let machine = machine(partitions, batch);
        let catalog = &self.catalog;
        let sources = Sources::open(&machine, self.folder.path(), catalog, &self.lock).map_err(shown)?;
        let plan = lower(&self.program, as_of);
        run::run(&machine, &sources, catalog, &plan, &Options { traits: true }, &|_| ()).map_err(|d| shown(vec![d]))
    }

    /// Its rows, as the engine reads them.
    pub fn data(&self) -> Result<Data, String> {
        let resources = Resources { partitions: Some(1), ..Resources::default() };
        let world = session::world(&self.opened, &self.catalog, &resources);
        world.map(|(data, _)| data).map_err(|d| format!("read: {}", render(&d, &self.opened.sources, false)))
    }
}

/// A machine for each way to run, kept: its threads take longer to start than a small project to run.
fn machine(partitions: usize, batch: usize) -> Rc<Machine> {
    thread_local! {
        static MADE: RefCell<HashMap<(usize, usize), Rc<Machine>>> = RefCell::default();
    }
    MADE.with_borrow_mut(|made| {
        // With a limit, however large, the pass ends in the engine's own aggregate.
        let memory = (batch == 1).then_some(4 << 30);
        let make = || Machine::new(Settings { partitions, batch, memory, ..Settings::default() }).map_err(|d| d.message);
        made.entry((partitions, batch)).or_insert_with(|| Rc::new(make().expect("a machine"))).clone()
    })
}

/// What differs between the engine's result and the interpreter's answers; `None` where nothing does.
pub fn difference(program: &Program, answers: &Answers, result: &RunResult) -> Option<String> {
    let keys = keys(&result.keys);
    if keys != answers.customers {
        return Some(format!("customers: the engine has {keys:?}, right is {:?}", answers.customers));
    }
    let named = |who: &[bool]| -> Vec<String> {
        who.iter().zip(&keys).filter(|(is, _)| **is).map(|(_, key)| key.to_string()).collect()
    };
    for (id, (definition, answer)) in program.definitions.iter().zip(&answers.definitions).enumerate() {
        let name = &*definition.name;
        match (answer, &definition.kind) {
            (Answer::Trait(values), DefinitionKind::Trait(_) | DefinitionKind::Stages(_) | DefinitionKind::Points(_)) => {
                let ty = definition.kind.value_type().expect("a value");
                let Some(found) = result.traits.iter().find(|t| &*t.name == name) else {
                    return Some(format!("{name}: no such trait in the result"));
                };
                for (i, right) in values.iter().enumerate() {
                    let got = scalar(&found.values, i, &ty);
                    if !same(&got, right) {
                        return Some(format!("{name} of {}: the engine says {got:?}, right is {right:?}", keys[i]));
                    }
                }
                if let DefinitionKind::Stages(stages) = &definition.kind
                    && let Some(difference) = stages_difference(name, stages, values, result)
                {
                    return Some(difference);
                }
            }
            (Answer::Segment(right), DefinitionKind::Segment(segment)) => {
                let Some(found) = result.segments.iter().find(|s| &*s.name == name) else {
                    return Some(format!("{name}: no such segment in the result"));
                };
                let members: Vec<bool> = (0..keys.len()).map(|i| found.members.value(i)).collect();
                if members != right.members {
                    let (got, right) = (named(&members), named(&right.members));
                    return Some(format!("{name}: the engine has {got:?}, right is {right:?}"));
                }
                let left: Vec<usize> = found.steps.iter().map(|step| step.left as usize).collect();
                if left != right.left {
                    return Some(format!("{name}: left after each clause: {:?}, right is {:?}", found.steps, right.left));
                }
                let held_out: Vec<bool> = match &found.held_out {
                    Some(held_out) => (0..keys.len()).map(|i| held_out.value(i)).collect(),
                    None => vec![false; keys.len()],
                };
                if held_out != right.held_out {
                    let (got, right) = (named(&held_out), named(&right.held_out));
                    return Some(format!("{name}: held out are {got:?}, right is {right:?}"));
                }
                let exported: Vec<usize> = (0..keys.len()).filter(|i| answers.exported[id][*i]).collect();
                let got: Vec<usize> = found.exported.values().iter().map(|i| *i as usize).collect();
                if got != exported {
                    return Some(format!("{name}: exported are {got:?}, right is {exported:?}"));
                }
                for (at, (column, value)) in segment.include.iter().enumerate() {
                    let array = &found.columns[at].2;
                    for (row, customer) in exported.iter().enumerate() {
                        let (got, right) = (scalar(array, row, &value.ty), &right.include[at][*customer]);
                        if !same(&got, right) {
                            let key = &keys[*customer];
                            return Some(format!("{name}, {column} of {key}: the engine says {got:?}, right is {right:?}"));
                        }
                    }
                }
                if let Some(difference) = split_difference(name, segment, right, &exported, found) {
                    return Some(difference);
                }
            }
            _ => return Some(format!("{name}: a trait is no segment")),
        }
    }
    None
}

/// What a split does otherwise than it should, where members and exports are right.
fn split_difference(
    name: &str,
    segment: &Segment,
    right: &Members,
    exported: &[usize],
    found: &SegmentResult,
) -> Option<String> {
    let Some(Experiment::Split(split)) = &segment.experiment else {
        let has_more = found.split.is_some() || found.columns.len() != segment.include.len();
        return has_more.then(|| format!("{name} is not split, and the result says so"));
    };
    let Some(arms) = &found.split else { return Some(format!("{name}: no arms in the result")) };
    let got: Vec<Option<usize>> = arms.of.iter().map(|arm| arm.map(|arm| arm as usize)).collect();
    if got != right.arms {
        return Some(format!("{name}: arms {got:?}, right is {:?}", right.arms));
    }
    let counts: Vec<u64> =
        (0..split.arms.len()).map(|i| right.arms.iter().filter(|arm| **arm == Some(i)).count() as u64).collect();
    if arms.counts != counts {
        return Some(format!("{name}: counts {:?}, right is {counts:?}", arms.counts));
    }
    let columns = &found.columns[segment.include.len()..];
    let names = split.arms.iter().map(|arm| Some(Scalar::Text(arm.name.clone()))).collect();
    let mut wanted: Vec<(&str, &Type, Vec<Option<Scalar>>)> = vec![("arm", &Type::Text, names)];
    wanted.extend(split.gives.iter().map(|given| (&*given.name, &given.ty, given.values.clone())));
    if columns.len() != wanted.len() {
        return Some(format!("{name}: {} columns of the split, right is {}", columns.len(), wanted.len()));
    }
    for ((column, ty, values), (right_name, right_ty, of_arms)) in columns.iter().zip(wanted) {
        let is_right = |(row, customer): (usize, &usize)| {
            right.arms[*customer].is_some_and(|arm| same(&scalar(values, row, ty), &of_arms[arm]))
        };
        let is_named = (&**column, ty) == (right_name, right_ty);
        if !is_named || values.len() != exported.len() || !exported.iter().enumerate().all(is_right) {
            return Some(format!("{name}, {column}: {right_name} with {of_arms:?} for the arms is right"));
        }
    }
    None
}

/// What the export of stages gives otherwise than it should, where the stages themselves are right.
fn stages_difference(name: &str, stages: &Stages, right: &[Option<Scalar>], result: &RunResult) -> Option<String> {
    let Some(found) = result.stages.iter().find(|s| &*s.name == name) else {
        return Some(format!("{name}: no such stages in the result"));
    };
    for (row, stage) in right.iter().enumerate() {
        let at = stages.stages.iter().position(|s| stage.as_ref() == Some(&Scalar::Text(s.name.clone())))?;
        if found.of.value(row) as usize != at {
            return Some(format!("{name}: the export has customer {row} in another stage"));
        }
        for (given, (column, ty, values)) in stages.gives.iter().zip(&found.gives) {
            if given.name != *column || !same(&scalar(values, at, ty), &given.values[at]) {
                return Some(format!("{name}, {column} of customer {row}: {:?} is right", given.values[at]));
            }
        }
    }
    let count = |at| found.of.values().iter().filter(|of| **of as usize == at).count() as u64;
    let counts: Vec<u64> = (0..stages.stages.len()).map(count).collect();
    (found.counts != counts).then(|| format!("{name}: counts {:?}, right is {counts:?}", found.counts))
}

/// All outputs of a run as bytes, but for those that tell how long it took.
pub fn bytes(result: &RunResult) -> Result<Vec<u8>, String> {
    let mut all = Vec::new();
    let told = |error: std::io::Error| format!("outputs: {error}");
    outputs::membership(result, "customer_id", &mut all).map_err(told)?;
    outputs::traits(result, "customer_id", &mut all).map_err(told)?;
    for stages in &result.stages {
        outputs::stages(result, stages, "customer_id", &mut all).map_err(told)?;
    }
    for segment in &result.segments {
        outputs::export(result, segment, "customer_id", &mut all).map_err(told)?;
    }
    Ok(all)
}

/// Doubles by their bits.
fn same(a: &Option<Scalar>, b: &Option<Scalar>) -> bool {
    match (a, b) {
        (Some(Scalar::Number(a)), Some(Scalar::Number(b))) => a.to_bits() == b.to_bits(),
        _ => a == b,
    }
}

/// The keys of a result.
pub fn keys(array: &ArrayRef) -> Vec<Key> {
    let key = |i: usize| match array.as_primitive_opt::<Int64Type>() {
        Some(numbers) => Key::Number(numbers.value(i)),
        None => Key::Text(array.as_string_view().value(i).into()),
    };
    (0..array.len()).map(key).collect()
}

/// One value of a canonical column.
fn scalar(array: &ArrayRef, row: usize, ty: &Type) -> Option<Scalar> {
    if array.is_null(row) {
        return None;
    }
    let whole = || array.as_primitive::<Int64Type>().value(row);
    Some(match ty {
        Type::Boolean => Scalar::Boolean(array.as_boolean().value(row)),
        Type::Count => Scalar::Count(whole()),
        Type::Money(_) => Scalar::Money(whole()),
        Type::Duration => Scalar::Duration(whole()),
        Type::Number | Type::Percent => Scalar::Number(array.as_primitive::<Float64Type>().value(row)),
        Type::Date => Scalar::Date(array.as_primitive::<Date32Type>().value(row)),
        Type::Timestamp => Scalar::Timestamp(array.as_primitive::<TimestampMicrosecondType>().value(row)),
        Type::Text => Scalar::Text(array.as_string_view().value(row).into()),
        Type::List(of) => {
            let items = array.as_list::<i32>().value(row);
            Scalar::List((0..items.len()).filter_map(|item| scalar(&items, item, of)).collect())
        }
    })
}
