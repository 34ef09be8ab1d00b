//! The constructs that drawn projects have to reach.

const WINDOWS: [&str; 16] = [
    "ever",
    "in last",
    "before last",
    "ago",
    "this",
    "previous",
    "since",
    "before",
    "from to",
    "more than ago",
    "first after",
    "between after",
    "since event",
    "before event",
    "first after event",
    "between after event",
];

/// What takes a window.
const OPERATORS: [&str; 20] = [
    "did times",
    "did days",
    "did first time",
    "sequence",
    "reached",
    "in window",
    "count",
    "active days",
    "sum",
    "average",
    "min",
    "max",
    "distinct",
    "first",
    "last",
    "median",
    "most common",
    "average gap",
    "longest gap",
    "share",
];

/// Each operator with each window that it may have.
pub fn with_windows() -> Vec<(&'static str, &'static str)> {
    let all = OPERATORS.iter().flat_map(|operator| WINDOWS.iter().map(|window| (*operator, *window)));
    let is_allowed = |pair: &(&str, &str)| pair.0 != "in window" || (pair.1 != "ever" && !pair.1.ends_with(" event"));
    all.filter(is_allowed).collect()
}

/// Everything that has to be drawn.
pub fn wanted() -> Vec<String> {
    let mut all: Vec<String> = [
        "everyone",
        "all",
        "any",
        "not",
        "at least",
        "compare length",
        "compare day",
        "one of",
        "not one of",
        "starts with",
        "ends with",
        "contains",
        "matches",
        "ignoring case",
        "known",
        "holds",
        "in segment",
        "condition as of",
        "value as of",
        "as of inside as of",
        "entered",
        "left",
        "streak last",
        "streak previous",
        "streak on days",
        "streak of times",
        "stages",
        "gives",
        "points",
        "rank top",
        "rank bottom",
        "rank share",
        "rank count",
        "rank of everyone",
        "rank of segment",
        "rank of trait",
        "rank of each",
        "band of 4",
        "band of 5",
        "band of 10",
        "band of lowest",
        "literal",
        "decimal",
        "attribute",
        "column",
        "look up",
        "look up of customer",
        "trait",
        "first moment",
        "last moment",
        "time since",
        "time until",
        "time from",
        "or else",
        "condition as value",
        "limit highest",
        "limit lowest",
        "limit random",
        "limit per",
        "holdout",
        "split",
        "split held out",
        "split gives",
        "priority",
        "include",
        "except",
        "every segment",
        "purpose",
        "event of parts",
        "event filter",
        "kind filter",
        "sequence of one step",
        "sequence of two steps",
        "sequence of more steps",
        "within",
        "then directly",
        "without",
        "then no within",
        "then no since",
        "matching",
        "matching over missing",
        "all within",
        "sequence at most",
        "sequence at least",
        "reached",
        "reached but not",
        "last reached",
        "last reached but not",
        "since",
        "no customers",
        "on the first",
        "on the last",
        "change",
        "change over missing",
        "trend over missing",
        "trend of counts",
        "trend of numbers",
        "trend of percents",
        "trend of money",
        "trend of durations",
        "in window: from now",
        "in window: next",
        "hour of",
        "weekday of",
        "day of",
        "month of",
        "year of",
        "weekday of a date",
        "day of a date",
        "month of a date",
        "year of a date",
        "calendar part over missing",
        "in list",
        "in list of a key",
        "in list of a row",
        "in list over missing",
        "in random",
        "changed",
        "changed from to",
        "was",
        "list contains",
        "list contains of a row",
        "list contains over missing",
        "anniversary of a date",
        "anniversary of a time",
        "anniversary over missing",
        "near",
        "near over missing",
    ]
    .map(str::to_owned)
    .to_vec();
    for direction in ["rose", "fell"] {
        for form in ["bare", "by at least", "by more than", "from at least"] {
            all.push(format!("{direction} {form}"));
        }
    }
    for operator in ["+", "-", "*", "/"] {
        all.push(format!("arithmetic {operator}"));
        all.push(format!("arithmetic {operator} over missing"));
    }
    for comparison in ["=", "!=", "<", "<=", ">", ">="] {
        all.push(format!("compare {comparison}"));
        all.push(format!("compare {comparison} over missing"));
    }
    for function in ["abs", "round", "least", "greatest", "ln", "exp", "sqrt", "negate"] {
        all.push(function.to_owned());
        all.push(format!("{function} over missing"));
    }
    for operator in ["one of", "not one of", "known", "holds", "text", "in window", "compare length", "compare day"] {
        all.push(format!("{operator} over missing"));
    }
    for operator in [
        "rank",
        "rank of each",
        "band",
        "limit by",
        "limit per",
        "or else",
        "time since",
        "time until",
        "time from",
        "aggregate",
    ] {
        all.push(format!("{operator} over missing"));
    }
    all.extend(with_windows().into_iter().map(|(operator, window)| format!("{operator}: {window}")));
    all
}
