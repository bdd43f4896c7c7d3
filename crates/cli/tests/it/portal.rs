//! The sandbox portal, in this process or as a program that can be killed.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use hoso_dossier::{Capability, DossierId};
use hoso_sandbox::testing::audit;
use hoso_sandbox::{Options, Running, Sandbox};
use serde_json::Value;
use tempfile::TempDir;

/// A portal whose folder and port outlive its stops.
pub(crate) struct Portal {
    data: TempDir,
    port: u16,
    pub(crate) url: String,
    running: Option<Running>,
}

impl Portal {
    /// Stopped.
    pub(crate) fn down() -> Self {
        let port = quiet_port();
        Self {
            data: TempDir::new().unwrap(),
            port,
            url: format!("http://127.0.0.1:{port}"),
            running: None,
        }
    }

    /// Started.
    pub(crate) async fn up() -> Self {
        let mut portal = Self::down();
        portal.start().await;
        portal
    }

    pub(crate) async fn start(&mut self) {
        self.start_with(None).await;
    }

    /// Started as one that goes by a portal profile.
    pub(crate) async fn start_like(&mut self, profile: &str) {
        let options = Options {
            port: self.port,
            profile: Some(profile.to_owned()),
            ..Options::new(self.data.path())
        };
        self.running = Some(Sandbox::start(options).await.unwrap());
    }

    /// Started as one that can't do everything.
    pub(crate) async fn start_without<const N: usize>(&mut self, cannot: [Capability; N]) {
        let options = Options {
            port: self.port,
            cannot: cannot.into(),
            ..Options::new(self.data.path())
        };
        self.running = Some(Sandbox::start(options).await.unwrap());
    }

    /// Started with the form packs of a folder.
    pub(crate) async fn start_with(&mut self, packs: Option<PathBuf>) {
        let options = Options {
            port: self.port,
            packs,
            ..Options::new(self.data.path())
        };
        self.running = Some(Sandbox::start(options).await.unwrap());
    }

    /// Started as one that signs no receipts.
    pub(crate) async fn start_unsigned(&mut self) {
        let options = Options {
            port: self.port,
            signs_receipts: false,
            ..Options::new(self.data.path())
        };
        self.running = Some(Sandbox::start(options).await.unwrap());
    }

    pub(crate) async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.shutdown().await;
        }
    }

    /// Its folder.
    pub(crate) fn data(&self) -> &Path {
        self.data.path()
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    pub(crate) async fn holds(&self) -> Holds {
        Holds(audit(&self.url).await.unwrap())
    }
}

/// What the portal's audit says.
#[derive(Debug)]
pub(crate) struct Holds(pub(crate) Value);

impl Holds {
    pub(crate) fn list(&self, of: &str) -> &[Value] {
        self.0[of].as_array().unwrap()
    }

    /// Bytes that arrived in all PATCHes, resent ones too.
    pub(crate) fn received(&self) -> u64 {
        let uploads = self.list("uploads").iter();
        uploads
            .map(|upload| upload["received"].as_u64().unwrap())
            .sum()
    }

    /// Nothing is there twice: dossiers, their revisions, captures of a fee.
    pub(crate) fn assert_once(&self) {
        for dossier in self.list("dossiers") {
            let revisions = dossier["revisions"].as_array().unwrap();
            assert_eq!(Some(revisions.len() as u64), dossier["revision"].as_u64());
            assert!(dossier["code"].is_string(), "{dossier}");
        }
        let mut fees: Vec<_> = self
            .list("captures")
            .iter()
            .map(|capture| (capture["dossier"].as_str(), capture["fee"].as_str()))
            .collect();
        let captures = fees.len();
        fees.sort_unstable();
        fees.dedup();
        assert_eq!(fees.len(), captures, "a fee was captured twice");
    }

    pub(crate) fn has(&self, dossier: DossierId) -> bool {
        let id = dossier.to_string();
        self.list("dossiers").iter().any(|one| one["id"] == id)
    }
}

/// The portal as a program of its own.
pub(crate) struct Program {
    child: Child,
    pub(crate) url: String,
}

impl Program {
    /// Starts `hoso-sandbox` on a folder.
    pub(crate) fn start(data: &Path, port: u16) -> Self {
        let mut child = Command::new(binary())
            .args(["--seed", "demo", "--port", &port.to_string(), "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        Self {
            child,
            url: said["url"].as_str().unwrap().to_owned(),
        }
    }
}

impl Program {
    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The program beside `hoso`; made when this package is tested alone.
fn binary() -> PathBuf {
    let hoso = Path::new(env!("CARGO_BIN_EXE_hoso"));
    let name = format!("hoso-sandbox{}", std::env::consts::EXE_SUFFIX);
    let program = std::env::var_os("HOSO_BIN_DIR")
        .map(|dir| PathBuf::from(dir).join(&name))
        .filter(|path| path.exists())
        .unwrap_or_else(|| hoso.with_file_name(&name));
    if !program.exists() {
        let made = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "hoso-sandbox", "--bins"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status();
        assert!(made.unwrap().success());
    }
    program
}

/// A port below those that the system hands out, so that nothing takes it while a portal is down.
pub(crate) fn quiet_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % 10_000).unwrap();
    (0..10_000)
        .map(|_| 20_000 + (start + NEXT.fetch_add(7, Ordering::Relaxed)) % 10_000)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a free port")
}
