//! From the tree as written to the program as meant: names, types, units, windows. One file a construct.
