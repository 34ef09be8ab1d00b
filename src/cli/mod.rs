//! The command line: one small file a command. Nobody imports this room.
