//! A static web server for one person on 127.0.0.1, with the habits of GitHub Pages.

use std::fs::File;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::{Result, anyhow, bail};
use tiny_http::{Header, Method, Request, Response, Server, StatusCode};

use crate::ServeArgs;
use crate::site;
use crate::tools;
use crate::wasm::Profile;

/// A browser opens up to six connections at once; a few more let two pages load side by side.
const WORKERS: usize = 12;

/// How long the sources must lie still before they are built again.
const QUIET: Duration = Duration::from_millis(400);

pub fn run(args: &ServeArgs) -> Result<()> {
    let base = normalised_base(&args.base);
    // The port is taken before the build, so that nobody waits for minutes to hear that it is busy.
    let listener = listen(args.port)?;
    let address = format!("http://{}{base}", listener.local_addr()?);

    let profile = Profile::new(args.release);
    let mut roots = vec![site::folder()];
    if args.no_build {
        if !site::folder().join("index.html").is_file() {
            bail!(
                "--no-build serves dist/ as it is, but there is no dist/index.html: run `cargo xtask build` first"
            );
        }
    } else {
        tools::say(&site::build(profile)?.to_string());
        // The page's own files come from their source, so that a change shows at the next reload.
        roots.insert(0, tools::root().join("www"));
        thread::spawn(move || rebuild_on_change(profile));
    }

    let workers = start(listener, Files { base, roots })?;
    tools::say(&format!("Serving {address}  (Ctrl+C ends it)"));
    if args.open {
        open(&address);
    }
    // They never end by themselves.
    workers.into_iter().for_each(|worker| drop(worker.join()));
    Ok(())
}

fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => {
            anyhow!("port {port} is busy: end what listens there, or choose another with --port")
        }
        _ => anyhow!("cannot listen on port {port}: {error}"),
    })
}

/// Answers requests in the background until the process ends.
fn start(listener: TcpListener, files: Files) -> Result<Vec<thread::JoinHandle<()>>> {
    let server =
        Server::from_listener(listener, None).map_err(|error| anyhow!("cannot serve: {error}"))?;
    let (server, files) = (Arc::new(server), Arc::new(files));
    let work = |_| {
        let (server, files) = (server.clone(), files.clone());
        thread::spawn(move || {
            for request in server.incoming_requests() {
                // A browser that goes away in the middle of an answer is no fault.
                let _ = files.answer(request);
            }
        })
    };
    Ok((0..WORKERS).map(work).collect())
}

fn open(address: &str) {
    let mut command = match std::env::consts::OS {
        "macos" => tools::command("open"),
        "windows" => tools::command("explorer"),
        _ => tools::command("xdg-open"),
    };
    if command
        .arg(address)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .is_err()
    {
        tools::say("Found no program that opens a browser: open the address by hand");
    }
}

/// Builds again whenever the core's sources have changed and lie still.
fn rebuild_on_change(profile: Profile) {
    let mut built = newest_source();
    loop {
        thread::sleep(QUIET);
        let seen = newest_source();
        if seen == built {
            continue;
        }
        thread::sleep(QUIET);
        if newest_source() != seen {
            continue;
        }
        built = seen;
        tools::say("The core's sources changed");
        match site::build(profile) {
            Ok(site) => tools::say(&format!("{site}: reload the page")),
            Err(error) => tools::say(&format!(
                "{error:#}; the site stays as it was until the next change"
            )),
        }
    }
}

/// The state of the core's sources: the time of the last change and the number of files.
fn newest_source() -> (Option<SystemTime>, usize) {
    let root = tools::root();
    let sources = tools::files_below(&root.join("src")).unwrap_or_default();
    let sources = sources.into_iter().map(|path| Path::new("src").join(path));
    let all: Vec<_> = sources
        .chain(["Cargo.toml", "Cargo.lock"].map(PathBuf::from))
        .collect();
    (
        all.iter()
            .filter_map(|path| tools::modified(&root.join(path)))
            .max(),
        all.len(),
    )
}

/// The files that are served: the first folder that has one wins.
struct Files {
    base: String,
    roots: Vec<PathBuf>,
}

