//! Several style sheets as one file, so that a page asks once.

use anyhow::{Context, Result, ensure};

use super::Files;
use super::modules;

/// The style sheets one after another, as the page orders them. The addresses in them then begin where the joined file stands,
/// in the folder of the code.
pub fn joined(files: &Files, sheets: &[String]) -> Result<String> {
    let mut all = String::new();
    for sheet in sheets {
        let source = files
            .get(sheet)
            .with_context(|| format!("the site has no style sheet {sheet}, and a page names it"))?;
        let source = str::from_utf8(source)
            .with_context(|| format!("{sheet} must be text in UTF-8, and is not"))?;
        // Both would have to stand at the beginning of the joined file.
        ensure!(
            !source.contains("@import") && !source.contains("@charset"),
            "{sheet} must hold neither @import nor @charset, since it is joined with others"
        );
        let folder = sheet.rsplit_once('/').map_or("", |(folder, _)| folder);
        all.push_str(&with_addresses_from(folder, source).with_context(|| format!("in {sheet}"))?);
        if !source.ends_with('\n') {
            all.push('\n');
        }
    }
    Ok(all)
}

/// The style sheet with every relative address in `url()` put as it is called outside of `folder`.
fn with_addresses_from(folder: &str, source: &str) -> Result<String> {
    let mut result = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find("url(") {
        let (before, opened) = rest.split_at(at + "url(".len());
        let (inside, after) = opened
            .split_once(')')
            .context("`url(` must be closed by `)`, found the end of the file")?;
        let address = inside.trim().trim_matches(['"', '\'']);
        result.push_str(before);
        if is_relative(address) {
            let moved = modules::join(folder, address)
                .with_context(|| format!("url({address}) lies outside the site"))?;
            result.push_str(&format!("\"{moved}\""));
        } else {
            result.push_str(inside);
        }
        result.push(')');
        rest = after;
    }
    result.push_str(rest);
    Ok(result)
}

/// Whether an address means a file beside the style sheet, and not a place in the page, data, or another site.
fn is_relative(address: &str) -> bool {
    !(address.starts_with(['#', '/']) || address.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(sources: &[(&str, &str)]) -> Files {
        sources
            .iter()
            .map(|(name, source)| ((*name).to_owned(), source.as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn sheets_keep_the_order_of_the_page() {
        let files = files(&[("z.css", "z {}"), ("a/b.css", "b {}\n")]);
        let sheets = ["z.css".to_owned(), "a/b.css".to_owned()];
        assert_eq!(joined(&files, &sheets).unwrap(), "z {}\nb {}\n");
    }

    #[test]
    fn addresses_are_kept_right() {
        let found = |source| with_addresses_from("panels/map", source).unwrap();
        assert_eq!(
            found("a { b: url(c.svg) }"),
            "a { b: url(\"panels/map/c.svg\") }"
        );
        assert_eq!(
            found("url( './c.svg' ) url(\"../d.svg\")"),
            "url(\"panels/map/c.svg\") url(\"panels/d.svg\")"
        );
        for kept in [
            "url(#mask)",
            "url(data:image/png;base64,AA==)",
            "url(/top.svg)",
            "url(\"https://a.example/b\")",
        ] {
            assert_eq!(found(kept), kept);
        }
        assert!(with_addresses_from("", "url(../out.svg)").is_err());
    }

    #[test]
    fn what_cannot_be_joined_is_refused() {
        let files = files(&[("a.css", "@import \"b.css\";")]);
        let error = joined(&files, &["a.css".to_owned()]).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("a.css must hold neither @import"),
            "{error}"
        );
        let error = joined(&files, &["c.css".to_owned()]).unwrap_err();
        assert!(
            error.to_string().contains("no style sheet c.css"),
            "{error}"
        );
    }
}
