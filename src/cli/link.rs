//! `otklik link`: links that open the bot where the customer wants to be, for a shop's letters and pages.

use super::shared::{CommandResult, PhrasesArguments};
use crate::conversation::StartLink;
use crate::launch;
use crate::parcel::TrackingNumber;
use crate::telegram::Api;
use secrecy::SecretString;
use understanding::read;

#[derive(clap::Args)]
#[command(after_help = "Examples:
  otklik link 1000000017
  otklik link 1000000017 RA123456785RU --bot our_delivery_bot
  otklik link --intent refund

A link to a parcel tells its status to whoever presses it, as its number does. A link to a request begins that request;
what cannot be undone still wants the recipient's phone and a yes.")]
pub(super) struct Arguments {
    #[command(flatten)]
    phrases: PhrasesArguments,
    /// Numbers of parcels: a link a line, in this order
    #[arg(value_name = "NUMBER", required_unless_present = "intent")]
    numbers: Vec<String>,
    /// A request by its id, such as refund, in the place of a parcel
    #[arg(long, value_name = "INTENT", conflicts_with = "numbers")]
    intent: Option<String>,
    /// The bot's name, such as our_delivery_bot; otherwise Telegram is asked with TELOXIDE_TOKEN
    #[arg(long, value_name = "NAME", value_parser = bot_name)]
    bot: Option<String>,
}

/// A bot's name as Telegram has it, with or without its sign.
fn bot_name(typed: &str) -> Result<String, String> {
    let name = typed.trim_start_matches('@');
    let sign = |c: char| c.is_ascii_alphanumeric() || c == '_';
    match (5..=32).contains(&name.len()) && name.chars().all(sign) {
        true => Ok(name.to_owned()),
        false => Err("a bot's name is 5 to 32 Latin letters, digits and _, such as our_delivery_bot".into()),
    }
}

pub(super) async fn run(arguments: Arguments) -> CommandResult {
    let settings = arguments.phrases.settings()?;
    let phrasebook = launch::phrasebook(&settings)?;
    let mut payloads = Vec::new();
    match &arguments.intent {
        Some(intent) => {
            let language = phrasebook.default_language();
            if !phrasebook.is_intent(intent) || !phrasebook.has(&format!("{intent}.title"), language) {
                let mut known = phrasebook.intent_ids();
                known.retain(|id| phrasebook.has(&format!("{id}.title"), language));
                return Err(format!("there is no request {intent}; there are {}", known.join(", ")).into());
            }
            payloads.push(payload(intent, &StartLink::Request(intent.clone()))?);
        }
        // A number that the bot would not see in a message does nothing in a link either.
        None => {
            let matcher = launch::matcher(&phrasebook, &settings);
            for number in &arguments.numbers {
                let wanted = TrackingNumber::new(number);
                let slots = read(&matcher, wanted.as_str()).slots;
                if !slots.tracking_numbers.iter().any(|found| TrackingNumber::new(found) == wanted) {
                    return Err(format!(
                        "{number} is not read as a tracking number: correct it, or name its form in carrier_formats"
                    )
                    .into());
                }
                payloads.push(payload(number, &StartLink::Parcel(wanted))?);
            }
        }
    }
    let bot = match arguments.bot {
        Some(name) => name,
        None => {
            let place = arguments.phrases.place.place()?;
            let secret = |name| place.variable(name).map(SecretString::from);
            let token = secret("TELOXIDE_TOKEN").ok_or("--bot NAME or TELOXIDE_TOKEN says which bot it is")?;
            Api::new(&token, secret("TELOXIDE_API_URL").as_ref())?.username().await?
        }
    };
    for payload in payloads {
        outln!("https://t.me/{bot}?start={payload}");
    }
    Ok(())
}

fn payload(of: &str, link: &StartLink) -> Result<String, String> {
    link.payload().ok_or_else(|| {
        format!("{of} does not fit into a link: Telegram takes up to 62 Latin letters, digits, _ and - of it")
    })
}
