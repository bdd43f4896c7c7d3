//! Somebody at a shell with a profile of their own.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;

use hoso_app::view::{NewProfile, ProfileDetails, ProfileKind};
use hoso_app::{App, Clock, Config, Headless, KdfCost};
use hoso_dossier::{DossierId, PaymentId};
use hoso_sandbox::testing::{DemoUser, authorize_as};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::samples;

pub(crate) const BIRTH: &str = "1.001193";
pub(crate) const EXTRACT: &str = "2.000635";
pub(crate) const PUBLISHING: &str = "1.003868";

/// *Giấy chứng sinh* of a birth registration.
pub(crate) const CERTIFICATE: &str = "000.00.00.G15-KQ004389";

pub(crate) const PIN: &str = "246810";

/// A profile, a folder for files, and the portal they mean.
pub(crate) struct Person {
    pub(crate) folder: TempDir,
    pub(crate) portal: Option<String>,
}

/// A refusal on the other stream.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) code: String,
    pub(crate) fields: Value,
}

impl Person {
    /// Nobody yet.
    pub(crate) fn nobody(portal: Option<&str>) -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("pin"), format!("{PIN}\n")).unwrap();
        let person = Self {
            folder,
            portal: portal.map(ToOwned::to_owned),
        };
        // The forms of the samples are good for a time only.
        person.turn_clock_to(samples::TODAY);
        person
    }

    /// For this person it is another time now, and time goes on from there.
    pub(crate) fn turn_clock_to(&self, time: &str) {
        let time: jiff::Timestamp = time.parse().unwrap();
        let ahead = time.duration_since(jiff::Timestamp::now()).as_secs();
        std::fs::write(self.path("clock"), ahead.to_string()).unwrap();
    }

    /// The sandbox's citizen, with a profile made by `hoso profile create`.
    pub(crate) fn citizen(portal: Option<&str>) -> Self {
        let person = Self::nobody(portal);
        let arguments =
            "profile create --identity 001090000001 --birth-date 1990-01-01 --phone 0900000001";
        let mut arguments: Vec<&str> = arguments.split(' ').collect();
        arguments.extend([
            "--name",
            "Nguyễn Thị An",
            "--email",
            "an.nguyen@example.com",
        ]);
        arguments.extend([
            "--province",
            "Tỉnh Quảng Ngãi",
            "--commune",
            "Phường Hoa Ban",
        ]);
        arguments.extend(["--address", "Số 12, đường Thử Nghiệm"]);
        let made = person.ok(&arguments);
        assert_eq!(made["profile"]["name"], "Nguyễn Thị An");
        person
    }

    /// The sandbox's citizen, whose PIN costs next to nothing to try: for tests that open the profile very often.
    pub(crate) async fn quick(portal: Option<&str>) -> Self {
        let person = Self::nobody(portal);
        let app = person.closed_app();
        let details = ProfileDetails {
            kind: ProfileKind::Citizen,
            name: "Nguyễn Thị An".into(),
            identity: "001090000001".into(),
            birth_date: "1990-01-01".into(),
            phone: "0900000001".into(),
            email: "an.nguyen@example.com".into(),
            province: "Tỉnh Quảng Ngãi".into(),
            commune: "Phường Hoa Ban".into(),
            address: "Số 12, đường Thử Nghiệm".into(),
        };
        let profile = NewProfile {
            label: String::new(),
            details,
            pin: PIN.into(),
            use_keyring: false,
        };
        app.profile_create(profile).await.unwrap();
        app.profile_lock().await.unwrap();
        person
    }

    /// The application itself on the same profile, open; it has to be locked before `hoso` can open it.
    pub(crate) async fn app(&self) -> Arc<App> {
        self.app_at(None).await
    }

    /// [`Self::app`] with a portal at that address.
    pub(crate) async fn app_at(&self, portal: Option<&str>) -> Arc<App> {
        let app = self.closed_app_at(portal);
        let info = app.app_info().await.unwrap();
        let id = info.profiles[0].id.clone();
        app.profile_unlock(id, PIN.into()).await.unwrap();
        app
    }

    fn closed_app(&self) -> Arc<App> {
        self.closed_app_at(None)
    }

    fn closed_app_at(&self, portal: Option<&str>) -> Arc<App> {
        let config = Config {
            home: self.home(),
            portal: portal.map(|url| url.parse().unwrap()),
            kdf: KdfCost::LEAST,
        };
        let clock = Clock::turned_by(self.path("clock"));
        App::new(config, Arc::new(Headless::new(clock))).unwrap()
    }

    /// The sandbox's organisation.
    pub(crate) fn organisation(portal: Option<&str>) -> Self {
        let person = Self::nobody(portal);
        let arguments =
            "profile create --kind organisation --identity 0100233488 --phone 0900000002";
        let mut arguments: Vec<&str> = arguments.split(' ').collect();
        arguments.extend([
            "--name",
            "Công ty TNHH Mẫu",
            "--email",
            "lienhe@congty-mau.example.com",
        ]);
        arguments.extend(["--province", "Tỉnh Nghệ An", "--commune", "Phường Hoa Ban"]);
        arguments.extend(["--address", "Số 99, đường Ví Dụ"]);
        person.ok(&arguments);
        person
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a file into the person's folder and says where.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }

    /// `hoso` with the global options, ready to run.
    pub(crate) fn hoso(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hoso"));
        command
            .env_remove("HOSO_PORTAL_URL")
            .env("HOSO_TEST_CLOCK", self.path("clock"))
            .stdin(Stdio::null())
            .arg("--json")
            .arg("--home")
            .arg(self.home())
            .arg("--pin-file")
            .arg(self.path("pin"));
        if let Some(portal) = &self.portal {
            command.args(["--portal", portal]);
        }
        command.args(arguments);
        command
    }

    /// Runs to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.hoso(arguments).output().unwrap()
    }

    /// The answer of a command that has to succeed.
    pub(crate) fn ok(&self, arguments: &[&str]) -> Value {
        let done = self.run(arguments);
        assert!(
            done.status.success(),
            "hoso {arguments:?}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        last_line(&done.stdout)
    }

    /// The error of a command that has to fail.
    pub(crate) fn refused(&self, arguments: &[&str]) -> Refused {
        let done = self.run(arguments);
        assert!(
            !done.status.success(),
            "hoso {arguments:?} should fail: {}",
            String::from_utf8_lossy(&done.stdout)
        );
        let error = last_line(&done.stderr);
        let code = error["code"].as_str().unwrap().to_owned();
        assert!(
            error["message"]
                .as_str()
                .is_some_and(|said| said.len() > 10),
            "{code} has no words: {error}"
        );
        Refused {
            code,
            fields: error["fields"].clone(),
        }
    }

    /// The error of a command that may fail.
    pub(crate) fn refused_or_ok(&self, arguments: &[&str]) -> Option<Value> {
        let done = self.run(arguments);
        (!done.status.success()).then(|| last_line(&done.stderr))
    }

    /// What a draft says and has, to compare.
    pub(crate) async fn show_draft(&self, draft: &str) -> Value {
        let app = self.app().await;
        let opened = app.draft_open(read_id(&draft.into())).await.unwrap();
        app.profile_lock().await.unwrap();
        json!({"form": opened.form.state.data, "components": opened.components})
    }

    /// Signs in as somebody who uses a browser.
    pub(crate) async fn sign_in(&self, user: &DemoUser) {
        let said = self.comes_back(user, &[]).await.unwrap();
        assert_eq!(said["signedIn"]["name"], user.name);
    }

    /// Comes back from the browser as somebody; what is made of it, or its refusal.
    pub(crate) async fn comes_back(&self, user: &DemoUser, more: &[&str]) -> Result<Value, Value> {
        let arguments = [&["login", "--no-browser"], more].concat();
        let mut child = self
            .hoso(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let said: Value = match lines.next() {
            Some(line) => serde_json::from_str(&line.unwrap()).unwrap(),
            None => panic!("hoso login: {:?}", end_of(child)),
        };
        let back = authorize_as(said["url"].as_str().unwrap(), user)
            .await
            .unwrap();
        let page = reqwest::get(&back).await.unwrap();
        assert!(page.status().is_success());
        let said = lines
            .next()
            .map(|line| serde_json::from_str(&line.unwrap()).unwrap());
        let done = child.wait_with_output().unwrap();
        assert_eq!(done.status.success(), said.is_some());
        said.ok_or_else(|| last_line(&done.stderr))
    }

    /// Begins a draft; nothing may be missing.
    pub(crate) fn draft(
        &self,
        procedure: &str,
        answers: &Value,
        attach: &[(&str, &str)],
    ) -> String {
        let data = self.file("answers.json", answers.to_string());
        let wishes: Vec<String> = attach
            .iter()
            .map(|(component, file)| format!("{component}={file}"))
            .collect();
        let mut arguments = vec!["dossier", "new", procedure, "--data", &data];
        for wish in &wishes {
            arguments.extend(["--attach", wish]);
        }
        let begun = self.ok(&arguments);
        assert_eq!(begun["problems"], json!([]));
        begun["id"].as_str().unwrap().to_owned()
    }

    /// A birth registration with a photo, whole.
    pub(crate) fn birth_draft(&self) -> String {
        let photo = self.file("chung-sinh.jpg", samples::photo(1));
        self.draft(BIRTH, &samples::birth(), &[(CERTIFICATE, &photo)])
    }

    /// Seals a draft.
    pub(crate) fn seal(&self, draft: &str) -> DossierId {
        read_id(&self.ok(&["dossier", "seal", draft])["dossier"])
    }

    /// Sends and asks until nothing moves; it has to come through.
    pub(crate) fn sync(&self) -> Value {
        self.ok(&["sync", "--once"])
    }

    pub(crate) fn show(&self, dossier: DossierId) -> Value {
        self.ok(&["dossier", "show", &dossier.to_string()])
    }

    /// Orders the payment of what is due; returns the attempt.
    pub(crate) fn pay(&self, dossier: DossierId) -> PaymentId {
        let paying = self.ok(&["pay", &dossier.to_string()]);
        assert_eq!(paying["payment"]["state"], "pending");
        read_id(&paying["payment"]["id"])
    }

    /// Saves a received file of a kind and returns its bytes.
    pub(crate) fn received(&self, dossier: DossierId, kind: &str) -> Vec<u8> {
        let shown = self.show(dossier);
        let files = shown["files"].as_array().unwrap();
        let file = files.iter().find(|file| file["kind"] == kind);
        let file = file.unwrap_or_else(|| panic!("no {kind} in {files:?}"));
        assert_eq!(file["here"], true, "{shown}");
        let out = self.path(&format!("{kind}.pdf"));
        let (id, file) = (dossier.to_string(), file["id"].as_str().unwrap());
        self.ok(&[
            "dossier",
            "file",
            &id,
            file,
            "--out",
            &out.display().to_string(),
        ]);
        std::fs::read(out).unwrap()
    }
}

/// An id as JSON has it.
pub(crate) fn read_id<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_else(|_| panic!("{value} is no id"))
}

/// Every file below a folder.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found
}

fn last_line(bytes: &[u8]) -> Value {
    let text = String::from_utf8_lossy(bytes);
    let line = text.lines().last().unwrap_or_default();
    serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {text}"))
}

fn end_of(child: Child) -> String {
    String::from_utf8_lossy(&child.wait_with_output().unwrap().stderr).into_owned()
}
