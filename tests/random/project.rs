//! A whole project: `segue.toml`, `.seg` files, and, for each segment, its complement.

use segue::program::Type;

use super::dice::Dice;
use super::world::{Role, World};
use super::writer::{Scope, Writer};

/// The text of a project, and the world that it is about.
#[derive(Debug, Clone)]
pub struct Project {
    /// The seed that drew it.
    pub seed: u64,
    /// Its data.
    pub world: World,
    /// Its declarations, one an entry: what shrinking drops.
    pub declarations: Vec<String>,
    /// `[consent]`
    pub consents: Vec<(String, String)>,
    /// `[every_segment] except`
    pub every_segment_except: Option<String>,
    /// Segments whose `where` are complements of one another: neither `except` nor a limit stands in them.
    pub complements: Vec<(String, String)>,
}

/// How the files of a table are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "engine"), allow(dead_code, reason = "without the engine no data is written"))]
pub enum Format {
    /// `*.csv`
    Csv,
    /// `*.ndjson`
    Ndjson,
    /// `*.parquet`
    Parquet,
}

impl Format {
    /// The end of a file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Ndjson => "ndjson",
            Format::Parquet => "parquet",
        }
    }
}

impl Project {
    /// The project of a seed.
    pub fn draw(seed: u64) -> Project {
        Project::draw_with(seed, |_, _| ()).0
    }

