//! The IDX file format of MNIST, read as it arrives.
//!
//! Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits", section "File formats".
//! A file is a big-endian header (magic, count and, for images, rows and columns) and one byte a value.

use serde::Serialize;

use super::{MAX_CLASSES, PIXELS, SIDE};
use crate::error::{Error, IdxAxis, Result};

/// The most bytes that are set aside before they arrive.
const MAX_RESERVE: usize = 1 << 26;
/// The most items of a file: training shuffles a number for each.
const MAX_ITEMS: usize = 1 << 24;

/// What an IDX file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum IdxKind {
    /// `n` grey images of 28 x 28 pixels.
    Images,
    /// `n` labels, 0 to 99.
    Labels,
}

impl IdxKind {
    /// The magic number: two zero bytes, 8 for unsigned bytes, then the number of dimensions.
    pub const fn magic(self) -> u32 {
        match self {
            Self::Images => 0x0000_0803,
            Self::Labels => 0x0000_0801,
        }
    }

    /// The length of the header in bytes.
    pub const fn header_length(self) -> usize {
        match self {
            Self::Images => 16,
            Self::Labels => 8,
        }
    }

    /// The bytes of one item.
    pub const fn item_length(self) -> usize {
        match self {
            Self::Images => PIXELS,
            Self::Labels => 1,
        }
    }

    /// What its items are called.
    pub(crate) const fn items(self) -> &'static str {
        match self {
            Self::Images => "images",
            Self::Labels => "labels",
        }
    }
}

/// An IDX file that may still be arriving.
#[derive(Clone, Debug)]
pub struct IdxReader {
    name: String,
    kind: IdxKind,
    header: Vec<u8>,
    expected: Option<usize>,
    payload: Vec<u8>,
    /// The first of the highest labels so far, and its place.
    highest: Option<(usize, u8)>,
}

impl IdxReader {
    /// An empty file; `name` is used in errors.
    pub fn new(name: impl Into<String>, kind: IdxKind) -> Self {
        Self {
            name: name.into(),
            kind,
            header: Vec::new(),
            expected: None,
            payload: Vec::new(),
            highest: None,
        }
    }

    /// Forgets all bytes, so that the file can be sent again.
    pub fn clear(&mut self) {
        *self = Self::new(std::mem::take(&mut self.name), self.kind);
    }

    /// Reads a whole file that is already in memory.
    pub fn read(name: impl Into<String>, kind: IdxKind, bytes: &[u8]) -> Result<Self> {
        let mut reader = Self::new(name, kind);
        reader.push(bytes)?;
        reader.finish()?;
        Ok(reader)
    }

    /// How many items the header promises; `None` before the header is complete.
    pub fn expected(&self) -> Option<usize> {
        self.expected
    }

    /// How many items have arrived whole.
    pub fn received(&self) -> usize {
        self.payload.len() / self.kind.item_length()
    }

    /// Whether everything that the header promises is here.
    pub fn is_complete(&self) -> bool {
        self.expected == Some(self.received())
    }

    /// Item `index`, if it has arrived.
    pub fn item(&self, index: usize) -> Option<&[u8]> {
        let length = self.kind.item_length();
        let start = index.checked_mul(length)?;
        self.payload.get(start..start.checked_add(length)?)
    }

    /// The highest label that has arrived, with the place where it stands first.
    pub fn highest_label(&self) -> Option<(usize, u8)> {
        self.highest
    }

    /// Takes the next bytes of the file.
    ///
    /// # Errors
    ///
    /// A wrong magic number, a wrong image size, a label above 99, more bytes than the header promises, or more items than
    /// memory holds.
    /// The reader is as before then.
    pub fn push(&mut self, bytes: &[u8]) -> Result<()> {
        let missing = self.kind.header_length() - self.header.len();
        let (head, body) = bytes.split_at(missing.min(bytes.len()));
        let mut header = self.header.clone();
        header.extend_from_slice(head);
        let expected = self.check_header(&header)?;
        self.check_body(body, expected)?;
        self.make_room(body.len(), expected)?;
        if self.kind == IdxKind::Labels {
            self.highest = self.highest_with(body);
        }
        self.header = header;
        self.expected = expected;
        self.payload.extend_from_slice(body);
        Ok(())
    }

