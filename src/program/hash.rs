//! Hashes of what definitions mean: 256 bits each, the same for the same meaning however it is written.
//!
//! Left out is what means nothing: places, files, comments, layout, the order of definitions, and (of a definition, not of the
//! program) its name, title, owner, tags and note. Taken in is all that it uses: other definitions by their hash, the columns,
//! kinds and look-up tables with their settings, the calendar, who is a customer at all.
//!
//! What is hashed is a prefix code: each node begins with a tag that says what follows, each text and list with its length, so
//! that `ab` + `c` is not `a` + `bc`; each kind of hash has its own domain. The `match`es have no `_`, so that a new node
//! cannot be forgotten here.

mod writer;

use super::calendar::Calendar;
use super::*;
use writer::Writer;

/// A hash of 256 bits.
pub type Hash = [u8; 32];

/// The hashes of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hashes {
    /// Of all of it: definitions with their names, titles and notes, in whatever order.
    pub program: Hash,
    /// Of what each definition means, by [`DefinitionId`].
    pub definitions: Vec<Hash>,
}

/// 64 hex digits.
pub fn to_hex(hash: &Hash) -> String {
    blake3::Hash::from_bytes(*hash).to_hex().to_string()
}

/// The hashes of a program.
pub fn hash(program: &Program) -> Hashes {
    let mut known =
        Known { program, world: [0; 32], tables: Vec::new(), kinds: Vec::new(), definitions: Vec::new(), except: None };
    known.tables = program.tables.iter().map(|table| known.table(table)).collect();
    known.kinds = program.kinds.iter().map(|kind| known.kind(kind)).collect();
    known.world = known.world();
    for definition in &program.definitions {
        // Segments come after the traits that are taken off them.
        if matches!(definition.kind, DefinitionKind::Segment(_)) && known.except.is_none() {
            known.except = Some(known.every_segment_except());
        }
        let hash = known.definition(definition);
        known.definitions.push(hash);
    }
    let program = known.program();
    Hashes { program, definitions: known.definitions }
}

/// What is hashed so far.
struct Known<'a> {
    program: &'a Program,
    world: Hash,
    tables: Vec<Hash>,
    kinds: Vec<Hash>,
    definitions: Vec<Hash>,
    except: Option<Hash>,
}