    /// The project of a seed, and what is written at its end.
    pub fn draw_with<T>(seed: u64, more: impl FnOnce(&mut Writer<'_>, &mut Project) -> T) -> (Project, T) {
        let mut dice = Dice::new(seed);
        let world = World::draw(&mut dice);
        let mut project = Project {
            seed,
            world: world.clone(),
            declarations: Vec::new(),
            consents: Vec::new(),
            every_segment_except: None,
            complements: Vec::new(),
        };
        let mut writer = Writer::new(&world, dice);
        for n in 0..writer.dice.below(3) {
            let text = writer.event_declaration(n);
            project.declarations.push(text);
        }
        for n in 0..writer.dice.below(3) {
            let text = writer.funnel_declaration(n);
            project.declarations.push(text);
        }
        for n in 0..3 + writer.dice.below(7) {
            let text = writer.trait_declaration(n);
            project.declarations.push(text);
        }
        writer.groups(&mut project);
        if writer.dice.chance(50) {
            writer.budget = 3;
            project.consents.push(("email_marketing".into(), writer.condition(&Scope::Customer)));
        }
        if writer.dice.chance(30) {
            writer.budget = 2;
            project.every_segment_except = Some(writer.condition(&Scope::Customer));
        }
        for n in 0..4 + writer.dice.below(9) {
            writer.segment(n, &mut project);
        }
        writer.priorities(&mut project);
        writer.pairs(&mut project);
        writer.windows(&mut project);
        writer.edges(&mut project);
        let more = more(&mut writer, &mut project);
        (project, more)
    }

    /// The same without the definitions that have one of these words, and without those that use one that is gone.
    pub fn without(&self, words: &[&str]) -> Project {
        let mut left = self.clone();
        let has = |text: &str, gone: &[String]| {
            let mut found = words.iter().any(|word| text.contains(word));
            // A name stands between signs that are part of no name.
            let names = text.split(|c: char| !c.is_alphanumeric() && c != '_');
            found |= names.into_iter().any(|name| gone.iter().any(|g| g == name));
            found
        };
        let mut gone: Vec<String> = Vec::new();
        loop {
            let before = gone.len();
            if left.consents.iter().any(|(_, text)| has(text, &gone)) {
                left.consents.clear();
                gone.push("email_marketing".into());
            }
            if left.every_segment_except.as_ref().is_some_and(|text| has(text, &gone)) {
                left.every_segment_except = None;
                gone.push(String::from("every_segment"));
            }
            left.declarations.retain(|text| {
                let stays = !has(text, &gone);
                if !stays {
                    gone.extend(text.split_whitespace().nth(1).map(str::to_owned));
                }
                stays
            });
            if gone.len() == before {
                break;
            }
        }
        left.complements.retain(|(a, b)| !gone.contains(a) && !gone.contains(b));
        left
    }

    /// `segue.toml`, with each table's files of a format.
    pub fn toml(&self, formats: &[Format]) -> String {
        let world = &self.world;
        let mut text = format!(
            "[project]\nname = \"random\"\ntimezone = \"{}\"\nweek_starts_on = \"{}\"\n",
            world.zone, world.week_starts_on
        );
        for (at, table) in world.tables.iter().enumerate() {
            let key = &table.columns[table.key].name;
            let path = format!("data/{}/*.{}", table.name, formats[at].extension());
            for name in world.source_names(at) {
                text += &format!("\n[{name}]\npath = \"{path}\"\nkey = \"{key}\"\n");
                if table.role == Role::History {
                    text += "value = \"tier_now\"\nfrom = \"changed_at\"\n";
                }
                if table.role == Role::Events {
                    text += &format!("time = \"{}\"\n", table.columns[table.time].name);
                }
                if let Some(order) = table.order {
                    text += &format!("order = \"{}\"\n", table.columns[order].name);
                }
                if let Some(stream) = table.stream {
                    text += &format!("event = \"{}\"\n", table.columns[stream].name);
                    text += "kinds = [\"visit\", \"click\", \"unsubscribe\"]\n";
                }
                let kind = world.kinds.iter().find(|k| name == format!("events.{}", k.name));
                if let Some(filter) = kind.and_then(|k| k.filter.as_ref()) {
                    text += &format!("where = '{filter}'\n");
                }
                if table.role == Role::Customers
                    && let Some(since) = &world.since
                {
                    text += &format!("since = \"{since}\"\n");
                }
                let money = table.columns.iter().filter_map(|c| match &c.ty {
                    Type::Money(currency) => Some(format!("{} = \"{currency}\"", c.name)),
                    _ => None,
                });
                let money: Vec<String> = money.collect();
                if !money.is_empty() {
                    text += &format!("money = {{ {} }}\n", money.join(", "));
                }
                let pii: Vec<String> =
                    table.columns.iter().filter(|c| c.is_pii).map(|c| format!("\"{}\"", c.name)).collect();
                if !pii.is_empty() && table.role != Role::List {
                    text += &format!("pii = [{}]\n", pii.join(", "));
                }
            }
        }
        if !self.consents.is_empty() {
            text += "\n[consent]\n";
            for (purpose, condition) in &self.consents {
                text += &format!("{purpose} = '''{condition}'''\n");
            }
        }
        if let Some(except) = &self.every_segment_except {
            text += &format!("\n[every_segment]\nexcept = '''{except}'''\n");
        }
        text
    }

    /// Its `.seg` files. Order and borders of files carry no meaning, so they are drawn.
    pub fn files(&self) -> Vec<String> {
        let mut dice = Dice::new(self.seed ^ 0x5e9);
        let mut declarations = self.declarations.clone();
        dice.shuffle(&mut declarations);
        let files = 1 + dice.below(3);
        (0..files)
            .map(|f| {
                let part = declarations.iter().enumerate().filter(|(i, _)| i % files == f);
                part.map(|(_, text)| format!("{text}\n")).collect::<Vec<_>>().join("\n")
            })
            .collect()
    }
}

impl Writer<'_> {
    fn event_declaration(&mut self, n: usize) -> String {
        let name = format!("own_{n}");
        let is_kind = |name: &String| self.world.kinds.iter().any(|k| k.name == *name);
        let kinds: Vec<String> = self.events.iter().map(|(name, _)| name.clone()).filter(is_kind).collect();
        let first = self.dice.pick(&kinds).clone();
        let table = |name: &str| self.world.kinds.iter().find(|k| k.name == name).map_or(0, |k| k.table);
        let mut tables = vec![table(&first)];
        self.budget = 2;
        let mut text = format!("event {name} = {}", self.part(&first));
        if self.dice.chance(50) {
            let second = self.dice.pick(&kinds).clone();
            tables.push(table(&second));
            let first = self.part(&first);
            let second = self.part(&second);
            text = format!("event {name} \"Both\" = {first} or {second}");
        }
        let columns = self.columns_of(&tables);
        self.events.push((name, columns));
        text
    }

