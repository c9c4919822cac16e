//! Lists of parcels as people have them: a file that a shop or a carrier saved, CSV or `.xlsx`, becomes rows of named
//! cells, and these become parcels.
//!
//! What can be read in one way only is read, however it is written: delimiter, encoding, names of columns, dates. What
//! could mean two things, or has been spoiled on the way, is refused with its line, its value and what helps. Knows
//! parcels, and no table of ours.

mod cell;
mod columns;
mod delimited;
mod encoding;
mod list;
mod names;
mod values;
mod workbook;

use crate::parcel::{Status, TrackingNumber};
use cell::Cell;

pub use cell::Refused;
pub use columns::Column;
pub use list::{List, Read, Unkept, Unreadable};
pub use names::Names;

/// Reads a number and a status that a person types, as strictly as those of a list; with the place that the status's
/// label carries. A status may be given by one of `names`.
///
/// # Errors
/// What one of them is not, and what it should be.
pub fn typed(number: &str, status: &str, names: &Names) -> Result<(TrackingNumber, Status, Option<String>), String> {
    let wrong = |text: &str, wanted: String| format!("«{text}» is not {wanted}");
    let number = values::number(&Cell::text(number)).map_err(|wanted| wrong(number, wanted))?;
    let (status, place) = values::status(&Cell::text(status), names).map_err(|wanted| wrong(status, wanted))?;
    Ok((number, status, place))
}
