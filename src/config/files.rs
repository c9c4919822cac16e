//! Whether the files with settings and secrets are only their owner's.

use super::mistakes::Mistakes;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tracing::warn;

/// Looks who else may write the file with settings and that with secrets, and who else may read the latter.
///
/// # Errors
/// For each that anybody may write: whoever does decides what the bot is. Secrets that others may read are only warned
/// about: mounted ones often are. Settings hold none.
pub(super) fn check(settings: &Path, secrets: &Path) -> Result<(), Mistakes> {
    let mut mistakes = Vec::new();
    for (path, secret) in [(settings, false), (secrets, true)] {
        // What is not there or cannot be looked at says so by itself when it is read.
        let Ok(meta) = std::fs::metadata(path) else { continue };
        let (mode, file) = (meta.permissions().mode() & 0o777, path.display());
        if mode & 0o002 != 0 {
            mistakes.push(format!(
                "{file} may be changed by anybody on this machine (mode {mode:03o}), so it is not read. Make it yours: \
                 chmod 600 {file}"
            ));
        } else if mode & 0o044 != 0 && secret {
            warn!(%file, mode = format!("{mode:03o}"), "others may read it: chmod 600 unless that is meant");
        }
    }
    if mistakes.is_empty() { Ok(()) } else { Err(Mistakes(mistakes)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::Permissions;

    #[test]
    fn what_anybody_may_write_is_refused_and_what_others_may_read_is_not() {
        let folder = std::env::temp_dir().join(format!("otklik-files-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let [settings, secrets] = ["otklik.toml", ".env"].map(|name| folder.join(name));
        for path in [&settings, &secrets] {
            std::fs::write(path, "").expect("a file");
            for (mode, good) in [(0o600, true), (0o640, true), (0o644, true), (0o646, false), (0o666, false)] {
                std::fs::set_permissions(path, Permissions::from_mode(mode)).expect("its mode");
                let checked = check(&settings, &secrets);
                assert_eq!(checked.is_ok(), good, "{} {mode:o}", path.display());
                if let Err(mistakes) = checked {
                    assert!(mistakes.0[0].contains(&format!("chmod 600 {}", path.display())), "{mistakes}");
                }
            }
            std::fs::remove_file(path).expect("it goes");
        }
        assert!(check(&settings, &secrets).is_ok(), "no file is no mistake");
        std::fs::remove_dir(&folder).expect("it goes");
    }
}
