//! Inputs of a seed: those of the corpus, changed.

use fastrand::Rng;

use crate::shape::WORDS;

/// Longest input that is made, in bytes.
const LONGEST: usize = 8192;
/// Numbers at which something may change.
const EDGES: [u8; 8] = [0, 1, 0x1f, 0x7f, 0x80, 0xc0, 0xdf, 0xff];

/// Makes inputs, the same ones for the same seed and corpus.
#[derive(Debug)]
pub struct Mutator {
    random: Rng,
    corpus: Vec<Vec<u8>>,
}

impl Mutator {
    /// One that changes what is in `corpus`.
    pub fn new(seed: u64, corpus: Vec<Vec<u8>>) -> Self {
        Self {
            random: Rng::with_seed(seed),
            corpus,
        }
    }

    /// The next input.
    pub fn input(&mut self) -> Vec<u8> {
        // Some are nothing but chance.
        let mut input = match self.random.u8(..) {
            0..16 => (0..self.random.usize(..64))
                .map(|_| self.random.u8(..))
                .collect(),
            _ => self.some().to_vec(),
        };
        for _ in 0..1 + self.random.usize(..6) {
            self.change(&mut input);
        }
        input.truncate(LONGEST);
        input
    }

    fn some(&mut self) -> &[u8] {
        let chosen = self.random.usize(..self.corpus.len().max(1));
        self.corpus.get(chosen).map_or(&[], Vec::as_slice)
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let at = self.random.usize(..=input.len());
        let end = at + self.random.usize(..=input.len() - at).min(64);
        match self.random.u8(..9) {
            0 => {
                if let Some(byte) = input.get_mut(at) {
                    *byte ^= 1 << self.random.u8(..8);
                }
            }
            1 => {
                if let Some(byte) = input.get_mut(at) {
                    *byte = EDGES[self.random.usize(..EDGES.len())];
                }
            }
            2 => input.insert(at, self.random.u8(..)),
            3 => drop(input.drain(at..end)),
            4 => input.truncate(at),
            5 => {
                let copy = input[at..end].to_vec();
                drop(input.splice(at..at, copy));
            }
            6 => {
                let word = WORDS[self.random.usize(..WORDS.len())];
                drop(input.splice(at..end, word.bytes()));
            }
            _ => {
                // The end of one with the beginning of another.
                let other = self.some().to_vec();
                let from = self.random.usize(..=other.len());
                let to = from + self.random.usize(..=other.len() - from);
                drop(input.splice(at..end, other[from..to].iter().copied()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_makes_the_same_inputs_and_another_makes_others() {
        let made = |seed| {
            let mut mutator = Mutator::new(seed, vec![b"first".to_vec(), b"second".to_vec()]);
            (0..100).map(|_| mutator.input()).collect::<Vec<_>>()
        };
        assert_eq!(made(1), made(1));
        assert_ne!(made(1), made(2));
    }
}
