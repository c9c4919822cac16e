//! Long lists of numbers as the very bytes they are made of, for `#[serde(with = "raw")]`: they are written and read at
//! once, not a number at a time, and take no more room than in memory.

use std::marker::PhantomData;

use serde::de::{Deserializer, Error, Visitor};
use serde::ser::Serializer;

/// A number of a fixed size.
pub(super) trait Number: Copy {
    /// Writes its bytes, the lowest first.
    fn put(self, bytes: &mut Vec<u8>);
    /// Reads numbers from bytes; `None` where a part of one is missing.
    fn all(bytes: &[u8]) -> Option<Vec<Self>>;
}

macro_rules! number {
    ($($kind:ty),*) => {$(
        impl Number for $kind {
            fn put(self, bytes: &mut Vec<u8>) {
                bytes.extend(self.to_le_bytes());
            }

            fn all(bytes: &[u8]) -> Option<Vec<Self>> {
                let (numbers, rest) = bytes.as_chunks();
                rest.is_empty().then(|| numbers.iter().map(|number| <$kind>::from_le_bytes(*number)).collect())
            }
        }
    )*};
}

number!(i16, u32, u64, f32);

pub(super) fn serialize<T: Number, S: Serializer>(numbers: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    let mut bytes = Vec::with_capacity(size_of_val(numbers));
    numbers.iter().for_each(|number| number.put(&mut bytes));
    serializer.serialize_bytes(&bytes)
}

pub(super) fn deserialize<'de, T: Number, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    struct Bytes<T>(PhantomData<T>);
    impl<T: Number> Visitor<'_> for Bytes<T> {
        type Value = Vec<T>;

        fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
            formatter.write_str("the bytes of numbers")
        }

        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<T>, E> {
            T::all(bytes).ok_or_else(|| E::invalid_length(bytes.len(), &self))
        }
    }
    deserializer.deserialize_bytes(Bytes(PhantomData))
}
