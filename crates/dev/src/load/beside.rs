//! One stranger beside the customers of a flood, who does nothing but get in their way: is anybody else kept waiting?

use sandbox::Sandbox;
use std::collections::VecDeque;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// The longest text that Telegram lets anybody write.
const LONGEST: usize = 4096;
/// So many connections the stranger keeps open: more than the door has places.
const HELD: usize = 400;

/// What the stranger does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Beside {
    /// Texts as long as Telegram takes them, of words
    Texts,
    /// The same of digits: each may be a number to hide
    Digits,
    /// Presses of one button
    Presses,
    /// Connections to the door that never say what they want; the bot then works by webhook
    Connections,
}

/// The stranger at work.
pub(super) struct Stranger<'s> {
    sandbox: &'s Sandbox,
    id: i64,
    does: Beside,
    /// The port of the door.
    port: u16,
    held: VecDeque<TcpStream>,
    /// How often it was done.
    pub times: usize,
}

impl<'s> Stranger<'s> {
    /// A stranger who has written to the bot; `port` is that of its door.
    pub fn new(sandbox: &'s Sandbox, does: Beside, port: u16) -> Stranger<'s> {
        let id = sandbox.new_customer("Чужой");
        sandbox.customer_says(id, "/start");
        Stranger { sandbox, id, does, port, held: VecDeque::new(), times: 0 }
    }

    /// Does it once more.
    pub async fn act(&mut self) {
        self.times += 1;
        let text = |words: &str| words.chars().cycle().take(LONGEST).collect::<String>();
        match self.does {
            Beside::Texts => drop(self.sandbox.customer_says(self.id, &text("где моя посылка, я жду уже неделю? "))),
            Beside::Digits => drop(self.sandbox.customer_says(self.id, &text("4510 123456 7700 "))),
            Beside::Presses => {
                let messages = self.sandbox.chat(self.id);
                let pressed = messages.iter().rev().find_map(|message| {
                    let button = message.buttons.iter().flatten().find_map(|button| button.data.clone())?;
                    Some((message.id, button))
                });
                match pressed {
                    Some((message, data)) => self.sandbox.press(self.id, self.id, message, &data),
                    None => self.times -= 1, // not greeted yet
                }
            }
            Beside::Connections => match TcpStream::connect(("127.0.0.1", self.port)).await {
                Ok(mut stream) => {
                    let _ = stream.write_all(b"POST /telegram HTTP/1.1\r\nHost:").await;
                    self.held.push_back(stream);
                    if self.held.len() > HELD {
                        self.held.pop_front();
                    }
                }
                Err(_) => self.times -= 1,
            },
        }
    }
}