    /// Says that no more bytes will come.
    ///
    /// # Errors
    ///
    /// The file ended before everything that its header promises was there.
    pub fn finish(&self) -> Result<()> {
        if self.is_complete() {
            return Ok(());
        }
        let file = self.name.clone();
        Err(match self.expected {
            None => Error::IdxHeaderCut {
                file,
                expected: self.kind.header_length(),
                found: self.header.len(),
            },
            Some(expected) => Error::IdxCut {
                file,
                kind: self.kind,
                expected,
                found: self.received(),
            },
        })
    }

    /// One allocation instead of doublings; a header that promises the moon gets no more than a little.
    fn make_room(&mut self, arriving: usize, expected: Option<usize>) -> Result<()> {
        let promised = expected
            .unwrap_or(0)
            .saturating_mul(self.kind.item_length());
        let reserved = match self.expected {
            None => promised.min(MAX_RESERVE),
            Some(_) => 0,
        };
        let room = self.payload.try_reserve(arriving.max(reserved));
        room.map_err(|_| Error::IdxNoMemory {
            file: self.name.clone(),
            bytes: promised,
        })
    }

    /// The highest label when these have arrived too.
    fn highest_with(&self, labels: &[u8]) -> Option<(usize, u8)> {
        let arriving = (self.payload.len()..).zip(labels.iter().copied());
        arriving.fold(self.highest, |highest, (place, label)| match highest {
            Some((_, most)) if most >= label => highest,
            _ => Some((place, label)),
        })
    }

    /// Checks as much of the header as is there; gives the number of items once all of it is.
    fn check_header(&self, header: &[u8]) -> Result<Option<usize>> {
        let Some(magic) = big_endian(header, 0) else {
            return Ok(None);
        };
        if magic != self.kind.magic() {
            return Err(self.wrong_magic(magic));
        }
        if self.kind == IdxKind::Images {
            for (offset, axis) in [(8, IdxAxis::Rows), (12, IdxAxis::Columns)] {
                let Some(size) = big_endian(header, offset) else {
                    return Ok(None);
                };
                if size as usize != SIDE {
                    return Err(Error::IdxSize {
                        file: self.name.clone(),
                        side: SIDE,
                        axis,
                        size,
                    });
                }
            }
        }
        match big_endian(header, 4).map(|count| count as usize) {
            Some(found) if found > MAX_ITEMS => Err(Error::IdxTooMany {
                file: self.name.clone(),
                kind: self.kind,
                max: MAX_ITEMS,
                found,
            }),
            count => Ok(count),
        }
    }

    fn check_body(&self, body: &[u8], expected: Option<usize>) -> Result<()> {
        let Some(expected) = expected else {
            return Ok(());
        };
        let found = self.payload.len() + body.len();
        // A hostile header can promise more than an address space holds: saturate, never overflow.
        if found > expected.saturating_mul(self.kind.item_length()) {
            return Err(Error::IdxTooLong {
                file: self.name.clone(),
                kind: self.kind,
                expected,
                found,
            });
        }
        if self.kind == IdxKind::Labels
            && let Some(position) = body
                .iter()
                .position(|&label| usize::from(label) >= MAX_CLASSES)
        {
            return Err(Error::IdxLabel {
                file: self.name.clone(),
                max: MAX_CLASSES - 1,
                label: body[position],
                index: self.payload.len() + position,
            });
        }
        Ok(())
    }

    fn wrong_magic(&self, found: u32) -> Error {
        let file = self.name.clone();
        if found >> 16 == 0x1f8b {
            return Error::IdxGzip { file };
        }
        Error::IdxMagic {
            file,
            kind: self.kind,
            expected: format!("0x{:08x}", self.kind.magic()),
            found: format!("0x{found:08x}"),
        }
    }
}