    /// A kind, perhaps with a filter, in parentheses then.
    fn part(&mut self, kind: &str) -> String {
        let columns = self.events.iter().find(|(name, _)| name == kind).map(|(_, columns)| columns.clone());
        let filter = self.filter(&columns.unwrap_or_default(), 40);
        if filter.is_empty() { kind.to_owned() } else { format!("({kind}{filter})") }
    }

    fn trait_declaration(&mut self, n: usize) -> String {
        self.budget = 1 + self.dice.below(6) as i32;
        let types = [
            Type::Boolean,
            Type::Boolean,
            Type::Count,
            Type::Count,
            Type::Number,
            Type::Number,
            Type::Money("EUR".into()),
            Type::Money("USD".into()),
            Type::Duration,
            Type::Text,
            Type::Timestamp,
            Type::Date,
        ];
        let ty = self.dice.pick(&types).clone();
        let value = match ty {
            Type::Boolean => self.condition(&Scope::Customer),
            _ => {
                self.may_be_personal = false;
                let value = self.value(&ty, &Scope::Customer);
                self.may_be_personal = true;
                value
            }
        };
        let name = format!("t_{n}");
        let title = if self.dice.chance(30) { " \"A trait, \"\"quoted\"\"\"" } else { "" };
        self.traits.push((name.clone(), ty));
        format!("trait {name}{title} = {value}")
    }

    fn segment(&mut self, n: usize, project: &mut Project) {
        self.budget = 2 + self.dice.below(9) as i32;
        let condition = self.condition(&Scope::Customer);
        let name = format!("s_{n}");
        if self.dice.chance(50) && project.every_segment_except.is_none() {
            let other = format!("not_{name}");
            project.declarations.push(format!("segment {other} {{\n  where not ({condition})\n}}"));
            project.declarations.push(format!("segment {name} {{\n  where {condition}\n}}"));
            project.complements.push((name.clone(), other));
            self.segments.push(name);
            return;
        }
        let title = if self.dice.chance(30) { " \"Some of them\"" } else { "" };
        let mut text = format!("segment {name}{title} {{\n  where {condition}\n");
        for _ in 0..self.dice.below(3) {
            self.budget = 3;
            text += &format!("  except {}\n", self.condition(&Scope::Customer));
        }
        let has_purpose = !project.consents.is_empty() && self.dice.chance(50);
        if has_purpose {
            text += "  purpose email_marketing\n";
        }
        if self.dice.chance(40) {
            text += &self.limit();
        }
        if self.dice.chance(40) {
            text += &self.experiment();
        }
        let can_go: Vec<String> = self
            .traits
            .iter()
            .chain(&self.attributes)
            .map(|(n, _)| n.clone())
            .filter(|n| n != "email" || has_purpose)
            .collect();
        if self.dice.chance(40) && !can_go.is_empty() {
            let (mut a, b) = (vec![self.dice.pick(&can_go).clone()], self.dice.pick(&can_go).clone());
            if a[0] != b {
                a.push(b);
            }
            text += &format!("  include {}\n", a.join(", "));
        }
        if self.dice.chance(20) {
            text += "  owner \"retention\"\n  tags one, two\n  note \"Said so.\"\n";
        }
        text += "}";
        self.segments.push(name);
        project.declarations.push(text);
    }

    fn limit(&mut self) -> String {
        let types = [Type::Count, Type::Number, Type::Money("EUR".into()), Type::Duration, Type::Text, Type::Date];
        self.budget = 2;
        let count = self.dice.between(1, 12);
        let groups: Vec<String> = [Type::Text, Type::Count, Type::Boolean, Type::Date]
            .iter()
            .flat_map(|ty| self.names(ty, &Scope::Customer))
            .collect();
        let per = if self.dice.chance(40) && !groups.is_empty() {
            format!(" per {}", self.dice.pick(&groups))
        } else {
            String::new()
        };
        let by = if self.dice.chance(30) {
            "at random".to_owned()
        } else {
            let ty = self.dice.pick(&types[..4]).clone();
            let end = *self.dice.pick(&["highest", "lowest"]);
            let value = match self.name(&ty, &Scope::Customer) {
                Some(name) => name,
                None => self.aggregate(&ty).unwrap_or_else(|| "(count(any event) ever)".into()),
            };
            format!("by {end} {value}")
        };
        format!("  limit {count}{per} {by}\n")
    }
}