impl Known<'_> {
    fn table(&self, table: &EventTable) -> Hash {
        let EventTable { name, columns, order } = table;
        let mut out = Writer::new("segue 2026 event table 1");
        out.text(name);
        out.option(order.and_then(|i| columns.get(i)), |out, c| out.column(c));
        out.finish()
    }

    fn kind(&self, kind: &Kind) -> Hash {
        let Kind { name, table, filter } = kind;
        let mut out = Writer::new("segue 2026 kind 1");
        out.text(name);
        out.hash(self.tables.get(table.0));
        out.option(filter.as_ref(), |out, filter| self.condition(filter, out));
        out.finish()
    }

    /// What every definition hangs on: the calendar, and who is a customer.
    fn world(&self) -> Hash {
        let mut out = Writer::new("segue 2026 world 1");
        let Calendar { zone, week_starts_on } = &self.program.calendar;
        out.text(&zone.iana_name().map_or_else(|| format!("{zone:?}"), str::to_owned));
        out.tag(week_starts_on.to_monday_one_offset().unsigned_abs());
        match &self.program.customers {
            Some(Customers { since }) => {
                out.tag(1);
                out.option(*since, |out, id| self.attribute(id, out));
            }
            // Then events of every table make customers.
            None => {
                out.tag(0);
                out.list(self.tables.iter(), |out, table| out.hash(Some(table)));
            }
        }
        out.finish()
    }

    fn every_segment_except(&self) -> Hash {
        let mut out = Writer::new("segue 2026 every segment 1");
        out.option(self.program.every_segment_except.as_ref(), |out, except| self.condition(except, out));
        out.finish()
    }

    fn definition(&self, definition: &Definition) -> Hash {
        let Definition { name, title: _, span: _, kind } = definition;
        let mut out = Writer::new("segue 2026 definition 1");
        out.hash(Some(&self.world));
        match kind {
            DefinitionKind::Trait(value) => {
                out.tag(1);
                self.value(value, &mut out);
            }
            DefinitionKind::Stages(stages) => {
                out.tag(3);
                self.stages(stages, &mut out);
            }
            DefinitionKind::Points(Points { parts }) => {
                out.tag(4);
                out.list(parts.iter(), |out, (points, when)| {
                    out.number(points.cast_unsigned());
                    self.condition(when, out);
                });
            }
            DefinitionKind::Segment(segment) => {
                out.tag(2);
                out.hash(self.except.as_ref());
                self.segment(name, segment, &mut out);
            }
        }
        out.finish()
    }

    fn stages(&self, Stages { stages, gives }: &Stages, out: &mut Writer) {
        out.list(stages.iter(), |out, Stage { name, title: _, when }| {
            out.text(name);
            out.option(when.as_ref(), |out, when| self.condition(when, out));
        });
        self.gives(gives, out);
    }

    fn gives(&self, gives: &[Given], out: &mut Writer) {
        out.list(gives.iter(), |out, Given { name, ty, values }| {
            out.text(name);
            out.ty(ty);
            out.list(values.iter(), |out, value| out.option(value.as_ref(), Writer::scalar));
        });
    }

    fn segment(&self, name: &str, segment: &Segment, out: &mut Writer) {
        let Segment { condition, except, purposes, limit, experiment, include, owner: _, tags: _, note: _ } = segment;
        self.condition(condition, out);
        out.list(except.iter(), |out, except| self.condition(except, out));
        out.list(purposes.iter(), |out, (name, consent)| {
            out.text(name);
            self.condition(consent, out);
        });
        out.option(limit.as_ref(), |out, Limit { count, per, by }| {
            out.number(*count);
            out.option(per.as_ref(), |out, per| self.value(per, out));
            match by {
                LimitBy::Highest(by) => {
                    out.tag(1);
                    self.value(by, out);
                }
                LimitBy::Lowest(by) => {
                    out.tag(2);
                    self.value(by, out);
                }
                // Chance hangs on the segment's name.
                LimitBy::Random => {
                    out.tag(3);
                    out.text(name);
                }
            }
        });
        out.option(experiment.as_ref(), |out, experiment| self.experiment(experiment, out));
        out.list(include.iter(), |out, (name, value)| {
            out.text(name);
            self.value(value, out);
        });
    }

    fn experiment(&self, experiment: &Experiment, out: &mut Writer) {
        match experiment {
            Experiment::Holdout(Holdout { share, salt }) => {
                out.tag(1);
                out.decimal(*share);
                out.text(salt);
            }
            Experiment::Split(Split { salt, arms, gives }) => {
                out.tag(2);
                out.text(salt);
                out.list(arms.iter(), |out, Arm { name, share, held_out }| {
                    out.text(name);
                    out.decimal(*share);
                    out.tag(u8::from(*held_out));
                });
                self.gives(gives, out);
            }
        }
    }

    /// All of it: the definitions sorted by name, with what is shown of them.
    fn program(&self) -> Hash {
        let mut all: Vec<(&Definition, &Hash)> = self.program.definitions.iter().zip(&self.definitions).collect();
        all.sort_by(|a, b| a.0.name.cmp(&b.0.name));
        let mut out = Writer::new("segue 2026 program 1");
        out.hash(Some(&self.world));
        out.hash(Some(&self.every_segment_except()));
        out.list(all.into_iter(), |out, (definition, hash)| {
            out.text(&definition.name);
            out.hash(Some(hash));
            out.option(definition.title.as_ref(), |out, title| out.text(title));
            match &definition.kind {
                DefinitionKind::Trait(_) => out.tag(1),
                DefinitionKind::Stages(stages) => {
                    out.tag(3);
                    out.list(stages.stages.iter(), |out, stage| {
                        out.option(stage.title.as_ref(), |out, title| out.text(title));
                    });
                }
                DefinitionKind::Points(_) => out.tag(4),
                DefinitionKind::Segment(segment) => {
                    out.tag(2);
                    out.option(segment.owner.as_ref(), |out, owner| out.text(owner));
                    out.list(segment.tags.iter(), |out, tag| out.text(tag));
                    out.option(segment.note.as_ref(), |out, note| out.text(note));
                }
            }
        });
        let mut priorities: Vec<&Priority> = self.program.priorities.iter().collect();
        priorities.sort_by(|a, b| a.name.cmp(&b.name));
        out.list(priorities.into_iter(), |out, Priority { name, title, segments, span: _ }| {
            out.text(name);
            out.option(title.as_ref(), |out, title| out.text(title));
            out.list(segments.iter(), |out, id| {
                out.option(self.program.definitions.get(id.0), |out, definition| out.text(&definition.name));
            });
        });
        out.finish()
    }

    fn condition(&self, condition: &Condition, out: &mut Writer) {
        let Condition { kind, span: _ } = condition;
        match kind {
            ConditionKind::Everyone => out.tag(1),
            ConditionKind::All(all) => {
                out.tag(2);
                out.list(all.iter(), |out, c| self.condition(c, out));
            }
            ConditionKind::Any(all) => {
                out.tag(3);
                out.list(all.iter(), |out, c| self.condition(c, out));
            }
            ConditionKind::Not(inner) => {
                out.tag(4);
                self.condition(inner, out);
            }
            ConditionKind::AtLeast(least, all) => {
                out.tag(5);
                out.number(*least);
                out.list(all.iter(), |out, c| self.condition(c, out));
            }
            ConditionKind::Compare(op, a, b) => {
                out.tag(6);
                out.tag(*op as u8);
                self.value(a, out);
                self.value(b, out);
            }
            ConditionKind::CompareLength(op, value, length) => {
                out.tag(7);
                out.tag(*op as u8);
                self.value(value, out);
                out.length(*length);
            }
            ConditionKind::CompareDay(op, a, b) => {
                out.tag(8);
                out.tag(*op as u8);
                self.value(a, out);
                self.value(b, out);
            }
            ConditionKind::OneOf(value, items) => {
                out.tag(9);
                self.value(value, out);
                out.list(items.iter(), Writer::scalar);
            }
            ConditionKind::NotOneOf(value, items) => {
                out.tag(10);
                self.value(value, out);
                out.list(items.iter(), Writer::scalar);
            }
            ConditionKind::Text(value, TextTest { kind, pattern, ignoring_case }) => {
                out.tag(11);
                self.value(value, out);
                out.tag(*kind as u8);
                out.text(pattern);
                out.tag(u8::from(*ignoring_case));
            }
            ConditionKind::Known(value) => {
                out.tag(12);
                self.value(value, out);
            }
            ConditionKind::Holds(value) => {
                out.tag(13);
                self.value(value, out);
            }
            ConditionKind::InWindow(value, window) => {
                out.tag(14);
                self.value(value, out);
                self.window(window, out);
            }
            ConditionKind::Did(did) => {
                out.tag(15);
                let Did { event, how } = &**did;
                self.event(event, out);
                self.how(how, out);
            }
            ConditionKind::Trend(trend) => {
                out.tag(40);
                let Trend { falls, now, base, by, smallest_base } = &**trend;
                out.tag(u8::from(*falls));
                self.value(now, out);
                self.value(base, out);
                out.option(*by, |out, TrendBy { share, more_than }| {
                    out.decimal(share);
                    out.tag(u8::from(more_than));
                });
                out.option(smallest_base.as_ref(), |out, smallest| self.condition(smallest, out));
            }
            ConditionKind::Sequence(sequence) => self.sequence(sequence, out),
            ConditionKind::Reached(reached) => self.reached(reached, out),
            ConditionKind::InSegment(id) => {
                out.tag(16);
                out.hash(self.definitions.get(id.0));
            }
            ConditionKind::InList(value, id) => {
                out.tag(31);
                self.value(value, out);
                out.option(self.program.lists.get(id.0), |out, List { name }| out.text(name));
            }
            ConditionKind::ListContains(value, item) => {
                out.tag(36);
                self.value(value, out);
                out.scalar(item);
            }
            ConditionKind::InRandom(Chance { share, salt }) => {
                out.tag(32);
                out.decimal(*share);
                out.text(salt);
            }
            ConditionKind::Anniversary(value, window) => {
                out.tag(34);
                self.value(value, out);
                self.window(window, out);
            }
            ConditionKind::Near(near) => {
                out.tag(35);
                let Near { latitude, longitude, of } = &**near;
                self.value(latitude, out);
                self.value(longitude, out);
                let Surroundings { latitude, longitude, km } = of;
                [latitude, longitude, km].iter().for_each(|x| out.number(x.to_bits()));
            }
            ConditionKind::Rank(rank) => {
                out.tag(17);
                self.rank(rank, out);
            }
            ConditionKind::AsOf(inner, ago) => {
                out.lengths(18, &[*ago]);
                self.condition(inner, out);
            }
            ConditionKind::Entered(id, ago) => {
                out.lengths(19, &[*ago]);
                out.hash(self.definitions.get(id.0));
            }
            ConditionKind::Left(id, ago) => {
                out.lengths(20, &[*ago]);
                out.hash(self.definitions.get(id.0));
            }
            ConditionKind::Changed(history, change, window) => {
                out.tag(40);
                self.history(*history, out);
                out.option(change.as_ref(), |out, (from, to)| {
                    out.scalar(from);
                    out.scalar(to);
                });
                self.window(window, out);
            }
            ConditionKind::Was(history, value, window) => {
                out.tag(41);
                self.history(*history, out);
                out.scalar(value);
                self.window(window, out);
            }
        }
    }

    fn rank(&self, rank: &Rank, out: &mut Writer) {
        let Rank { value, top, amount, of } = rank;
        self.value(value, out);
        out.tag(u8::from(*top));
        match amount {
            RankAmount::Share(share) => {
                out.tag(1);
                out.decimal(*share);
            }
            RankAmount::Count(count) => {
                out.tag(2);
                out.number(*count);
            }
        }
        match of {
            RankOf::Everyone => out.tag(0),
            RankOf::Segment(id) => {
                out.tag(1);
                out.hash(self.definitions.get(id.0));
            }
            RankOf::Trait(id) => {
                out.tag(2);
                out.hash(self.definitions.get(id.0));
            }
            RankOf::Each(value) => {
                out.tag(3);
                self.value(value, out);
            }
        }
    }

    fn sequence(&self, sequence: &Sequence, out: &mut Writer) {
        out.tag(40);
        let Sequence { steps, then_no, all_within, frequency, window } = sequence;
        out.list(steps.iter(), |out, SequenceStep { event, within, without, directly }| {
            self.sequence_event(event, out);
            out.option(within.as_ref(), |out, length| out.length(*length));
            out.option(without.as_ref(), |out, event| self.sequence_event(event, out));
            out.option(directly.as_ref(), |out, event| self.event(event, out));
        });
        out.option(then_no.as_ref(), |out, ThenNo { event, within }| {
            self.sequence_event(event, out);
            out.option(within.as_ref(), |out, length| out.length(*length));
        });
        out.option(all_within.as_ref(), |out, length| out.length(*length));
        out.frequency(*frequency);
        self.window(window, out);
    }

    fn sequence_event(&self, event: &SequenceEvent, out: &mut Writer) {
        let SequenceEvent { event, matching } = event;
        self.event(event, out);
        out.list(matching.iter(), |out, value| self.value(value, out));
    }

    /// What a funnel is called does not change whom it means.
    fn reached(&self, reached: &Reached, out: &mut Writer) {
        out.tag(41);
        let Reached { funnel: _, steps, within, to, but_not, last, window } = reached;
        out.list(steps.iter(), |out, event| self.event(event, out));
        out.length(*within);
        out.number(*to as u64);
        out.option(but_not.as_ref(), |out, step| out.number(*step as u64));
        out.tag(u8::from(*last));
        self.window(window, out);
    }

    fn how(&self, how: &How, out: &mut Writer) {
        match how {
            How::Times(frequency, window) => {
                out.tag(1);
                out.frequency(*frequency);
                self.window(window, out);
            }
            How::Days(frequency, window) => {
                out.tag(2);
                out.frequency(*frequency);
                self.window(window, out);
            }
            How::FirstTime(window) => {
                out.tag(3);
                self.window(window, out);
            }
            How::Streak { frequency, on_days, at_least, intervals } => {
                out.tag(4);
                out.frequency(*frequency);
                out.tag(u8::from(*on_days));
                out.number(*at_least);
                let (tag, count, unit) = match intervals {
                    StreakIntervals::Last(count, unit) => (1, *count, *unit),
                    StreakIntervals::Previous(count, unit) => (2, *count, *unit),
                };
                out.tag(tag);
                out.length(Length { count, unit });
            }
        }
    }

    fn event(&self, event: &Event, out: &mut Writer) {
        let Event { parts } = event;
        out.list(parts.iter(), |out, EventPart { kind, filter }| {
            out.hash(self.kinds.get(kind.0));
            out.option(filter.as_ref(), |out, filter| self.condition(filter, out));
        });
    }

    fn window(&self, window: &Window, out: &mut Writer) {
        match window {
            Window::Ever => out.tag(1),
            Window::Last(length) => out.lengths(2, &[*length]),
            Window::BeforeLast { length, last } => out.lengths(3, &[*length, *last]),
            Window::Ago { near, far } => out.lengths(4, &[*near, *far]),
            Window::This(unit) => out.lengths(5, &[Length { count: 1, unit: *unit }]),
            Window::Previous(unit) => out.lengths(6, &[Length { count: 1, unit: *unit }]),
            Window::Since(day) => out.days(7, &[*day]),
            Window::Before(day) => out.days(8, &[*day]),
            Window::FromTo(from, to) => out.days(9, &[*from, *to]),
            Window::MoreThanAgo(length) => out.lengths(10, &[*length]),
            Window::FirstAfter { length, anchor } => {
                out.lengths(11, &[*length]);
                self.value(anchor, out);
            }
            Window::BetweenAfter { near, far, anchor } => {
                out.lengths(12, &[*near, *far]);
                self.value(anchor, out);
            }
            Window::OnEvent(on) => {
                let OnEvent { end, event, side } = &**on;
                out.tag(40);
                out.tag(*end as u8);
                match side {
                    EventSide::Since => out.tag(1),
                    EventSide::Before => out.tag(2),
                    EventSide::FirstAfter(length) => out.lengths(3, &[*length]),
                    EventSide::BetweenAfter { near, far } => out.lengths(4, &[*near, *far]),
                }
                self.event(event, out);
            }
            Window::FromNow { near, far } => out.lengths(13, &[*near, *far]),
            Window::Next(length) => out.lengths(14, &[*length]),
        }
    }

    fn value(&self, value: &Value, out: &mut Writer) {
        let Value { kind, ty, span: _ } = value;
        out.ty(ty);
        match kind {
            ValueKind::Literal(scalar) => {
                out.tag(1);
                out.scalar(scalar);
            }
            ValueKind::Decimal(decimal) => {
                out.tag(2);
                out.decimal(*decimal);
            }
            ValueKind::Key => out.tag(33),
            ValueKind::Attribute(id) => {
                out.tag(3);
                self.attribute(*id, out);
            }
            ValueKind::Column(table, index) => {
                out.tag(4);
                out.hash(self.tables.get(table.0));
                out.option(self.program.tables.get(table.0).and_then(|t| t.columns.get(*index)), Writer::column);
            }
            ValueKind::LookUp(of, id, index) => {
                out.tag(5);
                self.value(of, out);
                out.option(self.program.look_ups.get(id.0), |out, LookUp { name, columns, key }| {
                    out.text(name);
                    out.option(columns.get(*key), Writer::column);
                    out.option(columns.get(*index), Writer::column);
                });
            }
            ValueKind::Trait(id) => {
                out.tag(6);
                out.hash(self.definitions.get(id.0));
            }
            ValueKind::Aggregate(aggregate) => {
                out.tag(7);
                let Aggregate { function, event, argument, window } = &**aggregate;
                out.tag(*function as u8);
                self.event(event, out);
                out.list(argument.iter(), |out, value| self.value(value, out));
                self.window(window, out);
            }
            ValueKind::Share(share) => {
                out.tag(41);
                let Share { of, among, window } = &**share;
                self.event(of, out);
                self.event(among, out);
                self.window(window, out);
            }
            ValueKind::Change(now, base) => self.values(42, [&**now, &**base], out),
            ValueKind::Moment(end, event) => {
                out.tag(8);
                out.tag(*end as u8);
                self.event(event, out);
            }
            ValueKind::TimeSince(of) => self.values(9, [&**of], out),
            ValueKind::TimeUntil(of) => self.values(10, [&**of], out),
            ValueKind::TimeFrom(from, to) => self.values(11, [&**from, &**to], out),
            ValueKind::Negate(of) => self.values(12, [&**of], out),
            ValueKind::Arithmetic(operator, a, b) => {
                self.values(13, [&**a, &**b], out);
                out.tag(*operator as u8);
            }
            ValueKind::Function(function, values) => {
                self.values(14, values, out);
                out.tag(*function as u8);
            }
            ValueKind::OrElse(a, b) => self.values(15, [&**a, &**b], out),
            ValueKind::Band(band) => {
                out.tag(50);
                let Band { bands, lowest, value } = &**band;
                out.tag(*bands);
                out.tag(u8::from(*lowest));
                self.value(value, out);
            }
            ValueKind::Part(part, of) => {
                self.values(30, [&**of], out);
                out.tag(*part as u8);
            }
            ValueKind::Condition(condition) => {
                out.tag(16);
                self.condition(condition, out);
            }
            ValueKind::AsOf(of, ago) => {
                out.lengths(17, &[*ago]);
                self.value(of, out);
            }
        }
    }

    fn values<'v>(&self, tag: u8, values: impl IntoIterator<Item = &'v Value>, out: &mut Writer) {
        out.tag(tag);
        let values: Vec<&Value> = values.into_iter().collect();
        out.list(values.into_iter(), |out, value| self.value(value, out));
    }

    fn attribute(&self, id: AttributeId, out: &mut Writer) {
        out.option(self.program.attributes.get(id.0), |out, Attribute { name, ty, is_key, is_static, is_pii, history }| {
            out.text(name);
            out.ty(ty);
            let has_history = u8::from(history.is_some());
            out.tag(u8::from(*is_key) | u8::from(*is_static) << 1 | u8::from(*is_pii) << 2 | has_history << 3);
        });
    }

    fn history(&self, id: HistoryId, out: &mut Writer) {
        out.option(self.program.histories.get(id.0), |out, History { attribute }| self.attribute(*attribute, out));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_do_not_run_into_one_another() {
        let of = |texts: &[&str]| {
            let mut out = Writer::new("a test");
            texts.iter().for_each(|text| out.text(text));
            out.finish()
        };
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_ne!(of(&["abc"]), of(&["abc", ""]));
        assert_ne!(of(&["", "abc"]), of(&["abc", ""]));
        assert_ne!(Writer::new("one domain").finish(), Writer::new("another").finish());
    }

    /// P7: pairs of fields, a small alphabet and many lengths, so that joined they are often equal.
    #[test]
    fn different_pairs_of_fields_have_different_hashes() {
        let mut state = 7u64;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize
        };
        let mut seen = std::collections::HashMap::new();
        for _ in 0..100_000 {
            let text: String = (0..next() % 24).map(|_| if next() % 2 == 0 { 'a' } else { 'b' }).collect();
            let (first, second) = text.split_at(next() % (text.len() + 1));
            let mut out = Writer::new("a test");
            out.text(first);
            out.text(second);
            let pair = (first.to_owned(), second.to_owned());
            let before = seen.insert(out.finish(), pair.clone());
            assert!(before.is_none_or(|b| b == pair), "two pairs of one hash");
        }
    }
}