impl Files {
    fn answer(&self, request: Request) -> std::io::Result<()> {
        if !matches!(request.method(), Method::Get | Method::Head) {
            return plain(request, 405, "only GET and HEAD are answered here");
        }
        let path = match resolve(request.url(), &self.base) {
            Ok(path) => path,
            Err(Refusal::Elsewhere) => {
                return plain(request, 404, &format!("the site is at {}", self.base));
            }
            Err(Refusal::Slash(to)) => {
                let moved = Response::empty(301).with_header(header("Location", &to));
                return request.respond(moved);
            }
            Err(Refusal::Malformed) => {
                return plain(request, 400, "the path must stay inside the site");
            }
        };
        match self.roots.iter().find_map(|root| open_inside(root, &path)) {
            Some(file) => {
                // A known length lets the page show how much of a file has come.
                let response = Response::from_file(file).with_chunked_threshold(usize::MAX);
                let response = response.with_header(header("Content-Type", content_type(&path)));
                request.respond(response.with_header(header("Cache-Control", "no-cache")))
            }
            None => plain(request, 404, "there is no such file"),
        }
    }
}

fn plain(request: Request, status: u16, text: &str) -> std::io::Result<()> {
    let response =
        Response::from_string(format!("{status}: {text}\n")).with_status_code(StatusCode(status));
    let response = response.with_header(header("Content-Type", "text/plain; charset=utf-8"));
    request.respond(response.with_header(header("Cache-Control", "no-cache")))
}

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("header names and values here are plain ASCII")
}

/// Opens a file unless a symbolic link leads out of `root`.
fn open_inside(root: &Path, path: &Path) -> Option<File> {
    let file = root.join(path).canonicalize().ok()?;
    let inside = file.starts_with(root.canonicalize().ok()?) && file.is_file();
    inside.then(|| File::open(file).ok()).flatten()
}

/// Why a request names no file of the site.
#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    /// Outside the base path.
    Elsewhere,
    /// The base path without its last slash, where relative addresses would go astray.
    Slash(String),
    /// Not a path, or one that climbs out.
    Malformed,
}

/// The base path with a slash at both ends.
fn normalised_base(base: &str) -> String {
    match base.trim_matches('/') {
        "" => "/".to_owned(),
        inner => format!("/{inner}/"),
    }
}

/// The file that a request's address names, relative to the site's folder.
fn resolve(url: &str, base: &str) -> Result<PathBuf, Refusal> {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let path = percent_decoded(path).ok_or(Refusal::Malformed)?;
    if path.len() + 1 == base.len() && base.starts_with(&path) {
        return Err(Refusal::Slash(base.to_owned()));
    }
    let inner = path.strip_prefix(base).ok_or(Refusal::Elsewhere)?;
    let mut file = PathBuf::new();
    for part in inner.split('/') {
        match part {
            "" | "." => {}
            ".." => return Err(Refusal::Malformed),
            // On Windows these would name a drive, a stream or another folder.
            _ if part.contains(['\\', ':', '\0']) => return Err(Refusal::Malformed),
            _ => file.push(part),
        }
    }
    if inner.is_empty() || inner.ends_with('/') {
        file.push("index.html");
    }
    Ok(file)
}

fn percent_decoded(path: &str) -> Option<String> {
    let mut bytes = path.bytes();
    let mut decoded = Vec::with_capacity(path.len());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let (high, low) = (digit(bytes.next())?, digit(bytes.next())?);
            decoded.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok()
}

