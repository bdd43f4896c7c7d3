//! `hoso profile`, `hoso login`, `hoso logout`.

use std::fs;
use std::io::{IsTerminal as _, stdin};
use std::sync::Arc;

use hoso_app::view::{ContactData, NewProfile, ProfileDetails, ProfileKind, SessionInfo};
use hoso_app::{App, AppError, Host as _};
use serde_json::json;

use crate::Failure;
use crate::args::{Contact, Global, Kind, Profile};
use crate::form::cannot_read;
use crate::output::Output;
use crate::terminal::Terminal;

pub(crate) async fn profile(
    app: &Arc<App>,
    command: Profile,
    global: &Global,
    output: &Output,
) -> Result<(), Failure> {
    match command {
        Profile::Create(new) => {
            let info = app
                .profile_create(NewProfile {
                    label: new.label,
                    details: ProfileDetails {
                        kind: match new.kind {
                            Kind::Citizen => ProfileKind::Citizen,
                            Kind::Organisation => ProfileKind::Organisation,
                        },
                        name: new.name,
                        identity: new.identity,
                        birth_date: new.birth_date,
                        phone: new.phone,
                        email: new.email,
                        province: new.province,
                        commune: new.commune,
                        address: new.address,
                    },
                    pin: pin(global)?,
                    use_keyring: false,
                })
                .await?;
            let created = info.profiles.last();
            output.answer(&json!({"id": created.map(|row| &row.id), "profile": info.profile}));
        }
        Profile::List => output.answer(&app.app_info().await?.profiles),
        Profile::Show => {
            unlock(app, global).await?;
            output.answer(&app.app_info().await?.profile);
        }
        Profile::Edit(contact) => {
            unlock(app, global).await?;
            let Some(details) = app.app_info().await?.profile else {
                return Ok(());
            };
            let named = contact.over(ContactData {
                phone: details.phone.clone(),
                email: details.email.clone(),
                province: details.province.clone(),
                commune: details.commune.clone(),
                address: details.address.clone(),
            });
            app.profile_update(ProfileDetails {
                phone: named.phone,
                email: named.email,
                province: named.province,
                commune: named.commune,
                address: named.address,
                ..details
            })
            .await?;
            output.answer(&app.contact_info().await?);
        }
        Profile::Portal => {
            unlock(app, global).await?;
            output.answer(&app.contact_info().await?);
        }
        Profile::Keep {
            seen,
            theirs,
            contact,
        } => {
            unlock(app, global).await?;
            let Some(info) = app.contact_info().await? else {
                return Err(AppError::NotOffered("changing the account").into());
            };
            let held = info.portal.map(|one| one.data).filter(|_| theirs);
            let data = contact.over(held.unwrap_or(info.mine));
            output.answer(&app.contact_keep(seen, data).await?);
        }
    }
    Ok(())
}

impl Contact {
    /// What is named stands in the place of the other.
    fn over(self, other: ContactData) -> ContactData {
        ContactData {
            phone: self.phone.unwrap_or(other.phone),
            email: self.email.unwrap_or(other.email),
            province: self.province.unwrap_or(other.province),
            commune: self.commune.unwrap_or(other.commune),
            address: self.address.unwrap_or(other.address),
        }
    }
}

pub(crate) async fn login(
    app: &Arc<App>,
    no_browser: bool,
    take_account: bool,
    global: &Global,
    output: &Output,
) -> Result<(), Failure> {
    unlock(app, global).await?;
    let mut changes = app.changes();
    let url = app.sign_in_start().await?;
    output.answer(&json!({"url": url}));
    if !no_browser {
        Terminal::new()
            .open_url(url.as_str())
            .map_err(|why| Failure::own("desktop.failed", format!("opening the browser: {why}")))?;
    }
    loop {
        match app.app_info().await?.session {
            SessionInfo::SigningIn => {}
            SessionInfo::SignedIn { name, identity } => {
                output.answer(&json!({"signedIn": {"name": name, "identity": identity}}));
                return Ok(());
            }
            SessionInfo::OtherAccount { may_take: true, .. } if take_account => {
                app.sign_in_take().await?;
                continue;
            }
            SessionInfo::OtherAccount {
                name,
                number,
                own_name,
                own_number,
                may_take,
            } => {
                let take = if may_take {
                    "; if it is yours all the same, use `hoso login --take-account`"
                } else {
                    ""
                };
                return Err(Failure::own(
                    "sign_in.other_account",
                    format!(
                        "signing in: the browser is signed in as {name} {number}, and this profile belongs to {own_name} {own_number}; \
                         sign out of the portal in the browser and start again{take}"
                    ),
                ));
            }
            _ => {
                return Err(Failure::own(
                    "sign_in.failed",
                    "signing in: the browser came back with nothing that can be used; start again",
                ));
            }
        }
        let _ = changes.recv().await;
    }
}

pub(crate) async fn logout(
    app: &Arc<App>,
    global: &Global,
    output: &Output,
) -> Result<(), Failure> {
    unlock(app, global).await?;
    output.answer(&app.sign_out().await?.session);
    Ok(())
}

/// Opens the profile that is meant: the named one, or the only one.
pub(crate) async fn unlock(app: &Arc<App>, global: &Global) -> Result<(), Failure> {
    let profiles = app.app_info().await?.profiles;
    let id = match (&global.profile, profiles.as_slice()) {
        (Some(id), _) => id.clone(),
        (None, [only]) => only.id.clone(),
        (None, []) => {
            return Err(Failure::own(
                "profile.none",
                "there is no profile; make one with `hoso profile create`",
            ));
        }
        (None, _) => {
            return Err(Failure::own(
                "profile.several",
                "there are several profiles; say which with --profile ID",
            ));
        }
    };
    app.profile_unlock(id, pin(global)?).await?;
    Ok(())
}

/// The PIN, from a file or asked for; never an argument, which other programs can see.
fn pin(global: &Global) -> Result<String, Failure> {
    if let Some(file) = &global.pin_file {
        let text = fs::read_to_string(file).map_err(|error| cannot_read(file, &error))?;
        return Ok(text.lines().next().unwrap_or_default().to_owned());
    }
    if !stdin().is_terminal() {
        return Err(Failure::own(
            "pin.none",
            "nobody can be asked for the PIN here; use --pin-file FILE",
        ));
    }
    rpassword::prompt_password("PIN: ").map_err(|error| Failure::own("pin.none", error.to_string()))
}
