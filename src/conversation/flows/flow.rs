//! What a flow is: everything the rest of the conversation may ask of one.

use crate::conversation::event::{Message, Tracked, Why};
use crate::conversation::heard::{Answer, Heard};
use crate::conversation::next::{Asked, Next};
use crate::conversation::state::{Fact, Question, Reason};
use crate::conversation::steps;
use crate::conversation::task::{Group, Task};
use crate::conversation::turn::Turn;
use crate::parcel::{Change, ChangeRefused, Done, Instruction, TrackingNumber};
use crate::phrases::Key;

/// One thing that customers want and the bot solves.
pub(in crate::conversation) trait Flow: Sync {
    /// The intent it serves.
    fn intent(&self) -> &'static str;

    /// The texts it says, beyond its title.
    fn texts(&self) -> &'static [Key];

    /// The customer wants it. `None` when it turns out not to be this: a person looks at it.
    fn begin(&self, turn: &mut Turn<'_>, asked: &Asked) -> Option<Next>;

    /// The next step of its task.
    fn go_on(&self, _turn: &mut Turn<'_>) -> Next {
        Next::Rest
    }

    /// The questions with given answers that it asks.
    fn groups(&self) -> &'static [Group] {
        &[]
    }

    /// A given answer of one of its groups was chosen: by a press, or in these words.
    fn chosen(&self, _turn: &mut Turn<'_>, _group: Group, _answer: &str, _words: Option<&str>) -> Next {
        Next::Rest
    }

    /// What it makes of an answer to a question of its own, before what holds for all answers.
    fn answered(&self, _turn: &mut Turn<'_>, _question: &Question, _heard: &Heard<'_>) -> Answer {
        Answer::AsUsual
    }

    /// The customer sent something to look at; `None` when it is of no use here.
    fn shown(&self, _turn: &mut Turn<'_>, _message: &Message) -> Option<Next> {
        None
    }

    /// The customer does not want it any more.
    fn stopped(&self, turn: &mut Turn<'_>) -> Next {
        steps::let_go(turn, "common.declined")
    }

    /// The carrier told of a parcel that it had asked about.
    fn tracked(&self, turn: &mut Turn<'_>, number: TrackingNumber, answer: Tracked, why: Why) -> Next {
        match why {
            Why::Task(no) => steps::tracked(turn, no, number, answer),
            Why::Tell | Why::NotReceived | Why::Remind | Why::About(_) | Why::Story | Why::Further | Why::Waiting => {
                Next::Rest
            }
        }
    }

    /// Whether a change is its own: then it tells what became of it.
    fn makes(&self, _change: Change) -> bool {
        false
    }

    /// The carrier has made a change of its own.
    fn made(&self, _turn: &mut Turn<'_>, _instruction: &Instruction, _done: &Done) -> Next {
        Next::Rest
    }

    /// The carrier did not make it: things have moved on meanwhile, or it counts differently. A person finds out.
    fn refused(&self, turn: &mut Turn<'_>, _refused: ChangeRefused) -> Next {
        let reply = turn.reply("common.carrier_refused");
        turn.preface(reply);
        Next::person(Reason::Refused)
    }

    /// What it has found out and told in its task, in that order: for the card of a ticket.
    fn told(&self, _task: &Task) -> Vec<Fact> {
        Vec::new()
    }

    /// Other requests that are the same matter, when they come in one message with this one before them.
    fn covers(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether it can lead to a change that cannot be taken back: what only somebody else asks for is asked about first.
    fn is_irreversible(&self) -> bool {
        false
    }

    /// Whether it may run while a ticket waits for a person.
    fn beside_ticket(&self) -> bool {
        true
    }
}