/// What a browser must be told a file is, by the end of its name.
fn content_type(path: &Path) -> &'static str {
    match path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
    {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "gz" => "application/gzip",
        "md" | "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::{Read, Write};
    use std::net::TcpStream;

    #[test]
    fn the_base_has_a_slash_at_both_ends() {
        assert_eq!(normalised_base("/"), "/");
        assert_eq!(normalised_base(""), "/");
        assert_eq!(normalised_base("vae-lab"), "/vae-lab/");
        assert_eq!(normalised_base("/a/b/"), "/a/b/");
    }

    #[test]
    fn addresses_name_files() {
        let file = |url, base| resolve(url, base).map(|path| path.to_str().unwrap().to_owned());
        assert_eq!(file("/", "/").unwrap(), "index.html");
        assert_eq!(file("/main.js?v=1", "/").unwrap(), "main.js");
        assert_eq!(file("/vae-lab/", "/vae-lab/").unwrap(), "index.html");
        assert_eq!(
            file("/vae-lab/lib/a%20b.js", "/vae-lab/").unwrap(),
            "lib/a b.js"
        );
        assert_eq!(
            file("/vae-lab", "/vae-lab/"),
            Err(Refusal::Slash("/vae-lab/".into()))
        );
        assert_eq!(file("/main.js", "/vae-lab/"), Err(Refusal::Elsewhere));
        assert_eq!(
            file("/vae-laboratory/", "/vae-lab/"),
            Err(Refusal::Elsewhere)
        );
    }

    #[test]
    fn paths_that_climb_out_are_refused() {
        for url in [
            "/../x",
            "/a/../../x",
            "/%2e%2e/x",
            "/..%2fx",
            "/..%5cx",
            "/c:/x",
            "/%00",
            "/%zz",
            "/%4",
        ] {
            assert_eq!(resolve(url, "/"), Err(Refusal::Malformed), "{url}");
        }
    }

    #[test]
    fn types_are_what_browsers_insist_on() {
        assert_eq!(content_type(Path::new("a.wasm")), "application/wasm");
        assert_eq!(
            content_type(Path::new("a.b.js")),
            "text/javascript; charset=utf-8"
        );
        assert_eq!(content_type(Path::new("a.gz")), "application/gzip");
        assert_eq!(
            content_type(Path::new("LICENSE")),
            "application/octet-stream"
        );
    }

    #[test]
    fn a_busy_port_is_named() {
        let taken = listen(0).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert!(
            listen(port)
                .unwrap_err()
                .to_string()
                .contains(&format!("port {port} is busy"))
        );
    }

    #[test]
    fn the_server_answers_over_several_connections() {
        let folder = tools::target().join(format!("xtask-test-serve-{}", std::process::id()));
        fs::create_dir_all(folder.join("source")).unwrap();
        fs::create_dir_all(folder.join("dist")).unwrap();
        fs::write(folder.join("secret"), "secret").unwrap();
        fs::write(folder.join("source/main.js"), "new").unwrap();
        fs::write(folder.join("dist/main.js"), "old").unwrap();
        fs::write(folder.join("dist/a.wasm"), [0; 100_000]).unwrap();

        let listener = listen(0).unwrap();
        let address = listener.local_addr().unwrap();
        let roots = vec![folder.join("source"), folder.join("dist")];
        start(
            listener,
            Files {
                base: "/vae-lab/".into(),
                roots,
            },
        )
        .unwrap();
        let get = |path: &str| {
            let mut stream = TcpStream::connect(address).unwrap();
            write!(
                stream,
                "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            )
            .unwrap();
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).unwrap();
            String::from_utf8_lossy(&bytes).into_owned()
        };

        let _idle = [(); 4].map(|()| TcpStream::connect(address).unwrap());
        let script = get("/vae-lab/main.js");
        assert!(
            script.starts_with("HTTP/1.1 200") && script.ends_with("new"),
            "{script}"
        );
        assert!(script.contains("Cache-Control: no-cache"), "{script}");
        let module = get("/vae-lab/a.wasm");
        assert!(
            module.contains("Content-Type: application/wasm"),
            "the type"
        );
        assert!(module.contains("Content-Length: 100000"), "the length");
        assert!(get("/main.js").starts_with("HTTP/1.1 404"));
        assert!(get("/vae-lab/none.js").starts_with("HTTP/1.1 404"));
        assert!(get("/vae-lab").starts_with("HTTP/1.1 301"));
        let outside = get("/vae-lab/../secret");
        assert!(
            outside.starts_with("HTTP/1.1 400") && !outside.contains("secret"),
            "{outside}"
        );
        fs::remove_dir_all(&folder).unwrap();
    }
}
