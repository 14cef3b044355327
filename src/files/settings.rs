//! What a file says beside its tensors. Versions differ in the settings they know: what an older one did not write yet
//! takes its default, what a newer one added is passed over, and both are told.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::json;
use crate::error::{Error, Result};
use crate::training::{POINT_INTERVAL, Progress, TrainingConfig, preset};

/// The version of the format. It counts up when a file means something else, not when a setting is added.
pub const VERSION: u32 = 1;
/// Settings whose absence says nothing: files were the same before there were such settings.
const NEUTRAL: [&str; 1] = ["model.classes"];
/// What JavaScript can count to.
const MAX_COUNT: u64 = 1 << 53;

/// What a file lacked, and what it had beyond what this version knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LoadNotes {
    /// Settings that took their defaults, for example "l2" or "model.activation".
    pub missing: Vec<String>,
    /// Settings and tensors that were passed over.
    pub unknown: Vec<String>,
}

/// Everything but the tensors.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    /// [`VERSION`].
    pub version: u32,
    /// The settings of the run.
    pub config: TrainingConfig,
    /// Where it stands.
    pub progress: Progress,
    /// Adam's updates.
    pub updates: u64,
}

/// Reads a header of any version that means the same.
///
/// # Errors
///
/// A text that is no JSON, another version, or a setting with a value that it cannot have.
pub fn read(text: &str) -> Result<(Header, LoadNotes)> {
    let mut notes = LoadNotes::default();
    let mut header = object("settings", json::parse(text).map_err(unreadable)?)?;
    check_version(header.remove("version"))?;
    let config = header.remove("config");
    let config = config.ok_or(Error::NoSettings {})?;
    let config = read_config(object("config", config)?, &mut notes)?;
    config.validate().map_err(|error| Error::SettingRefused {
        error: Box::new(error),
    })?;
    let progress = match header.remove("progress") {
        Some(found) => read_progress(object("progress", found)?, &config, &mut notes)?,
        None => {
            notes.missing.push("progress".into());
            Progress::start(config.seed)
        }
    };
    check_progress(&progress, config.batch_size)?;
    let updates = match header.remove("updates") {
        Some(found) => parse("updates", found)?,
        None => {
            notes.missing.push("updates".into());
            progress.step
        }
    };
    check_count("updates", updates, u32::MAX.into())?;
    notes.unknown.extend(header.into_iter().map(|(key, _)| key));
    let header = Header {
        version: VERSION,
        config,
        progress,
        updates,
    };
    Ok((header, notes))
}

fn check_version(found: Option<Value>) -> Result<()> {
    match found {
        Some(version) if version == VERSION => Ok(()),
        Some(version) => Err(Error::OtherVersion {
            found: shortened(&version.to_string()),
            known: VERSION,
        }),
        None => Err(Error::NoVersion {}),
    }
}

fn read_config(found: Map<String, Value>, notes: &mut LoadNotes) -> Result<TrainingConfig> {
    let defaults = preset("digits-20d").map(|preset| preset.config);
    let defaults = plain(&defaults)?;
    let whole = Value::Object(complete(&defaults, found, "", notes)?);
    serde_json::from_value(whole.clone())
        .map_err(|error| first_wrong(&defaults, &whole).unwrap_or_else(|| unreadable(error)))
}

fn read_progress(
    found: Map<String, Value>,
    config: &TrainingConfig,
    notes: &mut LoadNotes,
) -> Result<Progress> {
    let defaults = plain(&Progress::start(config.seed))?;
    parse(
        "progress",
        complete(&defaults, found, "progress.", notes)?.into(),
    )
}

