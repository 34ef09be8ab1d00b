//! The reference meaning, customer by customer: slow, short, to be read against the language page line by line.