fn big_endian(bytes: &[u8], offset: usize) -> Option<u32> {
    let word = bytes.get(offset..offset + 4)?;
    Some(u32::from_be_bytes([word[0], word[1], word[2], word[3]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn images(count: u32, rows: u32, columns: u32, bytes: usize) -> Vec<u8> {
        let mut file = Vec::new();
        for word in [0x803, count, rows, columns] {
            file.extend_from_slice(&u32::to_be_bytes(word));
        }
        file.extend((0..bytes).map(|i| i as u8));
        file
    }

    fn labels(values: &[u8]) -> Vec<u8> {
        let mut file = vec![0, 0, 8, 1, 0, 0, 0, values.len() as u8];
        file.extend_from_slice(values);
        file
    }

    fn message(kind: IdxKind, bytes: &[u8]) -> String {
        IdxReader::read("test-file", kind, bytes)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn reads_images_and_labels() {
        let file = IdxReader::read("i", IdxKind::Images, &images(2, 28, 28, 2 * PIXELS)).unwrap();
        assert_eq!((file.received(), file.expected()), (2, Some(2)));
        assert_eq!(file.item(1).unwrap()[0], PIXELS as u8);
        assert_eq!(file.item(2), None);
        assert_eq!(file.item(usize::MAX), None);
        let file = IdxReader::read("l", IdxKind::Labels, &labels(&[3, 9])).unwrap();
        assert_eq!(file.item(1), Some(&[9u8][..]));
    }

    #[test]
    fn every_fault_says_what_was_expected_and_found() {
        let wrong_magic = message(IdxKind::Images, &labels(&[1, 2, 3]));
        assert!(
            wrong_magic.contains("0x00000803") && wrong_magic.contains("0x00000801"),
            "{wrong_magic}"
        );
        let gzip = message(IdxKind::Labels, &[0x1f, 0x8b, 8, 0, 0]);
        assert!(gzip.contains("Inflate it"), "{gzip}");
        let size = message(IdxKind::Images, &images(1, 28, 32, PIXELS));
        assert!(
            size.contains("28 x 28") && size.contains("32 columns"),
            "{size}"
        );
        let truncated = message(IdxKind::Images, &images(3, 28, 28, 2 * PIXELS + 5));
        assert!(
            truncated.contains("3 images") && truncated.contains("after 2"),
            "{truncated}"
        );
        let header = message(IdxKind::Images, &images(3, 28, 28, 0)[..9]);
        assert!(
            header.contains("16 bytes") && header.contains("9 bytes"),
            "{header}"
        );
        let long = message(IdxKind::Labels, &[labels(&[1]), vec![0]].concat());
        assert!(long.contains("1 labels"), "{long}");
        let range = message(IdxKind::Labels, &labels(&[1, 100]));
        assert!(range.contains("label 100 at index 1"), "{range}");
        let many = message(IdxKind::Images, &images(u32::MAX, 28, 28, 0));
        assert!(many.contains("a header that promises 4294967295"), "{many}");
    }

    #[test]
    fn the_highest_label_is_known_with_its_first_place() {
        let mut file = IdxReader::new("l", IdxKind::Labels);
        assert_eq!(file.highest_label(), None);
        let bytes = labels(&[3, 25, 7, 25, 61, 2]);
        file.push(&bytes[..12]).unwrap();
        assert_eq!(file.highest_label(), Some((1, 25)));
        file.push(&bytes[12..]).unwrap();
        assert_eq!(file.highest_label(), Some((4, 61)));
        file.clear();
        assert_eq!(file.highest_label(), None);
    }

    #[test]
    fn an_error_leaves_the_reader_as_it_was() {
        let mut file = IdxReader::new("l", IdxKind::Labels);
        file.push(&labels(&[1, 2, 3])[..9]).unwrap();
        assert!(file.push(&[200]).is_err());
        assert_eq!((file.received(), file.highest_label()), (1, Some((0, 1))));
        file.push(&[2, 3]).unwrap();
        file.finish().unwrap();
    }
}