/// The found values, with the default of each that is missing. `path` stands before the keys in what is told.
fn complete(
    defaults: &Map<String, Value>,
    mut found: Map<String, Value>,
    path: &str,
    notes: &mut LoadNotes,
) -> Result<Map<String, Value>> {
    let mut whole = Map::new();
    for (key, default) in defaults {
        let name = format!("{path}{key}");
        let value = match (found.remove(key), default) {
            (Some(value), Value::Object(defaults)) => {
                let inner = object(&name, value)?;
                complete(defaults, inner, &format!("{name}."), notes)?.into()
            }
            (Some(value), _) => value,
            (None, default) => {
                if !NEUTRAL.contains(&name.as_str()) {
                    notes.missing.push(name);
                }
                default.clone()
            }
        };
        whole.insert(key.clone(), value);
    }
    let left = found.into_iter().map(|(key, _)| format!("{path}{key}"));
    notes.unknown.extend(left);
    Ok(whole)
}

/// The first setting that cannot be read: the one that makes the defaults unreadable when it stands among them.
fn first_wrong(defaults: &Map<String, Value>, whole: &Value) -> Option<Error> {
    let defaults = Value::Object(defaults.clone());
    let paths = leaves(whole, "");
    paths.into_iter().find_map(|path| {
        let mut one = defaults.clone();
        let found = whole.pointer(&path)?;
        *one.pointer_mut(&path)? = found.clone();
        let error = serde_json::from_value::<TrainingConfig>(one).err()?;
        Some(wrong(&path[1..].replace('/', "."), found, &error))
    })
}

/// The paths of all settings, as [`Value::pointer`] takes them.
fn leaves(value: &Value, path: &str) -> Vec<String> {
    match value {
        Value::Object(object) => {
            let below = |(key, value): (&String, &Value)| leaves(value, &format!("{path}/{key}"));
            object.iter().flat_map(below).collect()
        }
        _ => vec![path.to_owned()],
    }
}

/// Refuses places and counts that no run can reach, before they lead to sums that overflow.
fn check_progress(progress: &Progress, batch_size: usize) -> Result<()> {
    let Progress {
        step,
        epoch,
        position,
        images,
        ..
    } = *progress;
    check_count("step", step, u32::MAX.into())?;
    let seen = u64::from(epoch).saturating_mul(images.unwrap_or(0) as u64);
    check_count("epoch * images", seen, MAX_COUNT / 2)?;
    check_count("epoch", epoch.into(), u64::from(u32::MAX) / 2)?;
    let whole_batches = position.is_multiple_of(batch_size);
    let place = position == 0 || whole_batches && images.is_some_and(|images| position < images);
    if !place || images == Some(0) {
        let images = images.unwrap_or(0);
        return Err(Error::PlaceOutside { position, images });
    }
    if !progress.is_sound(POINT_INTERVAL) {
        return Err(Error::ProgressDamaged {});
    }
    Ok(())
}

fn check_count(name: &str, found: u64, most: u64) -> Result<()> {
    if found <= most {
        return Ok(());
    }
    Err(Error::CountTooHigh {
        name: name.into(),
        max: most as f64,
        found: found as f64,
    })
}

fn plain(value: &impl Serialize) -> Result<Map<String, Value>> {
    object("defaults", serde_json::to_value(value).map_err(unreadable)?)
}

fn object(name: &str, value: Value) -> Result<Map<String, Value>> {
    match value {
        Value::Object(object) => Ok(object),
        other => Err(Error::NotObject {
            name: name.into(),
            found: shortened(&other.to_string()),
        }),
    }
}

fn parse<T: DeserializeOwned>(name: &str, value: Value) -> Result<T> {
    T::deserialize(&value).map_err(|error| wrong(name, &value, &error))
}

fn wrong(name: &str, found: &Value, error: &serde_json::Error) -> Error {
    Error::SettingUnreadable {
        name: name.into(),
        found: shortened(&found.to_string()),
        reason: shortened(&error.to_string()),
    }
}

fn unreadable(error: serde_json::Error) -> Error {
    Error::SettingsUnreadable {
        reason: error.to_string(),
    }
}

