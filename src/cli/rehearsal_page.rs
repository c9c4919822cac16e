//! The page of `otklik rehearse --html`: chats side by side with their verdicts, for a support lead who judges the voice.

use super::rehearsal_chat::{Chat, word};
use crate::rehearsal::Speaker;
use std::fmt::Write as _;

const STYLE: &str = "body{font:15px/1.4 system-ui,sans-serif;margin:1rem;background:#eef1f4;color:#1c2733}\
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(22rem,1fr));gap:1rem}\
article{background:#fff;border-radius:.6rem;padding:.8rem;border-top:.35rem solid #9aa}\
.solved{border-color:#3a9d5d}.partly{border-color:#d9a514}.wrong{border-color:#d9622b}.harmful{border-color:#b3203a}\
h2{font-size:.95rem;margin:0 0 .5rem;display:flex;justify-content:space-between}\
p{margin:.3rem 0;padding:.4rem .6rem;border-radius:.6rem;white-space:pre-wrap;width:fit-content;max-width:92%}\
.customer{background:#d8f0d2;margin-left:auto}.bot{background:#eef3f8}.agent{background:#fbe9c8}\
.world{background:none;color:#667;font-size:.85rem;margin:0 auto}\
.buttons{color:#2b6cb0;font-size:.85rem}.fault{background:#fde8e8;color:#8b1a2b;font-size:.85rem;max-width:100%}";

/// The whole page, with nothing to be fetched.
pub(super) fn page(chats: &[Chat]) -> String {
    let mut out = format!(
        "<!doctype html><html lang=\"ru\"><meta charset=\"utf-8\"><title>Репетиции</title><style>{STYLE}</style><main>\n"
    );
    for chat in chats {
        let verdict = word(chat.scored.verdict);
        let (id, voice) = (escaped(&chat.id), escaped(&chat.rehearsal.voice));
        let _ =
            writeln!(out, "<article class=\"{verdict}\"><h2><span>{id} · {voice}</span><span>{verdict}</span></h2>");
        for (at, played) in chat.played.iter().enumerate() {
            for seen in &played.seen {
                let class = match seen.speaker {
                    Speaker::Customer => "customer",
                    Speaker::Bot => "bot",
                    Speaker::Agent => "agent",
                    Speaker::World => "world",
                };
                let _ = writeln!(out, "<p class=\"{class}\">{}</p>", escaped(&seen.text));
                if !seen.buttons.is_empty() {
                    let _ = writeln!(out, "<p class=\"buttons\">{}</p>", escaped(&seen.buttons.join(" · ")));
                }
            }
            for fault in chat.scored.faults.iter().filter(|fault| fault.step == at) {
                let _ = writeln!(out, "<p class=\"fault\">{}: {}</p>", fault.flaw.word(), escaped(&fault.why));
            }
        }
        out += "</article>\n";
    }
    out + "</main></html>\n"
}

/// Text as HTML shows it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
