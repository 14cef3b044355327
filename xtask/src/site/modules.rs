//! What a module imports: the page asks for all of it at once, instead of finding it level by level.

use std::collections::{BTreeSet, VecDeque};

use anyhow::{Context, Result, ensure};

use super::Files;

/// These modules and everything that they import statically, each once, in the order in which a browser would find them.
///
/// What is imported by `import()` is left out: it is meant to come later.
pub fn graph(files: &Files, roots: &[String]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut seen: BTreeSet<String> = roots.iter().cloned().collect();
    let mut waiting: VecDeque<String> = roots.iter().cloned().collect();
    while let Some(module) = waiting.pop_front() {
        let source = files.get(&module).with_context(|| {
            format!("the site has no module {module}, and something asks for it")
        })?;
        let source = str::from_utf8(source)
            .with_context(|| format!("{module} must be text in UTF-8, and is not"))?;
        for specifier in static_imports(source) {
            let imported = resolve(&module, specifier)?;
            if seen.insert(imported.clone()) {
                waiting.push_back(imported);
            }
        }
        found.push(module);
    }
    Ok(found)
}

/// The addresses in a module's `import` and `export … from` statements, which begin at the beginning of a line.
fn static_imports(source: &str) -> Vec<&str> {
    let mut specifiers = Vec::new();
    let mut start = 0;
    for line in source.split_inclusive('\n') {
        if line.starts_with("import") || line.starts_with("export") {
            specifiers.extend(specifier(&source[start + "import".len()..]));
        }
        start += line.len();
    }
    specifiers
}

/// The address after what may stand between `import` and its first quotation mark; nothing if this is no such statement.
fn specifier(rest: &str) -> Option<&str> {
    let (clause, quoted) = rest.split_at(rest.find(['"', '\''])?);
    let names = |letter: char| {
        letter.is_alphanumeric() || letter.is_whitespace() || "_${},*".contains(letter)
    };
    let ends_well = clause.trim().is_empty() || clause.trim_end().ends_with("from");
    if !ends_well || !clause.chars().all(names) {
        return None;
    }
    let quote = quoted.chars().next()?;
    quoted[1..].split_once(quote).map(|(address, _)| address)
}

/// The module that `specifier` means in `module`.
fn resolve(module: &str, specifier: &str) -> Result<String> {
    ensure!(
        specifier.starts_with("./") || specifier.starts_with("../"),
        "{module} must import by an address that begins with ./ or ../, found {specifier:?}"
    );
    let folder = module.rsplit_once('/').map_or("", |(folder, _)| folder);
    join(folder, specifier)
        .with_context(|| format!("{module} imports {specifier:?}, which lies outside the site"))
}

/// An address relative to a folder of the site, without dots; nothing if it leads out of the site.
pub fn join(folder: &str, address: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in address.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
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
    fn imports_are_found_and_nothing_else() {
        let source = r#"
/** @typedef {import("./types.js").T} T */
import "./first.js";
import one from './one.js';
import { a, b as c } from "./two.js";
import {
  d,
  $e_1,
} from "../three.js";
import * as all from "./four.js";
export * from "./five.js";
export { f } from "./six.js";
export const text = "from";
export function later() {
  return import("./later.js");
}
const python = `
import torch
from safetensors.torch import load_file
state = load_file("model.safetensors")
`;
"#;
        assert_eq!(
            static_imports(source),
            [
                "./first.js",
                "./one.js",
                "./two.js",
                "../three.js",
                "./four.js",
                "./five.js",
                "./six.js"
            ]
        );
    }

    #[test]
    fn the_whole_graph_is_listed_once_and_breadth_first() {
        let files = files(&[
            ("main.js", "import \"./a/b.js\";\nimport \"./c.js\";\n"),
            ("a/b.js", "import \"../d.js\";\nimport \"../main.js\";\n"),
            ("c.js", "import \"./d.js\";\n"),
            ("d.js", "let circle;\n"),
            ("other.js", ""),
        ]);
        let roots = ["main.js".to_owned(), "d.js".to_owned()];
        assert_eq!(
            graph(&files, &roots).unwrap(),
            ["main.js", "d.js", "a/b.js", "c.js"]
        );
    }

    #[test]
    fn a_module_that_is_not_there_is_named() {
        let missing = files(&[("main.js", "import \"./gone.js\";\n")]);
        let error = graph(&missing, &["main.js".to_owned()]).unwrap_err();
        assert!(error.to_string().contains("no module gone.js"), "{error}");
        let bare = files(&[("main.js", "import \"uplot\";\n")]);
        let error = graph(&bare, &["main.js".to_owned()]).unwrap_err();
        assert!(error.to_string().contains("found \"uplot\""), "{error}");
        let outside = files(&[("main.js", "import \"../up.js\";\n")]);
        let error = graph(&outside, &["main.js".to_owned()]).unwrap_err();
        assert!(error.to_string().contains("outside the site"), "{error}");
    }
}
