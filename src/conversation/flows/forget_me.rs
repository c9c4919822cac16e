//! «Удалите мои данные»: the buttons that lead to it, to a copy, and to a person.

use super::flow::Flow;
use crate::conversation::next::{Asked, Next};
use crate::conversation::state::{Matter, Question};
use crate::conversation::turn::Turn;
use crate::phrases::Key;

const TEXTS: &[Key] = &[Key::reply("forget_me.answer", &[], &[])];

/// The customer wants what is kept about them erased, or to know it.
pub(super) struct ForgetMe;

impl Flow for ForgetMe {
    fn intent(&self) -> &'static str {
        "forget_me"
    }

    fn texts(&self) -> &'static [Key] {
        TEXTS
    }

    fn begin(&self, turn: &mut Turn<'_>, asked: &Asked) -> Option<Next> {
        let reply = turn.reply("forget_me.answer");
        let more = turn.more_row(&asked.intent);
        let buttons = turn.rights_rows().into_iter().chain(more).chain([turn.person_row()]).collect();
        turn.ask(Question::Person { about: asked.intent.clone() }, reply, buttons);
        turn.tells_of(Matter::Rule(asked.intent.clone()));
        Some(Next::Waiting)
    }
}
