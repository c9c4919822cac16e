//! Asking at the terminal: a question, a line for an answer. What is typed is read beside whatever the bot waits for, so
//! that Enter can end a wait; a script may give all its answers at once.

use std::collections::VecDeque;
use std::io::{BufRead, Write};
use tokio::sync::mpsc;

/// The other side of a talk: a person, or a script.
pub(super) struct Talk {
    lines: mpsc::UnboundedReceiver<String>,
    /// What was typed while Enter was waited for: answers to questions that come.
    early: VecDeque<String>,
}

impl Talk {
    /// With standard input and output.
    pub(super) fn begin() -> Talk {
        let (send, lines) = mpsc::unbounded_channel();
        // A thread of its own: reading a line cannot be broken off.
        std::thread::spawn(move || {
            for line in std::io::stdin().lock().lines() {
                let Ok(line) = line else { return };
                if send.send(line.trim().to_owned()).is_err() {
                    return;
                }
            }
        });
        Talk { lines, early: VecDeque::new() }
    }

    /// Says something.
    pub(super) fn say(&self, words: &str) {
        outln!("{words}");
    }

    /// Asks something; `None` when no answer can come any more.
    pub(super) async fn ask(&mut self, question: &str) -> Option<String> {
        out!("\n{question}\n> ");
        // A terminal that is gone is found out by reading.
        let _ = std::io::stdout().flush();
        match self.early.pop_front() {
            Some(line) => Some(line),
            None => self.lines.recv().await,
        }
    }

    /// Waits for Enter alone. Other words are kept for the next question; when nothing can come any more it waits for
    /// ever.
    pub(super) async fn enter(&mut self) {
        while self.early.is_empty() {
            match self.lines.recv().await {
                Some(line) if line.is_empty() => return,
                Some(line) => self.early.push_back(line),
                None => break,
            }
        }
        std::future::pending().await
    }
}
