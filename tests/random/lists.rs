//! Lists, and chance: which values stand in a list, and conditions that ask it.

use segue::program::{Scalar, Type};

use super::dice::Dice;
use super::literals::quoted;
use super::world::{Column, Role, Table, World};
use super::writer::{Scope, Writer};

/// The lists of a world: of keys, of codes, of numbers, of either type whatever the type of what they are asked for.
pub fn tables(key: &Type, dice: &mut Dice) -> Vec<Table> {
    let mut all = Vec::new();
    for (name, column) in [("vips", "customer_id"), ("codes", "code"), ("numbers", "n")] {
        if !dice.chance(60) {
            continue;
        }
        let ty = match name {
            "vips" if dice.chance(75) => key.clone(),
            "codes" => Type::Text,
            _ => dice.pick(&[Type::Count, Type::Text]).clone(),
        };
        // As in the lock: nothing is said of what a list holds.
        let columns = vec![Column { name: column.to_owned(), ty, is_pii: true }];
        let role = Role::List;
        all.push(Table {
            name: name.to_owned(),
            role,
            columns,
            rows: Vec::new(),
            key: 0,
            time: 0,
            order: None,
            stream: None,
        });
    }
    all
}

/// What stands in a list: values that the other tables have, such as look like them, twice, and nothing.
pub fn rows(world: &World, table: &Table, keys: &[Scalar], dice: &mut Dice) -> Vec<Option<Scalar>> {
    let ty = &table.columns[0].ty;
    let mut values = Vec::new();
    for _ in 0..dice.below(12) {
        let value = match dice.below(4) {
            0 | 1 if table.name == "vips" => dice.pick(keys).clone(),
            2 => Scalar::Count(dice.between(-1, 21)),
            _ => {
                let other = dice.pick(&world.tables);
                match other.rows.is_empty() {
                    true => Scalar::Count(100),
                    false => {
                        let row = dice.pick(&other.rows);
                        row[dice.below(row.len())].value.clone().unwrap_or(Scalar::Count(101))
                    }
                }
            }
        };
        values.push(match (ty, value) {
            _ if dice.chance(12) => None,
            (Type::Text, Scalar::Count(n)) if dice.chance(25) => Some(Scalar::Text(format!("0{n}").into())),
            (Type::Text, Scalar::Count(n)) => Some(Scalar::Text(n.to_string().into())),
            (Type::Text, Scalar::Text(text)) => Some(Scalar::Text(text)),
            (Type::Count, Scalar::Count(n)) => Some(Scalar::Count(n)),
            (Type::Count, Scalar::Text(text)) => text.parse().ok().map(Scalar::Count),
            _ => None,
        });
    }
    if *ty == Type::Text {
        // A text that is no number, or a file of text would be one of numbers.
        values.push(Some(Scalar::Text("x-1".into())));
        if dice.chance(40) {
            values.push(Some(Scalar::Text("a longer text than twelve".into())));
        }
    }
    if dice.chance(30)
        && let Some(first) = values.first().cloned()
    {
        values.push(first);
    }
    values
}

impl Writer<'_> {
    /// `in list vips`, `country not in list codes`; none where there is no list, or nothing to ask it.
    pub fn in_list(&mut self, scope: &Scope) -> Option<String> {
        let list = self.a_list()?;
        let not = if self.dice.chance(40) { "not " } else { "" };
        if matches!(scope, Scope::Customer) && self.dice.chance(40) {
            // In parentheses, or the line above could go on with it.
            return Some(format!("({not}in list {list})"));
        }
        let ty = if self.dice.chance(60) { Type::Text } else { Type::Count };
        let value = match self.name(&ty, scope) {
            Some(name) if self.dice.chance(80) || !matches!(scope, Scope::Customer) => name,
            None if !matches!(scope, Scope::Customer) => return None,
            _ => self.aggregate(&ty)?,
        };
        Some(format!("{value} {not}in list {list}"))
    }

    /// The name of a list; none where there is no list.
    pub fn a_list(&mut self) -> Option<String> {
        let lists: Vec<String> = self.world.tables.iter().filter(|t| t.role == Role::List).map(|t| t.name.clone()).collect();
        (!lists.is_empty()).then(|| self.dice.pick(&lists).clone())
    }

    /// `in random 5% salt "2026"`
    pub fn in_random(&mut self) -> String {
        let not = if self.dice.chance(40) { "not " } else { "" };
        let share = *self.dice.pick(&["0", "0.5", "10", "25", "33.3", "50", "50", "99.999999", "100"]);
        let salt = quoted(self.dice.pick::<&str>(&["2026", "q3", "ä \"b\"", ""]));
        format!("{not}in random {share}% salt {salt}")
    }

    /// `interests contains "golf"`; none without a list.
    pub fn list_contains(&mut self, scope: &Scope) -> Option<String> {
        let of = if self.dice.chance(60) { Type::Text } else { Type::Count };
        let name = self.name(&Type::List(Box::new(of.clone())), scope)?;
        let item = match of {
            Type::Count => (*self.dice.pick(&["-1", "0", "1", "2.5", "3", "4.0"])).to_owned(),
            _ => quoted(self.dice.pick::<&str>(&["golf", "Golf", "tea", "a \"b\", c", "a longer text than twelve", ""])),
        };
        Some(format!("{name} contains {item}"))
    }
}
