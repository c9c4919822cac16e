//! `otklik rehearse`: whole conversations played against the phrasebook, and how many of them are solved.

use super::rehearsal_chat::{Chat, word};
use super::rehearsal_page;
use super::shared::{CommandResult, PhrasesArguments};
use crate::launch;
use crate::rehearsal::{Flaw, Kind, Rehearsal, Speaker, Troupe, Verdict, play, score};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The file of a folder that holds the voices, a line about each.
const VOICES: &str = "voices";
/// The file of a folder that says what must hold.
const FLOORS: &str = "floors";

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  otklik rehearse\n  otklik rehearse --noise 5 tests/rehearsals")]
pub(super) struct Arguments {
    #[command(flatten)]
    phrases: PhrasesArguments,
    /// The folder of rehearsals; folders in it are read as well
    #[arg(default_value = "tests/rehearsals", value_name = "DIR")]
    folder: PathBuf,
    /// Play each so many times, spoilt as people spoil what they type; tell how many are solved every time
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..=100))]
    noise: Option<u32>,
    /// The figures and verdicts as JSON, for programs
    #[arg(long)]
    json: bool,
    /// Print the chat of this rehearsal, as people would see it
    #[arg(long, value_name = "ID")]
    show: Option<String>,
    /// Write a page with all chats and their verdicts
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// What must hold of a folder: shares of 0 to 1 of its rehearsals.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Floors {
    /// At least so many are solved.
    solved: f64,
    /// At most so many do harm.
    harmful: f64,
    /// At most so many have a message without an answer.
    silent: f64,
    /// At most so many have something asked again.
    asked_again: f64,
}

/// The figures of a folder.
#[derive(Serialize)]
struct Figures {
    rehearsals: usize,
    solved: usize,
    partly: usize,
    wrong: usize,
    harmful: usize,
    /// How many rehearsals have each flaw.
    flaws: BTreeMap<&'static str, usize>,
}

impl Figures {
    fn of<'c>(chats: impl IntoIterator<Item = &'c Chat>) -> Figures {
        let mut figures = Figures { rehearsals: 0, solved: 0, partly: 0, wrong: 0, harmful: 0, flaws: BTreeMap::new() };
        for chat in chats {
            figures.rehearsals += 1;
            *match chat.scored.verdict {
                Verdict::Solved => &mut figures.solved,
                Verdict::Partly => &mut figures.partly,
                Verdict::Wrong => &mut figures.wrong,
                Verdict::Harmful => &mut figures.harmful,
            } += 1;
            for flaw in Flaw::ALL.into_iter().filter(|flaw| chat.has(*flaw)) {
                *figures.flaws.entry(flaw.word()).or_default() += 1;
            }
        }
        figures
    }

    /// The share of rehearsals with a flaw, 0 to 1.
    fn share(&self, flaw: Flaw) -> f64 {
        let count = self.flaws.get(flaw.word()).copied().unwrap_or(0);
        count as f64 / self.rehearsals.max(1) as f64
    }
}

pub(super) fn run(arguments: &Arguments) -> CommandResult {
    let settings = arguments.phrases.settings()?;
    let phrasebook = launch::phrasebook(&settings)?;
    let matcher = launch::matcher(&phrasebook, &settings);
    let troupe = Troupe { matcher: &matcher, phrasebook: &phrasebook, policy: &settings.policy };
    let written = load(&arguments.folder)?;
    let chats: Vec<Chat> = written
        .into_iter()
        .map(|(id, rehearsal)| {
            let played = play(troupe, &rehearsal, None).map_err(|why| format!("{id}: {why}"))?;
            let scored = score(&rehearsal, &played);
            Ok(Chat { id, rehearsal, played, scored })
        })
        .collect::<Result<_, String>>()?;
    if let Some(wanted) = &arguments.show {
        let chat = chats.iter().find(|chat| chat.id.ends_with(wanted.as_str()));
        let chat = chat.ok_or_else(|| format!("there is no rehearsal {wanted} in {}", arguments.folder.display()))?;
        out!("{}", shown(chat));
        return Ok(());
    }
    if let Some(file) = &arguments.html {
        let page = rehearsal_page::page(&chats);
        std::fs::write(file, page).map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    }
    let figures = Figures::of(&chats);
    if arguments.json {
        outln!("{}", as_json(&chats, &figures)?);
    } else {
        out!("{}", told(&chats, &figures));
    }
    if let Some(times) = arguments.noise {
        let every_time = chats.iter().filter(|chat| {
            (1..=u64::from(times)).all(|seed| {
                let played = play(troupe, &chat.rehearsal, Some(seed * 1_000_003));
                played.is_ok_and(|played| score(&chat.rehearsal, &played).verdict == Verdict::Solved)
            })
        });
        let solved = every_time.count();
        outln!(
            "solved every time, spoilt {times} times: {solved} of {} ({:.3})",
            chats.len(),
            share(solved, chats.len())
        );
    }
    held(&arguments.folder, &figures)
}

