//! Where the tokenizer is: html5ever tells line numbers only, but takes its input from a queue
//! that can be looked into.

use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use std::ops::Range;

/// The input, and how to tell how much of it is consumed.
pub(super) struct Input {
    queue: BufferQueue,
    /// Length of the input.
    len: usize,
    /// The address range of the input's bytes. A buffer in it is what is left of the input; one
    /// outside was put back by the tokenizer, or is so short that it was copied.
    addresses: Range<usize>,
}

impl Input {
    /// Queues a text, which is to be shorter than 4 GiB.
    pub(super) fn new(text: &str) -> Self {
        let queue = BufferQueue::default();
        let buffer = StrTendril::from_slice(text);
        let address = buffer.as_ptr() as usize;
        queue.push_back(buffer);
        Input {
            queue,
            len: text.len(),
            addresses: address..address + text.len(),
        }
    }

    /// The queue, for the tokenizer.
    pub(super) fn queue(&self) -> &BufferQueue {
        &self.queue
    }

    /// How many bytes are consumed.
    pub(super) fn position(&self) -> usize {
        let front = self.queue.peek_front_chunk_mut().map(|buffer| {
            let address = buffer.as_ptr() as usize;
            (self.addresses.contains(&address), buffer.len())
        });
        let left = match front {
            None => 0,
            Some((true, length)) => length,
            Some((false, _)) => self.count(),
        };
        self.len.saturating_sub(left)
    }

    /// The length of all buffers.
    fn count(&self) -> usize {
        let queue = self.queue.clone();
        std::iter::from_fn(|| queue.pop_front())
            .map(|buffer| buffer.len())
            .sum()
    }
}

/// Where the tokens of a text start: the tokenizer's position tells where they end.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// The end of the last token that is not text.
    end: usize,
    /// The position at the last token of any kind. It may be one character past the token's
    /// end, if the tokenizer is about to look at that one again, and before the next one's start,
    /// if there is something between them that makes no token (`</>`).
    seen: usize,
}

impl Places {
    /// Text was read up to a position.
    pub(super) fn text(&mut self, position: usize) {
        self.seen = position;
    }

    /// The range of a tag that ends at a position; `name` is its first letter.
    pub(super) fn tag(&mut self, text: &str, position: usize, end: bool, name: u8) -> Range<usize> {
        self.construct(text, position, |rest| {
            let rest = match (end, rest) {
                (true, [b'/', rest @ ..]) => rest,
                (true, _) => return false,
                (false, rest) => rest,
            };
            rest.first().is_some_and(|c| c.eq_ignore_ascii_case(&name))
        })
    }

    /// The range of a comment or doctype that ends at a position.
    pub(super) fn declaration(&mut self, text: &str, position: usize) -> Range<usize> {
        self.construct(text, position, |rest| {
            !rest.starts_with(b"![CDATA[") && !rest.starts_with(b"/>")
        })
    }

    /// The end of the last token that is not text: where a text starts.
    pub(super) fn text_start(&self) -> usize {
        self.end
    }

    /// The range of what starts with `<` and then something that is told apart.
    fn construct(
        &mut self,
        text: &str,
        position: usize,
        starts: impl Fn(&[u8]) -> bool,
    ) -> Range<usize> {
        let from = self.seen.saturating_sub(1).max(self.end).min(position);
        let bytes = text.as_bytes().get(from..position).unwrap_or_default();
        let start = memchr::memchr_iter(b'<', bytes)
            .find(|at| bytes.get(at + 1..).is_some_and(&starts))
            .map_or(position, |at| from + at);
        self.end = position;
        self.seen = position;
        start..position
    }
}
