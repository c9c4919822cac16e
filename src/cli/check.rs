//! `otklik check`: everything that can be wrong, found before a customer does.

use super::shared::{CommandResult, PhrasesArguments};
use crate::carrier::{Address, Carrier, Http, Pace};
use crate::config;
use crate::launch;
use crate::parcel::TrackingNumber;
use crate::phrases::{Problem, check};
use crate::run;
use crate::store::{Error, Store};
use crate::telegram::Api;
use secrecy::ExposeSecret;
use understanding::Estimate;

/// Exit status: 0 if all is well, 1 if something is to be mended or could not be looked at.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  otklik check\n  otklik check --offline --phrases phrases")]
pub(super) struct Arguments {
    #[command(flatten)]
    phrases: PhrasesArguments,
    /// Only what stands in files: settings and phrases. Telegram, database and carrier are left alone
    #[arg(long)]
    offline: bool,
}

pub(super) async fn run(arguments: Arguments) -> CommandResult {
    let (place, phrases) = (arguments.phrases.place.place()?, arguments.phrases.phrases);
    let settings_file = place.file().display().to_string();
    let mut wrong = 0;
    let mut report = |what: &str, problems: Vec<String>| {
        match problems.len() {
            0 => outln!("✓ {what}"),
            n => outln!("✗ {what}: {n}"),
        }
        for problem in &problems {
            outln!("  {problem}");
        }
        wrong += problems.len();
    };
    let mut told = Vec::new();
    let settings = match place.settings() {
        Ok(settings) => config::Settings { phrases: phrases.clone(), ..settings },
        Err(mistakes) => {
            told.clone_from(&mistakes.0);
            report(&settings_file, mistakes.0);
            config::Settings { phrases: phrases.clone(), ..config::Settings::default() }
        }
    };

    let (phrasebook, problems) = run::checked(settings.phrases.as_deref());
    let sound = problems.is_empty();
    report("phrasebook", problems.iter().map(Problem::to_string).collect());
    if sound {
        if let Err(mistakes) = settings.applied_to(phrasebook.clone()) {
            report(&settings_file, mistakes.0);
        }
        let matcher = launch::matcher(&phrasebook, &settings);
        let failing = check::failing_tests(&phrasebook, &matcher);
        report("tests of the phrasebook", failing.iter().map(Problem::to_string).collect());
        outln!("{}", sureness(matcher.estimate(), settings.precision));
    }

    if arguments.offline {
        outln!("- Telegram, desk, database and carrier: left alone (--offline)");
    } else {
        match place.config(phrases) {
            Err(mistakes) => {
                outln!("- Telegram, desk, database and carrier: not looked at before this is set right");
                let new: Vec<String> = mistakes.0.into_iter().filter(|mistake| !told.contains(mistake)).collect();
                if !new.is_empty() {
                    report("configuration", new);
                }
            }
            Ok(config) => {
                let database = Store::open_to_read(config.database.expose_secret()).await;
                // A group that was upgraded is looked at by its new id, as far as that is known.
                let now = |desk| database.as_ref().map_or(desk, |store| store.current_desk(desk));
                match &database {
                    Ok(store) => {
                        report("database", Vec::new());
                        report("phones of parcels", uncertain_phones(store).await);
                    }
                    // A check makes none.
                    Err(Error::Missing { file }) => {
                        outln!("- database {}: not there yet, otklik run makes it", file.display());
                    }
                    // Nor does it change one.
                    Err(Error::Older { .. }) => {
                        outln!("- database: of an older version, otklik run brings it up to date");
                    }
                    Err(error) => report("database", vec![error.to_string()]),
                }
                match config.carrier {
                    Some(address) => report(&format!("carrier {address}"), silent(address).await),
                    None => outln!("- carrier: our own tables, OTKLIK_CARRIER_URL is not set"),
                }
                match Api::new(&config.token, config.server.as_ref()) {
                    Err(problem) => report("Telegram", vec![problem.to_string()]),
                    Ok(api) => {
                        let token = api.username().await;
                        let known = token.is_ok();
                        report("Telegram", token.err().map(|problem| problem.to_string()).into_iter().collect());
                        for desk in config.settings.desks_of(&config.desks).iter().filter(|_| known) {
                            let what = match config.desks.len() {
                                1 => format!("desk {}", desk.id),
                                _ => format!("desk {} «{}»", desk.id, desk.name),
                            };
                            let lacks = api.missing_at_desk(now(desk.id)).await;
                            report(&what, lacks.iter().map(ToString::to_string).collect());
                        }
                    }
                }
            }
        }
    }
    match wrong {
        0 => Ok(()),
        n => Err(format!("{n} to mend").into()),
    }
}

/// How sure it is that the wanted share of answers will be right, with what there is too little of to tell: advice, no
/// mistake.
pub(super) fn sureness(estimate: &Estimate, wanted: f64) -> String {
    let Estimate { precision, at_least, measured: [within, none, never], few } = estimate;
    let mut lines = vec![match precision {
        0.0 => format!("- precision {wanted}: no confidence reaches it on held-out messages, so nothing is answered"),
        _ => format!(
            "- precision {wanted}: {precision:.3} of the answers to held-out messages are right, at least {at_least:.3} \
             (measured on {within} examples, {none} out of scope, {never} of intents held out)"
        ),
    }];
    if *none < ENOUGH_NONE {
        lines.push(format!(
            "  {none} examples of what is out of scope (none.toml) are too few to trust this: {ENOUGH_NONE} and more"
        ));
    }
    if !few.is_empty() {
        let few: Vec<String> = few.iter().map(|(intent, count)| format!("{intent} ({count})")).collect();
        lines.push(format!("  too few examples to tell: {}", few.join(", ")));
    }
    lines.join("\n")
}

/// So many examples out of scope tell something.
const ENOUGH_NONE: usize = 100;

/// What is to be said of phones in our own tables that could be two numbers: nothing when there are none.
async fn uncertain_phones(store: &Store) -> Vec<String> {
    match store.uncertain_phones().await {
        Ok(0) => Vec::new(),
        Ok(count) => vec![format!(
            "{count} parcels have a phone of an earlier version that could be two numbers, so it opens nothing; import \
             the list again (otklik parcels import), with phones such as +79000000001"
        )],
        Err(error) => vec![error.to_string()],
    }
}

/// Why a carrier does not answer: empty when it does. It is asked for a parcel that does not exist.
async fn silent(address: Address) -> Vec<String> {
    // One try is enough for a person who can call again.
    let carrier = match Http::new(address, Pace { pauses: Vec::new(), ..Pace::default() }) {
        Ok(carrier) => carrier,
        Err(error) => return vec![error.to_string()],
    };
    let asked = carrier.track(&TrackingNumber::new("OTKLIKCHECK0"), None).await;
    asked.err().map(|down| down.to_string()).into_iter().collect()
}
