//! How the window is started.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use url::Url;

/// What the command line and the environment say.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// Folder of the profiles: `--home DIR`, else the system's place for an application's data.
    pub(crate) home: PathBuf,
    /// `HOSO_PORTAL_URL`; none: no portal.
    pub(crate) portal: Option<Url>,
    /// `HOSO_BENCH_BARE`: a page with nothing on it, to measure against.
    pub(crate) bare: bool,
}

impl Options {
    /// Reads the arguments after the program's name.
    pub(crate) fn read(args: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let mut home = None;
        let mut args = args.into_iter();
        while let Some(arg) = args.next() {
            match arg.to_str() {
                Some("--home") => home = args.next().map(PathBuf::from),
                _ => return Err(format!("unknown argument {arg:?}; use --home DIR")),
            }
        }
        let portal = match env::var("HOSO_PORTAL_URL") {
            Ok(url) if !url.is_empty() => {
                Some(Url::parse(&url).map_err(|error| format!("HOSO_PORTAL_URL: {error}"))?)
            }
            _ => None,
        };
        Ok(Self {
            home: home
                .or_else(|| hoso_app::usual_home(|name| env::var_os(name)))
                .ok_or("no folder for profiles; use --home DIR")?,
            portal,
            bare: env::var_os("HOSO_BENCH_BARE").is_some_and(|on| on == "1"),
        })
    }
}
