//! Every pair of types on edge values: what a column says is what `program::arithmetic` says of each pair.
