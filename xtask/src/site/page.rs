//! The head of a page as it is published: one style sheet, every module asked for at once, and all of it by addresses that
//! carry the version.

use anyhow::{Context, Result, bail, ensure};

use super::Files;
use super::modules;
use super::styles;

/// A page and what belongs to it alone.
pub struct Page {
    pub html: String,
    /// All of the page's style sheets in one.
    pub style: String,
    /// The modules that it asks for at once, by their names in the source.
    pub modules: Vec<String>,
}

/// Where the joined style sheet of a page stands in the folder of the code.
pub fn style_file(page: &str) -> String {
    format!("{}.css", page.trim_end_matches(".html"))
}

/// The page `name`, whose code is in the folder `code`.
///
/// In the source each of these stands on a line of its own: `<link rel="stylesheet" href="./…">`; `<script src="./…">`, a
/// script that stays at the top of the site; `<link rel="modulepreload" href="./…">`, a module that a worker of the page
/// begins with; `<script type="module" src="./…">`, the page's own, of which there may be several.
pub fn publish(files: &Files, name: &str, code: &str) -> Result<Page> {
    let source = files.get(name).context("the page is a file of the site")?;
    let source = str::from_utf8(source).with_context(|| format!("{name} must be text in UTF-8"))?;
    let mains = addresses(source, "<script type=\"module\"", "src")?;
    ensure!(
        !mains.is_empty(),
        "{name} must have a line <script type=\"module\" src=\"./…\">, found none"
    );
    // The page's own modules come first: a worker begins later.
    let mut modules = modules::graph(files, &mains)?;
    let workers = addresses(source, "<link rel=\"modulepreload\"", "href")?;
    for module in modules::graph(files, &workers)? {
        if !modules.contains(&module) {
            modules.push(module);
        }
    }
    let mut lines = Vec::new();
    let mut sheets = Vec::new();
    let mut preloaded = false;
    for line in source.lines() {
        let tag = line.trim_start();
        let indent = &line[..line.len() - tag.len()];
        if tag.starts_with("<link rel=\"stylesheet\"") {
            if sheets.is_empty() {
                let file = style_file(name);
                lines.push(format!(
                    "{indent}<link rel=\"stylesheet\" href=\"./{code}/{file}\">"
                ));
            }
            sheets.push(address(tag, "href")?);
        } else if tag.starts_with("<link rel=\"modulepreload\"") {
            // It stands below, with what it imports.
        } else if tag.starts_with("<script type=\"module\"") {
            if !preloaded {
                preloaded = true;
                for module in modules.iter().filter(|module| !mains.contains(module)) {
                    lines.push(format!(
                        "{indent}<link rel=\"modulepreload\" href=\"./{code}/{module}\">"
                    ));
                }
            }
            let main = address(tag, "src")?;
            lines.push(format!(
                "{indent}<script type=\"module\" src=\"./{code}/{main}\"></script>"
            ));
        } else if tag.starts_with("<script") {
            let script = address(tag, "src")?;
            // It is there in every version, also when the rest of this one is gone.
            lines.push(line.replace(&script, &format!("{script}?{code}")));
        } else {
            lines.push(line.to_owned());
        }
    }
    let html = lines.join("\n") + "\n";
    Ok(Page {
        html,
        style: styles::joined(files, &sheets)?,
        modules,
    })
}

/// What an attribute names in each line that begins with this tag.
fn addresses(source: &str, tag: &str, attribute: &str) -> Result<Vec<String>> {
    let lines = source.lines().map(str::trim_start);
    lines
        .filter(|line| line.starts_with(tag))
        .map(|line| address(line, attribute))
        .collect()
}

/// The file that an attribute of this tag names: what follows `./`.
fn address(tag: &str, attribute: &str) -> Result<String> {
    let value = tag
        .split_once(&format!("{attribute}=\""))
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(value, _)| value);
    match value.and_then(|value| value.strip_prefix("./")) {
        Some(file) => Ok(file.to_owned()),
        None => bail!("a tag must have {attribute}=\"./…\", found {tag}"),
    }
}

/// Every file of the site that the page names, by `./` and without a query; the site itself is left out.
pub fn named_files(html: &str) -> Vec<&str> {
    let named = ["href=\"./", "src=\"./"]
        .into_iter()
        .flat_map(|attribute| html.split(attribute).skip(1));
    named
        .filter_map(|rest| rest.split(['"', '?', '#']).next())
        .filter(|file| !file.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"<head>
  <link rel="icon" href="./icon.svg">
  <script src="./start.js" defer></script>
  <link rel="stylesheet" href="./b.css">
  <link rel="stylesheet" href="./styles/a.css">
  <link rel="modulepreload" href="./worker.js">
  <script type="module" src="./first.js"></script>
  <script type="module" src="./main.js"></script>
</head>
"#;

    fn files(page: &str) -> Files {
        [
            ("index.html", page),
            ("b.css", "b {}\n"),
            ("styles/a.css", "a { c: url(d.svg) }\n"),
            ("first.js", "import \"./lib/shared.js\";\n"),
            (
                "main.js",
                "import \"./first.js\";\nimport \"./lib/one.js\";\n",
            ),
            ("lib/one.js", "import \"./shared.js\";\n"),
            ("lib/shared.js", ""),
            ("worker.js", "import \"./lib/shared.js\";\n"),
        ]
        .map(|(name, source)| (name.to_owned(), source.as_bytes().to_vec()))
        .into()
    }

    #[test]
    fn everything_is_asked_for_at_once_and_by_its_version() {
        let page = publish(&files(SOURCE), "index.html", "v-1").unwrap();
        assert_eq!(
            page.html,
            r#"<head>
  <link rel="icon" href="./icon.svg">
  <script src="./start.js?v-1" defer></script>
  <link rel="stylesheet" href="./v-1/index.css">
  <link rel="modulepreload" href="./v-1/lib/shared.js">
  <link rel="modulepreload" href="./v-1/lib/one.js">
  <link rel="modulepreload" href="./v-1/worker.js">
  <script type="module" src="./v-1/first.js"></script>
  <script type="module" src="./v-1/main.js"></script>
</head>
"#
        );
        assert_eq!(page.style, "b {}\na { c: url(\"styles/d.svg\") }\n");
        assert_eq!(
            page.modules,
            [
                "first.js",
                "main.js",
                "lib/shared.js",
                "lib/one.js",
                "worker.js"
            ]
        );
        let named = named_files(&page.html);
        assert!(
            named.contains(&"icon.svg") && named.contains(&"start.js"),
            "{named:?}"
        );
        assert!(
            named.contains(&"v-1/index.css") && named.contains(&"v-1/main.js"),
            "{named:?}"
        );
    }

    #[test]
    fn a_page_that_cannot_be_published_is_refused() {
        let refused = |page: &str| {
            publish(&files(page), "index.html", "v-1")
                .err()
                .map(|error| format!("{error:#}"))
        };
        let inline = refused("<script>alert(1)</script>").unwrap();
        assert!(inline.contains("src=\"./"), "{inline}");
        let lost = refused("<script type=\"module\" src=\"./lost.js\"></script>").unwrap();
        assert!(lost.contains("no module lost.js"), "{lost}");
        let none = refused("<p>").unwrap();
        assert!(none.contains("found none"), "{none}");
    }
}