/// Fails if the folder has floors and they do not hold.
fn held(folder: &Path, figures: &Figures) -> CommandResult {
    let path = folder.join(format!("{FLOORS}.toml"));
    let Ok(text) = std::fs::read_to_string(&path) else {
        return Ok(());
    };
    let floors: Floors = toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    let solved = share(figures.solved, figures.rehearsals);
    let harmful = share(figures.harmful, figures.rehearsals);
    let mut broken = Vec::new();
    if solved < floors.solved {
        broken.push(format!("solved is {solved:.3}, below {}", floors.solved));
    }
    let most = [
        ("harmful", harmful, floors.harmful),
        ("silent", figures.share(Flaw::Silent), floors.silent),
        ("asked again", figures.share(Flaw::AskedAgain), floors.asked_again),
    ];
    broken.extend(
        most.iter()
            .filter(|(_, is, most)| is > most)
            .map(|(what, is, most)| format!("{what} is {is:.3}, above {most}")),
    );
    match broken.is_empty() {
        true => Ok(()),
        false => Err(format!("{}: {}", path.display(), broken.join("; ")).into()),
    }
}

/// The rehearsals of a folder, in the order of their ids; every mistake at once.
fn load(folder: &Path) -> Result<Vec<(String, Rehearsal)>, Box<dyn std::error::Error>> {
    let (mut found, mut mistakes) = (Vec::new(), Vec::new());
    let mut folders = vec![folder.to_owned()];
    while let Some(inside) = folders.pop() {
        let entries =
            std::fs::read_dir(&inside).map_err(|error| format!("cannot read {}: {error}", inside.display()))?;
        for entry in entries {
            let path = entry?.path();
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "toml") && ![VOICES, FLOORS].contains(&name.as_str()) {
                let id = path.strip_prefix(folder).unwrap_or(&path).with_extension("").display().to_string();
                match std::fs::read_to_string(&path)
                    .map_err(|error| error.to_string())
                    .and_then(|text| Rehearsal::parse(&text))
                {
                    Ok(rehearsal) => found.push((id, rehearsal)),
                    Err(why) => mistakes.push(format!("{}: {why}", path.display())),
                }
            }
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes.join("\n").into());
    }
    if found.is_empty() {
        return Err(format!("there is no rehearsal in {}", folder.display()).into());
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(found)
}

fn share(count: usize, of: usize) -> f64 {
    count as f64 / of.max(1) as f64
}

/// A line for each that is not solved, then the figures.
fn told(chats: &[Chat], figures: &Figures) -> String {
    let mut out = String::new();
    for chat in chats {
        for fault in &chat.scored.faults {
            let _ = writeln!(out, "{} step {}: {}: {}", chat.id, fault.step + 1, fault.flaw.word(), fault.why);
        }
    }
    let line = |out: &mut String, name: &str, figures: &Figures| {
        let Figures { rehearsals, solved, partly, wrong, harmful, .. } = figures;
        let share = share(*solved, *rehearsals);
        let _ = writeln!(out, "{name:22} {rehearsals:5} {solved:7} {share:6.2} {partly:7} {wrong:6} {harmful:8}");
    };
    let _ = writeln!(
        out,
        "\n{:22} {:>5} {:>7} {:>6} {:>7} {:>6} {:>8}",
        "", "all", "solved", "share", "partly", "wrong", "harmful"
    );
    line(&mut out, "all", figures);
    let mut kinds: BTreeMap<Kind, Vec<&Chat>> = BTreeMap::new();
    let mut voices: BTreeMap<&str, Vec<&Chat>> = BTreeMap::new();
    for chat in chats {
        for kind in &chat.rehearsal.kinds {
            kinds.entry(*kind).or_default().push(chat);
        }
        voices.entry(&chat.rehearsal.voice).or_default().push(chat);
    }
    for (kind, chats) in kinds {
        line(&mut out, kind.word(), &Figures::of(chats));
    }
    out.push('\n');
    for (voice, chats) in voices {
        line(&mut out, voice, &Figures::of(chats));
    }
    let flaws =
        Flaw::ALL.into_iter().filter_map(|flaw| Some(format!("{} {}", flaw.word(), figures.flaws.get(flaw.word())?)));
    let _ = writeln!(out, "\nrehearsals with: {}", flaws.collect::<Vec<_>>().join(", "));
    out
}

fn as_json(chats: &[Chat], figures: &Figures) -> Result<String, serde_json::Error> {
    let verdicts: Vec<_> = chats
        .iter()
        .map(|chat| {
            let faults = chat.scored.faults.iter();
            serde_json::json!({
                "id": chat.id,
                "voice": chat.rehearsal.voice,
                "kinds": chat.rehearsal.kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>(),
                "verdict": word(chat.scored.verdict),
                "faults": faults.map(|fault| serde_json::json!({
                    "step": fault.step + 1, "flaw": fault.flaw.word(), "why": fault.why,
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    serde_json::to_string_pretty(&serde_json::json!({ "figures": figures, "rehearsals": verdicts }))
}

/// A chat, as people would see it.
fn shown(chat: &Chat) -> String {
    let mut out = format!("{} ({}): {}\n", chat.id, chat.rehearsal.voice, word(chat.scored.verdict));
    for (at, played) in chat.played.iter().enumerate() {
        for seen in &played.seen {
            let sign = match seen.speaker {
                Speaker::Customer => ">",
                Speaker::Bot => "<",
                Speaker::Agent => "Мария:",
                Speaker::World => "*",
            };
            let _ = writeln!(out, "{sign} {}", seen.text.replace('\n', "\n  "));
            if !seen.buttons.is_empty() {
                let _ = writeln!(out, "  [{}]", seen.buttons.join("] ["));
            }
        }
        for fault in chat.scored.faults.iter().filter(|fault| fault.step == at) {
            let _ = writeln!(out, "    !! {}: {}", fault.flaw.word(), fault.why);
        }
    }
    out
}
