//! Runs a plan over the data. The only room that names DataFusion and Arrow.
