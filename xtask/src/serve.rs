//! A static web server for one person on 127.0.0.1, with the habits of GitHub Pages.

use std::fs;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, anyhow, bail};
use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use tokio::runtime;
use tokio::task::spawn_blocking;

use crate::ServeArgs;
use crate::site;
use crate::tools;
use crate::wasm::Profile;

/// How long the sources must lie still before they are built again.
const QUIET: Duration = Duration::from_millis(400);

pub fn run(args: &ServeArgs) -> Result<()> {
    let base = normalised_base(&args.base);
    // The port is taken before the build, so that nobody waits for minutes to hear that it is busy.
    let listener = listen(args.port)?;
    let address = format!("http://{}{base}", listener.local_addr()?);

    let profile = Profile::new(args.release);
    let roots = if args.no_build {
        if !site::folder().join("index.html").is_file() {
            bail!(
                "--no-build serves dist/ as it is, but there is no dist/index.html: run `cargo xtask build` first"
            );
        }
        vec![site::folder()]
    } else {
        let parts = site::build_parts(profile)?;
        thread::spawn(move || rebuild_on_change(profile));
        // The page's own files come from their source, so that a change shows at the next reload.
        vec![tools::root().join("www"), parts]
    };

    let server = start(listener, Files { base, roots })?;
    tools::say(&format!("Serving {address}  (Ctrl+C ends it)"));
    if args.open {
        open(&address);
    }
    // It never ends by itself.
    server
        .join()
        .map_err(|_| anyhow!("the server stopped: start it again"))?
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
///
/// One thread attends to all connections, so that any number of idle ones holds up nobody; others read the files.
fn start(listener: TcpListener, files: Files) -> Result<thread::JoinHandle<Result<()>>> {
    let files = Arc::new(files);
    let answer = move |method: Method, uri: Uri| {
        let answer = spawn_blocking(move || files.answer(&method, uri.path()));
        async {
            answer.await.unwrap_or_else(|_| {
                plain(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "the server failed at this request",
                )
            })
        }
    };
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot serve")?;
    listener.set_nonblocking(true).context("cannot serve")?;
    Ok(thread::spawn(move || {
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            axum::serve(listener, Router::new().fallback(answer)).await?;
            Ok(())
        })
    }))
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
        match site::build_parts(profile) {
            Ok(_) => tools::say("The core is built: reload the page"),
            Err(error) => tools::say(&format!(
                "{error:#}; the core stays as it was until the next change"
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
    fn answer(&self, method: &Method, path: &str) -> Response {
        if !matches!(*method, Method::GET | Method::HEAD) {
            return plain(
                StatusCode::METHOD_NOT_ALLOWED,
                "only GET and HEAD are answered here",
            );
        }
        let path = match resolve(path, &self.base) {
            Ok(path) => path,
            Err(Refusal::Elsewhere) => {
                let text = format!("the site is at {}", self.base);
                return plain(StatusCode::NOT_FOUND, &text);
            }
            Err(Refusal::Slash(to)) => {
                return (StatusCode::MOVED_PERMANENTLY, [(LOCATION, to)]).into_response();
            }
            Err(Refusal::Malformed) => {
                return plain(
                    StatusCode::BAD_REQUEST,
                    "the path must stay inside the site",
                );
            }
        };
        // The service worker would go on giving the visitor the files of the last build, and not those that are being changed.
        if self.roots.len() > 1 && path.ends_with("service-worker.js") {
            return plain(
                StatusCode::NOT_FOUND,
                "no service worker while the site is being changed",
            );
        }
        match self.roots.iter().find_map(|root| read_inside(root, &path)) {
            // Sent from memory, a file has a known length: the page shows how much of it has come.
            Some(bytes) => {
                let headers = [
                    (CONTENT_TYPE, content_type(&path)),
                    (CACHE_CONTROL, cache_control(&path)),
                ];
                (headers, bytes).into_response()
            }
            None => plain(StatusCode::NOT_FOUND, "there is no such file"),
        }
    }
}

fn plain(status: StatusCode, text: &str) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/plain; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
    ];
    let text = format!("{}: {text}\n", status.as_u16());
    (status, headers, text).into_response()
}

