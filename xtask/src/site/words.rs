//! The words of the pages, written into them by `words.js`: a page paints before any of its scripts runs.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::Files;
use crate::tools;

/// Writes the words into all pages.
pub fn write(files: &mut Files) -> Result<()> {
    let pages: BTreeMap<&String, &str> = files
        .iter()
        .filter(|(name, _)| name.ends_with(".html"))
        .map(|(name, bytes)| Ok((name, str::from_utf8(bytes)?)))
        .collect::<Result<_>>()?;
    let input = serde_json::to_vec(&pages)?;
    let written: BTreeMap<String, String> = serde_json::from_slice(&run(&input)?)?;
    files.extend(
        written
            .into_iter()
            .map(|(name, page)| (name, page.into_bytes())),
    );
    Ok(())
}

fn run(input: &[u8]) -> Result<Vec<u8>> {
    let mut node = Command::new("node")
        .arg(tools::root().join("xtask/src/site/words.js"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start node")?;
    node.stdin
        .take()
        .context("node takes no input")?
        .write_all(input)?;
    let output = node.wait_with_output()?;
    ensure!(
        output.status.success(),
        "the words could not be written into the pages"
    );
    Ok(output.stdout)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_words(page: &str) -> Result<String> {
        let mut files = Files::from([
            ("a.html".to_owned(), page.as_bytes().to_vec()),
            ("b.js".to_owned(), b"<p data-text=\"none\">".to_vec()),
        ]);
        write(&mut files)?;
        assert_eq!(files["b.js"], b"<p data-text=\"none\">");
        Ok(String::from_utf8(files["a.html"].clone())?)
    }

    #[test]
    fn words_come_into_elements_and_attributes() {
        let page =
            r#"<p data-text="samples.title" class="x"></p><a data-text-label="head.rooms"></a>"#;
        assert_eq!(
            with_words(page).unwrap(),
            r#"<p data-text="samples.title" class="x">Samples</p><a data-text-label="head.rooms" aria-label="Rooms"></a>"#
        );
    }

    #[test]
    fn marks_become_elements_where_the_element_says_so_and_a_language_has_its_own_words() {
        let page = r#"<p data-text="variations.note" data-marks></p><p lang="zh-Hans" data-text="samples.title"></p>"#;
        let made = with_words(page).unwrap();
        assert!(made.contains("<i>z</i> = <i>μ</i>"), "{made}");
        assert!(!made.contains("Samples"), "{made}");
    }

    #[test]
    fn a_key_without_words_is_an_error_and_so_are_words_in_the_source() {
        assert!(with_words("<p data-text=\"samples.nothing\"></p>").is_err());
        assert!(with_words("<p data-text=\"samples.title\">Samples</p>").is_err());
    }
}
