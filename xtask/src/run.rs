//! `cargo xtask run`: the sandbox portal and the window on it, from a bare machine.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::args::Args;
use crate::shell::{self, Failed, cargo, say};
use crate::{system, ui};

/// Installs what is missing, builds, and shows the window until it is closed.
pub(crate) fn run(mut args: Args) -> Result<(), Failed> {
    let offline = args.flag("--offline");
    let portal = args.value("--portal")?;
    let home = args.value("--home")?;
    args.done()?;
    if offline && portal.is_some() {
        return Err(Failed::new(
            "--offline means no portal; leave one of the two options out",
        ));
    }
    let own_portal = !offline && portal.is_none();

    system::ensure(&[system::BUILD])?;
    ui::build()?;
    say("building the window (the first time takes some minutes)");
    let mut build = cargo(&["build", "-p", "hoso-desktop"]);
    if own_portal {
        build.args(["-p", "hoso-sandbox"]);
    }
    shell::run("building", build)?;

    let sandbox = if own_portal {
        Some(Sandbox::start()?)
    } else {
        None
    };
    let portal = portal.or_else(|| sandbox.as_ref().map(|sandbox| sandbox.url.clone()));

    let mut window = follower(&shell::binary("hoso-desktop"));
    if let Some(home) = home {
        window.args(["--home", &home]);
    }
    match &portal {
        Some(url) => window.env("HOSO_PORTAL_URL", url),
        None => window.env_remove("HOSO_PORTAL_URL"),
    };
    say("opening the window; close it or press Ctrl+C to stop everything");
    let status = window
        .status()
        .map_err(Failed::doing("opening the window"))?;
    drop(sandbox);
    if status.success() {
        Ok(())
    } else {
        Err(Failed::new(format!("the window ended badly ({status})")))
    }
}

/// What a person who tries things out needs of the sandbox portal.
const PAGES: &[(&str, &str)] = &[
    (
        "/outbox",
        "the messages it would send, with the six digits to sign in",
    ),
    ("/clerk", "the clerk's desk"),
    ("/bank", "the bank"),
];

/// The sandbox portal while it runs; dropping it stops it.
struct Sandbox {
    process: Child,
    url: String,
}

impl Sandbox {
    fn start() -> Result<Self, Failed> {
        let data = shell::target_dir().join("sandbox");
        say(format_args!(
            "starting the sandbox portal, its data in {}",
            data.display()
        ));
        let mut process = follower(&shell::binary("hoso-sandbox"))
            .args(["--port", "0", "--seed", "demo", "--data"])
            .arg(&data)
            .stdout(Stdio::piped())
            .spawn()
            .map_err(Failed::doing("starting the sandbox portal"))?;
        let mut first = String::new();
        let mut output = process.stdout.take().map(BufReader::new);
        if let Some(output) = &mut output {
            output
                .read_line(&mut first)
                .map_err(Failed::doing("reading the sandbox portal's address"))?;
        }
        let mut sandbox = Self {
            process,
            url: String::new(),
        };
        sandbox.url = address(&first)?;
        // Read on, or the portal would block once the pipe is full.
        if let Some(mut output) = output {
            std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::stdout()));
        }
        say(format_args!("the sandbox portal is at {}", sandbox.url));
        for (page, use_of_it) in PAGES {
            say(format_args!("  {}{page}: {use_of_it}", sandbox.url));
        }
        Ok(sandbox)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // Its data survives this: it commits before it answers.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A command that ends with this program, however this program ends.
fn follower(program: &Path) -> Command {
    if !shell::answers("setpriv", &["--version"]) {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "TERM"]).arg(program);
    command
}

/// The address in the sandbox's first line, `{"url": "http://127.0.0.1:…", …}`.
fn address(line: &str) -> Result<String, Failed> {
    serde_json::from_str::<serde_json::Value>(line)
        .ok()
        .and_then(|answer| Some(answer.get("url")?.as_str()?.to_owned()))
        .ok_or_else(|| {
            Failed::new(format!(
                "the sandbox portal did not start; instead of its address it wrote {line:?}"
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_in_the_first_line() {
        let line = "{\"url\":\"http://127.0.0.1:4711\",\"data\":\"/d\"}\n";
        assert_eq!(address(line).unwrap(), "http://127.0.0.1:4711");
        assert!(address("").is_err());
        assert!(address("listening").is_err());
    }
}
