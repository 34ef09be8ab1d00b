//! `segue demo`: makes a web shop to try everything on.

use std::path::PathBuf;

use super::progress::Bar;
use super::report::number;
use super::{Format, interrupt, show, talk};
use crate::demo::{CUSTOMERS, DAYS, Order, Settings};
use crate::diagnostics::Status;
use crate::session::{self, Resources};
use crate::source::Sources;

const EXAMPLES: &str = "\
Examples:
  segue demo shop                        10,000 customers in the new folder `shop`
  segue demo shop --customers 1000000    a million; they are written as they are made
  segue demo shop --seed 7               other customers, other days
  segue demo shop --order time           a file a week, as an export gives that runs every Monday
  segue run shop                         who is in which segment

The shop has customers, a web log, purchases, support tickets, mails and discounts that were
drawn by lot. Its README.md says what was planted in it; the folder `truth` has, for each customer,
what no shop knows. The same numbers give the same files.";

/// What `segue demo` takes.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The folder to make: a new or an empty one
    folder: PathBuf,
    /// How many customers
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(CUSTOMERS))]
    customers: u64,
    /// What everything is drawn from
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How many days have data; the last is always 2025-09-30
    #[arg(long, value_name = "N", default_value_t = 400, value_parser = days)]
    days: i32,
    /// In which order the events stand in their files
    #[arg(long, value_enum, default_value_t = By::Customer)]
    order: By,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum By {
    /// customer by customer
    Customer,
    /// by time, a file a week
    Time,
}

/// Makes it, and says what there is.
pub fn run(args: &Args) -> Status {
    let order = match args.order {
        By::Customer => Order::Customer,
        By::Time => Order::Time,
    };
    let settings = Settings { customers: args.customers, seed: args.seed, days: args.days, order };
    let resources = Resources { interrupted: interrupt::flag(), ..Resources::default() };
    let bar = Bar::new();
    let result = session::demo(&args.folder, &settings, &resources, &|progress| bar.show(&progress));
    bar.clear();
    match result {
        Ok(demo) => {
            let shown = args.folder.display();
            let rows: Vec<String> = demo.rows.iter().map(|(name, rows)| format!("{name} {}", number(*rows))).collect();
            talk::out(&format!(
                "{} customers in `{shown}`; rows: {}.\nRead {shown}/README.md, then type: segue run {shown}\n",
                number(args.customers),
                rows.join(", ")
            ))
        }
        Err(found) => show(&found, &Sources::new(), Format::Human),
    }
}

fn days(text: &str) -> Result<i32, String> {
    let days = text.parse().map_err(|_| format!("`{text}` is no whole number"))?;
    if DAYS.contains(&days) { Ok(days) } else { Err(format!("not from {} to {}", DAYS.start(), DAYS.end())) }
}
