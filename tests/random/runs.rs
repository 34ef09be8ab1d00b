//! Runs of drawn projects: the engine says what the interpreter says, bit for bit, in any number of parts (M1, M3), for any
//! layout of the files (M4), whatever lies at and after T (M9), and each row that was read is counted once (D7).

use segue::interpret::{Answers, Data, interpret};
use segue::program::Program;

use super::dice::Dice;
use super::engine::{self, MACHINES};
use super::files::Layout;
use super::project::Project;
use super::{found, future, meaning, quality, seeds, shrink};

/// What is wrong with a project's runs; `None` where nothing is. It begins with the kind of the fault and a colon.
pub fn fault(project: &Project, machines: &[(usize, usize)]) -> Option<String> {
    run_all(project, machines).err()
}

fn run_all(project: &Project, machines: &[(usize, usize)]) -> Result<(), String> {
    let world = &project.world;
    let first = Layout::draw(project.seed, world);
    let disk = engine::put(project, &first)?;
    let data = world.data(&disk.program);
    not_as_written(&data, &disk.data()?)?;
    let answers = interpret(&disk.program, &data, world.as_of);
    if let Some(fault) = meaning::not_complements(project, &disk.program, &answers) {
        return Err(fault);
    }
    let mut bytes: Option<Vec<u8>> = None;
    for machine in machines {
        let result = disk.run(world.as_of, *machine)?;
        differs(&disk.program, &answers, &result, &format!("{machine:?}"))?;
        if let Some(fault) = quality::fault(world, &answers, &result.quality) {
            return Err(format!("counts: {fault}"));
        }
        let written = engine::bytes(&result)?;
        if bytes.get_or_insert_with(|| written.clone()) != &written {
            return Err(format!("bytes: outputs of {machine:?} and {:?} are not the same bytes", machines[0]));
        }
    }
    // The same project in other files, with another future.
    let mut dice = Dice::new(project.seed ^ 0xf11e5);
    let other = Project { world: future::replaced(world, &mut dice), ..project.clone() };
    let second = Layout::draw(dice.bits(), &other.world);
    let disk = engine::put(&other, &second)?;
    let machine = *dice.pick(&MACHINES);
    let result = disk.run(world.as_of, machine)?;
    let elsewhere = format!("{machine:?}, other files, another future");
    differs(&disk.program, &answers, &result, &elsewhere)?;
    if bytes.is_some_and(|bytes| engine::bytes(&result).ok() != Some(bytes)) {
        return Err(format!("bytes: outputs are not the same bytes with {elsewhere}"));
    }
    if let Some(fault) = quality::fault(&other.world, &answers, &result.quality) {
        return Err(format!("counts: {elsewhere}: {fault}"));
    }
    Ok(())
}

fn differs(program: &Program, answers: &Answers, result: &segue::engine::run::RunResult, how: &str) -> Result<(), String> {
    match engine::difference(program, answers, result) {
        Some(difference) => Err(format!("difference: with {how}: {difference}")),
        None => Ok(()),
    }
}

/// What the engine reads is what was written, in any order.
fn not_as_written(written: &Data, read: &Data) -> Result<(), String> {
    let sorted = |rows: Vec<String>| {
        let mut rows = rows;
        rows.sort();
        rows
    };
    let tables = |data: &Data| {
        let mut all: Vec<Vec<String>> = Vec::new();
        all.push(sorted(data.customers.iter().flatten().map(|row| format!("{row:?}")).collect()));
        for rows in &data.events {
            all.push(sorted(rows.iter().map(|row| format!("{row:?}")).collect()));
        }
        for rows in &data.look_ups {
            all.push(sorted(rows.iter().map(|row| format!("{row:?}")).collect()));
        }
        all
    };
    for (right, got) in tables(written).iter().zip(tables(read)) {
        let lost = right.iter().find(|row| !got.contains(row));
        let made_up = got.iter().find(|row| !right.contains(row));
        if *right != got {
            return Err(format!(
                "reading: of {} rows {} were read; written but not read {lost:?}, read but not written {made_up:?}",
                right.len(),
                got.len()
            ));
        }
    }
    Ok(())
}

#[test]
fn the_engine_says_what_the_interpreter_says() {
    let mut many = 0;
    for seed in seeds(200, 300) {
        let project = Project::draw(seed);
        // Two of the machines for each project, all of them over the run; one where it is about many projects.
        let machines = [MACHINES[0], MACHINES[1 + seed as usize % 3]];
        let machines = if std::env::var_os("SEGUE_SOAK").is_some() { &machines[1..] } else { &machines[..] };
        if let Some(fault) = fault(&project, machines) {
            println!("SEGUE_SEED={seed}: {fault}");
            if cfg!(feature = "planted-faults") {
                panic!("SEGUE_SEED={seed}: a planted fault is neither made small nor kept");
            }
            let (small, fault) = shrink::shrink(project, machines, fault);
            let kept = found::keep(&small);
            panic!("SEGUE_SEED={seed}: made small, in {kept}:\n{fault}\n{}", small.files().join("\n"));
        }
        many += 1;
        if many % 1000 == 0 {
            println!("{many} projects");
        }
    }
    println!("{many} projects, each with two sets of data");
}
