//! The only room that names DataFusion. [`machine`] is where work runs, [`errors`] the fence around it; [`sources`] gives
//! every file's rows in the form of [`canonical`] and counts in [`quality`]; [`schema`] makes the lock; [`behaviour`] is the
//! pass: what every customer did; [`evaluate`] puts conditions and values to the rows of events and to customers;
//! [`run`] is all of it together, [`outputs`] the bytes of what came out.

pub mod behaviour;
pub mod canonical;
mod customers;
pub mod errors;
pub mod evaluate;
mod history;
mod look_ups;
pub mod machine;
mod members;
mod order;
pub mod outputs;
pub mod quality;
mod ranks;
pub mod run;
pub mod schema;
pub mod sources;