/// Enough of a text to recognise it by.
fn shortened(text: &str) -> String {
    const MOST: usize = 200;
    if text.chars().count() <= MOST {
        return text.into();
    }
    text.chars().take(MOST).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::TrainingConfig;

    fn header() -> Value {
        let config: TrainingConfig = preset("conditional").unwrap().config;
        let progress = Progress::start(config.seed);
        let header = Header {
            version: VERSION,
            config,
            progress,
            updates: 0,
        };
        serde_json::to_value(header).unwrap()
    }

    fn notes(header: &Value) -> LoadNotes {
        read(&header.to_string()).unwrap().1
    }

    fn refusal(header: &Value) -> String {
        let Err(error) = read(&header.to_string()) else {
            panic!("{header} must be refused")
        };
        error.to_string()
    }

    #[test]
    fn every_setting_may_be_missing_and_is_told_but_the_neutral_one() {
        let whole = header();
        assert_eq!(notes(&whole), LoadNotes::default());
        for path in leaves(&whole["config"], "") {
            let mut header = whole.clone();
            let (parent, key) = path.rsplit_once('/').unwrap();
            let parent = header["config"].pointer_mut(parent).unwrap();
            parent.as_object_mut().unwrap().remove(key);
            let name = path[1..].replace('/', ".");
            let missing = if name == "model.classes" {
                vec![]
            } else {
                vec![name]
            };
            assert_eq!(notes(&header).missing, missing, "{path}");
        }
    }

    #[test]
    fn what_is_beyond_this_version_is_passed_over_and_told() {
        let mut header = header();
        header["config"]["momentum"] = 0.5.into();
        header["config"]["model"]["dropout"] = serde_json::json!({ "rate": 0.1 });
        header["progress"]["warmth"] = 1.into();
        header["author"] = "somebody".into();
        let mut unknown = notes(&header).unknown;
        unknown.sort();
        assert_eq!(
            unknown,
            ["author", "model.dropout", "momentum", "progress.warmth"]
        );
    }

    #[test]
    fn missing_progress_is_a_start() {
        let mut header = header();
        header.as_object_mut().unwrap().remove("progress");
        header.as_object_mut().unwrap().remove("updates");
        let (read, notes) = read(&header.to_string()).unwrap();
        assert_eq!(read.progress, Progress::start(1));
        assert_eq!(notes.missing, ["progress", "updates"]);
    }

    #[test]
    fn a_wrong_value_is_named_with_its_setting() {
        let with = |path: &str, value: Value| {
            let mut header = header();
            *header.pointer_mut(path).unwrap() = value;
            refusal(&header)
        };
        let word = with("/config/model/activation", "silu".into());
        assert!(
            word.contains("its model.activation cannot be read: unknown variant `silu`"),
            "{word}"
        );
        assert!(word.contains("newer version"), "{word}");
        let fraction = with("/config/batchSize", 1.5.into());
        assert!(
            fraction.contains("its batchSize cannot be read"),
            "{fraction}"
        );
        let list = with("/config/model", serde_json::json!([1]));
        assert!(
            list.contains("model must be a JSON object, found [1]"),
            "{list}"
        );
        let classes = with("/config/model/classes", 1.into());
        assert!(
            classes.contains("model.classes must be a whole number from 2 to 100, got 1"),
            "{classes}"
        );
    }

    #[test]
    fn places_that_no_run_reaches_are_refused() {
        let with = |path: &str, value: Value| {
            let mut header = header();
            header["progress"]["images"] = 1_000.into();
            *header.pointer_mut(path).unwrap() = value;
            refusal(&header)
        };
        assert!(with("/progress/step", u64::MAX.into()).contains("step must be at most"));
        assert!(with("/progress/epoch", u32::MAX.into()).contains("epoch must be at most"));
        assert!(with("/progress/images", 0.into()).contains("an epoch of 0 images"));
        assert!(with("/progress/position", 1_024.into()).contains("image 1024"));
        assert!(with("/progress/window/steps", 20.into()).contains("damaged"));
        let dead = serde_json::json!([0, 0, 0, 0]);
        assert!(with("/progress/rng/s", dead).contains("damaged"));
        assert!(with("/updates", u64::MAX.into()).contains("updates must be at most"));
    }
}
