//! A gzip file of zeros, a thousandth of what it inflates to, made without inflating it.

use bytes::Bytes;

/// Zeros that one match of the compressed form stands for.
const MATCH: u64 = 258;
/// A compressed byte of only such matches: two bits each.
const PER_BYTE: u64 = MATCH * 4;
/// How much is handed out at once.
const PIECE: usize = 16 * 1024;

/// The pieces of a valid gzip file that inflates to at least `bytes` zeros, and its length.
pub(crate) fn zeros(bytes: u64) -> (u64, impl Iterator<Item = Bytes> + Send + use<>) {
    let filler = bytes.div_ceil(PER_BYTE);
    let mut bits = Bits::default();
    block_header(&mut bits);
    bits.code(0b10, 2); // the literal 0 that every match repeats
    // Header and literal have an even number of bits: matches fill up the byte, so that the rest are whole zeros.
    let fit = (8 - bits.len % 8) % 8 / 2;
    for _ in 0..fit {
        bits.code(0b00, 2);
    }
    let matches = filler * 4 + fit as u64;
    let mut head = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    head.append(&mut bits.out);

    let inflated = 1 + matches * MATCH;
    let mut end = Bits::default();
    end.code(0b11, 2); // end of the block
    let mut tail = end.out;
    tail.extend(crc_of_zeros(inflated).to_le_bytes());
    tail.extend(inflated.to_le_bytes().into_iter().take(4));

    let total = head.len() as u64 + filler + tail.len() as u64;
    let mut left = filler;
    let matches = Bytes::from(vec![0; PIECE]);
    let fill = std::iter::from_fn(move || {
        let piece = usize::try_from(left).unwrap_or(usize::MAX).min(PIECE);
        left -= piece as u64;
        (piece > 0).then(|| matches.slice(..piece))
    });
    (total, std::iter::once(Bytes::from(head)).chain(fill).chain(std::iter::once(Bytes::from(tail))))
}

/// Bits in the order of deflate.
#[derive(Default)]
struct Bits {
    out: Vec<u8>,
    len: usize,
}

impl Bits {
    fn bit(&mut self, bit: bool) {
        if self.len.is_multiple_of(8) {
            self.out.push(0);
        }
        if let Some(last) = self.out.last_mut() {
            *last |= u8::from(bit) << (self.len % 8);
        }
        self.len += 1;
    }

    /// A number: lowest bit first.
    fn number(&mut self, value: u32, bits: u32) {
        for at in 0..bits {
            self.bit((value >> at) & 1 == 1);
        }
    }

    /// A Huffman code: highest bit first.
    fn code(&mut self, code: u32, bits: u32) {
        for at in (0..bits).rev() {
            self.bit((code >> at) & 1 == 1);
        }
    }
}

/// One last block whose codes are: match of 258 = `0`, literal 0 = `10`, end = `11`, distance 1 = `0`.
fn block_header(bits: &mut Bits) {
    bits.number(1, 1); // the last block
    bits.number(2, 2); // with codes of its own
    bits.number(286 - 257, 5); // literal and length codes
    bits.number(0, 5); // one distance code
    bits.number(19 - 4, 4); // code lengths of code lengths, in the fixed order
    // Order: 16 17 18 0 8 7 9 6 10 5 11 4 12 3 13 2 14 1 15. Used: 18 = `0`, 1 = `10`, 2 = `11`.
    for length in [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2, 0] {
        bits.number(length, 3);
    }
    let skip = |bits: &mut Bits, zeros: u32| {
        bits.code(0b0, 1);
        bits.number(zeros - 11, 7);
    };
    bits.code(0b11, 2); // literal 0: 2 bits
    skip(bits, 138);
    skip(bits, 117); // literals 1 to 255: unused
    bits.code(0b11, 2); // end of block: 2 bits
    skip(bits, 28); // lengths below 258: unused
    bits.code(0b10, 2); // length 258: 1 bit
    bits.code(0b10, 2); // distance 1: 1 bit
}

/// The CRC-32 of `count` zero bytes, by repeated squaring of the step that one zero bit makes.
fn crc_of_zeros(count: u64) -> u32 {
    // Column `n` says where bit `n` of the register goes.
    let mut step = [0u32; 32];
    for (bit, column) in step.iter_mut().enumerate() {
        *column = if bit == 0 { 0xedb8_8320 } else { 1 << (bit - 1) };
    }
    let mut register = u32::MAX;
    let mut bits = count.saturating_mul(8);
    while bits > 0 {
        if bits & 1 == 1 {
            register = times(&step, register);
        }
        step = step.map(|column| times(&step, column));
        bits >>= 1;
    }
    !register
}

fn times(matrix: &[u32; 32], vector: u32) -> u32 {
    matrix
        .iter()
        .enumerate()
        .filter(|(bit, _)| (vector >> bit) & 1 == 1)
        .fold(0, |sum, (_, column)| sum ^ column)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn it_inflates_and_its_checksum_is_right() {
        for wanted in [0, 1, 1_000, 1_032, 1_000_000, 20_000_000] {
            let (total, pieces) = zeros(wanted);
            let file = pieces.fold(Vec::new(), |mut file, piece| {
                file.extend_from_slice(&piece);
                file
            });
            assert_eq!(file.len() as u64, total);
            let mut inflated = Vec::new();
            flate2::read::GzDecoder::new(&file[..]).read_to_end(&mut inflated).unwrap();
            assert!(inflated.len() as u64 >= wanted && inflated.len() as u64 <= wanted + 3_000);
            assert!(inflated.iter().all(|&byte| byte == 0));
        }
    }

    #[test]
    fn half_a_gib_fits_into_half_a_mib() {
        assert!(zeros(512 << 20).0 < 1 << 19);
    }

    #[test]
    fn the_checksum_of_a_few_zeros_is_the_known_one() {
        assert_eq!(crc_of_zeros(0), 0);
        assert_eq!(crc_of_zeros(1), 0xd202_ef8d);
        assert_eq!(crc_of_zeros(4), 0x2144_df1c);
    }
}
