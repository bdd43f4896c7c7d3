//! The program itself: started, killed, started again on the same folder.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use hoso_portal_api::{PortalInfo, Receipt};
use hoso_sandbox::testing::{CITIZEN, audit};
use hoso_sandbox::{Options, Sandbox, SandboxError};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use sqlx::Connection as _;
use tempfile::TempDir;

use crate::person::{Person, manifest, pdf, upload_id};

struct Program {
    child: Child,
    url: String,
}

impl Program {
    fn start(data: &Path, port: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hoso-sandbox"))
            .args(["--port", port, "--seed", "demo", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let url = said["url"].as_str().unwrap().to_owned();
        assert_eq!(said["clerk"], format!("{url}/clerk"));
        Self { child, url }
    }

    fn port(&self) -> &str {
        self.url.rsplit_once(':').unwrap().1
    }
}

impl Drop for Program {
    /// As `kill -9` does.
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[tokio::test]
async fn a_small_file_outlives_kill_9_in_an_older_folder_too() {
    let data = TempDir::new().unwrap();
    drop(Program::start(data.path(), "0"));
    // As it was before such files had a place in the database.
    let file = format!("sqlite://{}", data.path().join("portal.db").display());
    let mut older = sqlx::SqliteConnection::connect(&file).await.unwrap();
    let dropping = sqlx::query("ALTER TABLE uploads DROP COLUMN bytes");
    dropping.execute(&mut older).await.unwrap();
    older.close().await.unwrap();

    let (id, bytes) = (upload_id(), pdf(20_000));
    let manifest = manifest(Some((id, &bytes)), 0);
    let first = Program::start(data.path(), "0");
    let port = first.port().to_owned();
    let mut person = Person::at(&first.url, &CITIZEN).await;
    let answer = person.announce(id, &bytes, &bytes).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    drop(first);

    let second = Program::start(data.path(), &port);
    person.client = reqwest::Client::new();
    assert_eq!(person.offset(id).await, 20_000);
    person.hand_in(&manifest).await;
    let page = format!(
        "{}/clerk/dossiers/{}/uploads/{id}",
        second.url, manifest.dossier
    );
    let sent = reqwest::get(page).await.unwrap();
    assert_eq!(sent.bytes().await.unwrap(), bytes);
}

#[tokio::test]
async fn what_was_acknowledged_outlives_kill_9() {
    let data = TempDir::new().unwrap();
    let (id, bytes) = (upload_id(), pdf(600_000));
    let manifest = manifest(Some((id, &bytes)), 0);
    let first = Program::start(data.path(), "0");
    let port = first.port().to_owned();
    let mut person = Person::at(&first.url, &CITIZEN).await;
    let info = async |url: &str| -> PortalInfo {
        let answer = reqwest::get(format!("{url}/.well-known/hoso-portal")).await;
        answer.unwrap().json().await.unwrap()
    };
    let epoch = info(&first.url).await.epoch;
    person.put(&manifest).await;
    person.create(id, &bytes).await;
    person.append(id, 0, &bytes[..100_000]).await;
    // Killed in the middle of a PATCH whose body is still coming.
    let (sender, receiver) = tokio::sync::mpsc::channel::<Result<Vec<u8>, std::io::Error>>(1);
    let body = reqwest::Body::wrap_stream(futures_util::stream::unfold(
        receiver,
        async |mut receiver| receiver.recv().await.map(|chunk| (chunk, receiver)),
    ));
    let patch = person
        .tus(Method::PATCH, &format!("/v1/uploads/{id}"))
        .header("Upload-Offset", 100_000)
        .header("Content-Type", "application/offset+octet-stream")
        .body(body)
        .send();
    let patch = tokio::spawn(patch);
    sender
        .send(Ok(bytes[100_000..250_000].to_vec()))
        .await
        .unwrap();
    for _ in 0..200 {
        if audit(&first.url).await.unwrap()["uploads"][0]["held"] == 250_000 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    drop(first);
    assert!(patch.await.unwrap().is_err());

    let second = Program::start(data.path(), &port);
    assert_eq!(second.port(), port);
    person.client = reqwest::Client::new();
    assert_eq!(info(&second.url).await.epoch, epoch);
    // The token is still good, the bytes are there, and counted once.
    assert_eq!(person.offset(id).await, 250_000);
    let answer = person.append(id, 250_000, &bytes[250_000..]).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let held = audit(&second.url).await.unwrap();
    assert_eq!(held["uploads"][0]["received"], 600_000);
    let receipt: Receipt = person
        .submit(manifest.dossier, 1)
        .await
        .json()
        .await
        .unwrap();
    drop(second);

    let third = Program::start(data.path(), &port);
    person.client = reqwest::Client::new();
    assert_eq!(person.hand_in(&manifest).await, receipt);
    let held = audit(&third.url).await.unwrap();
    assert_eq!(held["dossiers"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn one_folder_has_one_portal_and_a_clean_stop_frees_it() {
    let data = TempDir::new().unwrap();
    let running = Sandbox::start(Options::new(data.path())).await.unwrap();
    let second = Sandbox::start(Options::new(data.path())).await;
    assert!(matches!(second, Err(SandboxError::InUse(_))));
    let port: u16 = running.url.rsplit_once(':').unwrap().1.parse().unwrap();
    running.shutdown().await;
    let mut options = Options::new(data.path());
    options.port = port;
    let again = Sandbox::start(options).await.unwrap();
    assert!(again.url.ends_with(&format!(":{port}")));
    again.kill().await;
    let mut options = Options::new(data.path());
    options.port = port;
    Sandbox::start(options).await.unwrap().shutdown().await;
}

#[cfg(unix)]
#[test]
fn sigterm_stops_the_program_cleanly() {
    let data = TempDir::new().unwrap();
    let mut program = Program::start(data.path(), "0");
    let id = program.child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    assert!(program.child.wait().unwrap().success());
}
