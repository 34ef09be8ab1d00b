//! What is hashed, as bytes: a prefix code.

use super::super::*;
use super::Hash;

/// Feeds a hash of one domain.
pub(super) struct Writer {
    hasher: blake3::Hasher,
}

impl Writer {
    pub(super) fn new(domain: &str) -> Writer {
        Writer { hasher: blake3::Hasher::new_derive_key(domain) }
    }

    pub(super) fn finish(&self) -> Hash {
        *self.hasher.finalize().as_bytes()
    }

    pub(super) fn tag(&mut self, tag: u8) {
        self.hasher.update(&[tag]);
    }

    pub(super) fn number(&mut self, number: u64) {
        self.hasher.update(&number.to_le_bytes());
    }

    pub(super) fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.hasher.update(text.as_bytes());
    }

    pub(super) fn hash(&mut self, hash: Option<&Hash>) {
        self.option(hash, |out, hash| {
            out.hasher.update(hash);
        });
    }

    pub(super) fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Writer, T)) {
        self.tag(u8::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }

    pub(super) fn list<T>(&mut self, all: impl ExactSizeIterator<Item = T>, mut write: impl FnMut(&mut Writer, T)) {
        self.number(all.len() as u64);
        for one in all {
            write(self, one);
        }
    }

    pub(super) fn ty(&mut self, ty: &Type) {
        match ty {
            Type::Boolean => self.tag(1),
            Type::Count => self.tag(2),
            Type::Number => self.tag(3),
            Type::Percent => self.tag(4),
            Type::Money(currency) => {
                self.tag(5);
                self.text(currency);
            }
            Type::Duration => self.tag(6),
            Type::Date => self.tag(7),
            Type::Timestamp => self.tag(8),
            Type::Text => self.tag(9),
            Type::List(of) => {
                self.tag(10);
                self.ty(of);
            }
        }
    }

    pub(super) fn column(&mut self, column: &Column) {
        let Column { name, ty } = column;
        self.text(name);
        self.ty(ty);
    }

    pub(super) fn scalar(&mut self, scalar: &Scalar) {
        let (tag, bits) = match scalar {
            Scalar::Boolean(holds) => (1, i64::from(*holds)),
            Scalar::Count(n) => (2, *n),
            Scalar::Number(x) => (3, x.to_bits().cast_signed()),
            Scalar::Money(n) => (4, *n),
            Scalar::Duration(n) => (5, *n),
            Scalar::Date(day) => (6, i64::from(*day)),
            Scalar::Timestamp(n) => (7, *n),
            Scalar::List(items) => {
                self.tag(9);
                return self.list(items.iter(), Writer::scalar);
            }
            Scalar::Text(text) => {
                self.tag(8);
                return self.text(text);
            }
        };
        self.tag(tag);
        self.number(bits.cast_unsigned());
    }

    pub(super) fn decimal(&mut self, decimal: Decimal) {
        let Decimal { digits, scale } = decimal;
        self.hasher.update(&digits.to_le_bytes());
        self.number(u64::from(scale));
    }

    pub(super) fn frequency(&mut self, frequency: Frequency) {
        let Frequency { least, most } = frequency;
        self.number(least);
        self.number(most);
    }

    pub(super) fn length(&mut self, length: Length) {
        let Length { count, unit } = length;
        self.number(u64::from(count));
        self.tag(unit as u8);
    }

    pub(super) fn lengths(&mut self, tag: u8, lengths: &[Length]) {
        self.tag(tag);
        lengths.iter().for_each(|length| self.length(*length));
    }

    pub(super) fn days(&mut self, tag: u8, days: &[i32]) {
        self.tag(tag);
        days.iter().for_each(|day| self.number(i64::from(*day).cast_unsigned()));
    }
}