/// How long a browser may keep a file without asking again. What lies in a folder named by its version never changes: ten minutes
/// is what GitHub Pages says of everything. Of all else a developer wants to see the newest.
fn cache_control(path: &Path) -> &'static str {
    let first = path.iter().next().unwrap_or_default().to_string_lossy();
    if first.starts_with("v-") || first.starts_with("m-") {
        "max-age=600"
    } else {
        "no-cache"
    }
}

/// Reads a file unless a symbolic link leads out of `root`.
fn read_inside(root: &Path, path: &Path) -> Option<Vec<u8>> {
    let file = root.join(path).canonicalize().ok()?;
    let inside = file.starts_with(root.canonicalize().ok()?) && file.is_file();
    inside.then(|| fs::read(file).ok()).flatten()
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
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpStream};

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
    fn only_what_carries_its_version_is_kept() {
        assert_eq!(
            cache_control(Path::new("v-1a2b3c4d/main.js")),
            "max-age=600"
        );
        assert_eq!(
            cache_control(Path::new("m-1a2b3c4d/models/index.json")),
            "max-age=600"
        );
        assert_eq!(cache_control(Path::new("index.html")), "no-cache");
        assert_eq!(cache_control(Path::new("ui/v-1.js")), "no-cache");
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

    fn connect(address: SocketAddr) -> TcpStream {
        let stream = TcpStream::connect(address).unwrap();
        // A server that hangs is to fail the test, not to hang it.
        let patience = Some(Duration::from_secs(60));
        stream.set_read_timeout(patience).unwrap();
        stream
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
        fs::write(folder.join("dist/index.html"), "page").unwrap();
        fs::write(folder.join("dist/a.gz"), [0x1f, 0x8b]).unwrap();

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
        let ask = |method: &str, path: &str| {
            let mut stream = connect(address);
            write!(
                stream,
                "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
            )
            .unwrap();
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).unwrap();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let get = |path: &str| ask("GET", path);

        let _silent = [(); 20].map(|()| connect(address));
        let _kept_alive = [(); 20].map(|()| {
            let mut stream = connect(address);
            stream
                .write_all(b"GET /vae-lab/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .unwrap();
            let (mut answer, mut part) = (Vec::new(), [0; 1000]);
            while !answer.ends_with(b"\r\n\r\npage") {
                let length = stream.read(&mut part).unwrap();
                assert!(length > 0, "closed after {answer:?}");
                answer.extend_from_slice(&part[..length]);
            }
            stream
        });
        let script = get("/vae-lab/main.js");
        assert!(
            script.starts_with("HTTP/1.1 200") && script.ends_with("new"),
            "{script}"
        );
        assert!(script.contains("cache-control: no-cache"), "{script}");
        let module = get("/vae-lab/a.wasm");
        assert!(
            module.contains("content-type: application/wasm"),
            "the type"
        );
        assert!(module.contains("content-length: 100000"), "the length");
        let head = ask("HEAD", "/vae-lab/a.wasm");
        assert!(
            head.contains("content-length: 100000") && head.ends_with("\r\n\r\n"),
            "{head}"
        );
        let packed = get("/vae-lab/a.gz");
        assert!(
            packed.contains("content-type: application/gzip")
                && !packed.contains("content-encoding"),
            "{packed}"
        );
        assert!(ask("POST", "/vae-lab/main.js").starts_with("HTTP/1.1 405"));
        assert!(get("/main.js").starts_with("HTTP/1.1 404"));
        assert!(get("/vae-lab/none.js").starts_with("HTTP/1.1 404"));
        let moved = get("/vae-lab");
        assert!(
            moved.starts_with("HTTP/1.1 301") && moved.contains("location: /vae-lab/\r\n"),
            "{moved}"
        );
        let outside = get("/vae-lab/../secret");
        assert!(
            outside.starts_with("HTTP/1.1 400") && !outside.contains("secret"),
            "{outside}"
        );
        fs::remove_dir_all(&folder).unwrap();
    }
}
