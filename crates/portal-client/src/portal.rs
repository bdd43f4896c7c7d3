//! The contract's calls.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use hoso_dossier::{
    DesktopId, DossierCode, DossierId, EditId, PaymentId, Sha256, SharedDraftId, UploadId,
};
use hoso_portal_api::{
    Account, AccountData, CataloguePage, Confirmation, DESKTOP_HEADER, DossierPage, DossierView,
    DraftList, LeaseWish, LookUp, PackBundle, PaymentOrder, PaymentWish, PortalFile, PortalInfo,
    Rating, Receipt, RevisionView, SharedDraft, SigningKey, Withdrawal, speaks, upload_metadata,
};
use reqwest::header::{CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;
use url::Url;

use crate::http::content_type;
use crate::session::authorized;
use crate::tus::{ByteSource, Created, Tus};
use crate::{CallError, Http, TokenSource};

/// What is larger than this is no draft: no desktop packs so much, or opens it.
const MAX_DRAFT: u64 = 33 * 1024 * 1024;
/// Longest time for a draft to come; while it comes, nothing else is done about what is shared.
const DRAFT_PATIENCE: Duration = Duration::from_secs(15 * 60);

/// So much of a version is repeated to the person.
const LONGEST_VERSION: usize = 20;

/// A portal at an address. Cheap to clone.
#[derive(Clone)]
pub struct Portal {
    http: Http,
    base: Url,
    tokens: Option<Arc<dyn TokenSource>>,
    tus: Tus,
}

/// An answer that may be the one that is known already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched<T> {
    /// What the given `ETag` names.
    Unchanged,
    /// Something else.
    New {
        /// It.
        value: T,
        /// To ask with next time.
        etag: Option<String>,
    },
}

/// A form pack as served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// Its files.
    pub bundle: PackBundle,
    /// Hash of the bytes as served, to compare with the catalogue's.
    pub sha256: Sha256,
}

/// A file to announce.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadWish {
    /// Its permanent id.
    pub upload: UploadId,
    /// For which dossier.
    pub dossier: DossierId,
    /// Bytes.
    pub size: u64,
    /// Hash of the whole file.
    pub sha256: Sha256,
    /// File name.
    pub name: String,
    /// MIME type.
    pub media_type: String,
}

impl Portal {
    /// A portal at `base`. Without `tokens` every call that needs a sign-in answers [`CallError::SignedOut`].
    ///
    /// # Errors
    /// The address is not one of a portal: `https`, or this machine's own.
    pub fn new(
        http: &Http,
        base: &Url,
        tokens: Option<Arc<dyn TokenSource>>,
    ) -> Result<Self, CallError> {
        crate::http::check_address(base)?;
        let mut base = base.clone();
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        base.set_query(None);
        base.set_fragment(None);
        let endpoint = join(&base, &["v1", "uploads"])?;
        let http = http.apart();
        Ok(Self {
            tus: Tus::new(&http, endpoint, tokens.clone()),
            http,
            base,
            tokens,
        })
    }

    /// Where it is.
    #[must_use]
    pub const fn base(&self) -> &Url {
        &self.base
    }

    /// Seconds that the portal's clock is ahead of this machine's, as its last answer told.
    #[must_use]
    pub fn clock_skew(&self) -> Option<i64> {
        self.http.clock_skew()
    }

    /// Who the portal is.
    ///
    /// # Errors
    /// No answer of the contract, or one of another version of it, whatever else that says.
    pub async fn info(&self) -> Result<PortalInfo, CallError> {
        let url = join(&self.base, &[".well-known", "hoso-portal"])?;
        let response = self.http.send(self.http.request(Method::GET, url)).await?;
        let said: serde_json::Value = self.http.json(response).await?;
        let version = match said.get("apiVersion") {
            Some(serde_json::Value::String(version)) => Some(version.clone()),
            Some(serde_json::Value::Number(version)) => Some(version.to_string()),
            _ => None,
        };
        if let Some(version) = version.filter(|version| !speaks(version)) {
            let said = version.chars().take(LONGEST_VERSION).collect();
            return Err(CallError::OtherVersion { said });
        }
        serde_json::from_value(said).map_err(|error| CallError::Unexpected {
            status: StatusCode::OK.as_u16(),
            what: format!("the answer can't be read: {error}"),
        })
    }

    /// What changed in the catalogue since a cursor.
    ///
    /// # Errors
    /// No answer of the contract.
    pub async fn catalogue(
        &self,
        cursor: Option<&str>,
        etag: Option<&str>,
    ) -> Result<Fetched<CataloguePage>, CallError> {
        let url = join(&self.base, &["v1", "catalogue"])?;
        let (response, new_etag) = match self.fetch(with_cursor(url, cursor), etag).await? {
            Some(found) => found,
            None => return Ok(Fetched::Unchanged),
        };
        let value = self.http.json(response).await?;
        Ok(Fetched::New {
            value,
            etag: new_etag,
        })
    }

    /// A form pack.
    ///
    /// # Errors
    /// No answer of the contract.
    pub async fn pack(&self, code: &str, etag: Option<&str>) -> Result<Fetched<Pack>, CallError> {
        let url = join(&self.base, &["v1", "packs", code])?;
        let (response, new_etag) = match self.fetch(url, etag).await? {
            Some(found) => found,
            None => return Ok(Fetched::Unchanged),
        };
        let status = response.status();
        if status != StatusCode::OK {
            return Err(self.http.refusal(response).await);
        }
        let max = self.http.options().max_json;
        let bytes = self.http.body(response, max).await?;
        let bundle = serde_json::from_slice(&bytes).map_err(|error| CallError::Unexpected {
            status: status.as_u16(),
            what: format!("the form pack can't be read: {error}"),
        })?;
        let sha256 = Sha256::of(&bytes);
        Ok(Fetched::New {
            value: Pack { bundle, sha256 },
            etag: new_etag,
        })
    }

    /// Creates a revision from its sealed bytes, or finds it created.
    ///
    /// # Errors
    /// No answer of the contract; after anything but `Offline` the outcome has to be asked about.
    pub async fn put_revision(
        &self,
        dossier: DossierId,
        revision: u32,
        sealed: Vec<u8>,
    ) -> Result<RevisionView, CallError> {
        let url = self.revision_url(dossier, revision, None)?;
        let limit = self.http.patience(length(&sealed));
        let response = authorized(self.tokens.as_ref(), |token| {
            let request = self
                .http
                .request(Method::PUT, url.clone())
                .header(CONTENT_TYPE, "application/json")
                .body(sealed.clone());
            self.http.send_within(request.bearer_auth(token), limit)
        })
        .await?;
        self.http.json(response).await
    }

    /// Submits a revision, or takes the receipt that is there.
    ///
    /// # Errors
    /// As [`Self::put_revision`].
    pub async fn submit(&self, dossier: DossierId, revision: u32) -> Result<Receipt, CallError> {
        let url = self.revision_url(dossier, revision, Some("submit"))?;
        self.call(|http| http.request(Method::POST, url.clone()))
            .await
    }

    /// Gives the confirmation code that the portal asks for, or finds it given; an empty one asks for a new one.
    ///
    /// # Errors
    /// As [`Self::put_revision`].
    pub async fn confirm(
        &self,
        dossier: DossierId,
        revision: u32,
        code: String,
    ) -> Result<RevisionView, CallError> {
        let url = self.revision_url(dossier, revision, Some("confirmation"))?;
        let confirmation = Confirmation { code };
        self.call(|http| http.request(Method::PUT, url.clone()).json(&confirmation))
            .await
    }

    /// The receipt of a submitted revision, again.
    ///
    /// # Errors
    /// No answer of the contract.
    pub async fn receipt(&self, dossier: DossierId, revision: u32) -> Result<Receipt, CallError> {
        let url = self.revision_url(dossier, revision, Some("receipt"))?;
        self.call(|http| http.request(Method::GET, url.clone()))
            .await
    }

    /// The person's dossiers changed since a cursor.
    ///
    /// # Errors
    /// No answer of the contract.
    pub async fn changes(&self, cursor: Option<&str>) -> Result<DossierPage, CallError> {
        let url = with_cursor(join(&self.base, &["v1", "dossiers"])?, cursor);
        self.call(|http| http.request(Method::GET, url.clone()))
            .await
    }

    /// One dossier.
    ///
    /// # Errors
    /// No answer of the contract.
    pub async fn dossier(&self, dossier: DossierId) -> Result<DossierView, CallError> {
        let url = join(&self.base, &["v1", "dossiers", &dossier.to_string()])?;
        self.call(|http| http.request(Method::GET, url.clone()))
            .await
    }

    /// How far the dossier of a code is, whoever's it is. Nobody need be signed in.
    ///
    /// # Errors
    /// No answer of the contract, or one about another dossier.
    pub async fn look_up(&self, code: &DossierCode) -> Result<LookUp, CallError> {
        let mut url = join(&self.base, &["v1", "lookup"])?;
        url.query_pairs_mut().append_pair("code", code.as_str());
        let response = self.http.send(self.http.request(Method::GET, url)).await?;
        let status = response.status().as_u16();
        let found: LookUp = self.http.json(response).await?;
        if found.code == *code {
            return Ok(found);
        }
        Err(CallError::Unexpected {
            status,
            what: "the answer is about another dossier".into(),
        })
    }

    /// The bytes of a receipt or result; size and hash are checked.
    ///
    /// # Errors
    /// No answer of the contract, or other bytes than announced.
    pub async fn fetch_file(
        &self,
        dossier: DossierId,
        file: &PortalFile,
    ) -> Result<Vec<u8>, CallError> {
        let id = dossier.to_string();
        let url = join(&self.base, &["v1", "dossiers", &id, "files", &file.id])?;
        let what = format!("{:?}", file.name);
        let most = self.most();
        let limit = self.http.patience(file.size.min(most));
        self.fetch_announced(url, (file.size, file.sha256), most, limit, &what)
            .await
    }

    /// Most bytes of a file that are taken.
    fn most(&self) -> u64 {
        u64::try_from(self.http.options().max_file).unwrap_or(u64::MAX)
    }

    /// Bytes that were announced: those very ones, and never more than `most`, whatever the portal announces.
    async fn fetch_announced(
        &self,
        url: Url,
        (size, sha256): (u64, Sha256),
        most: u64,
        limit: Duration,
        what: &str,
    ) -> Result<Vec<u8>, CallError> {
        if size > most {
            return Err(CallError::Unexpected {
                status: StatusCode::OK.as_u16(),
                what: format!(
                    "{what} is announced with {size} bytes, and at most {most} are taken"
                ),
            });
        }
        let response = authorized(self.tokens.as_ref(), |token| {
            let request = self.http.request(Method::GET, url.clone());
            self.http.send_within(request.bearer_auth(token), limit)
        })
        .await?;
        let status = response.status();
        if status != StatusCode::OK {
            return Err(self.http.refusal(response).await);
        }
        // A page in a file's place is the word of something on the way there; it says nothing of the file.
        let page = content_type(response.headers()).starts_with("text/html");
        let max = usize::try_from(size).unwrap_or(usize::MAX);
        match self.http.body(response, max).await {
            Ok(bytes) if Sha256::of(&bytes) == sha256 => Ok(bytes),
            Ok(_) if !page => Err(CallError::Damaged {
                what: format!("{what} arrived with other bytes than announced"),
            }),
            Ok(_) => Err(CallError::Unexpected {
                status: status.as_u16(),
                what: format!("a page arrived in place of {what}"),
            }),
            Err(CallError::Unexpected { what: why, .. }) if !page => Err(CallError::Damaged {
                what: format!("{what}: {why}"),
            }),
            Err(error) => Err(error),
        }
    }

    /// Makes a payment order, or finds it made.
    ///
    /// # Errors
    /// As [`Self::put_revision`].
    pub async fn put_payment(
        &self,
        payment: PaymentId,
        wish: &PaymentWish,
    ) -> Result<PaymentOrder, CallError> {
        let url = join(&self.base, &["v1", "payments", &payment.to_string()])?;
        self.call(|http| http.request(Method::PUT, url.clone()).json(wish))
            .await
    }

    /// How a payment stands.
    ///
    /// # Errors
    /// No answer of the contract.
    pub async fn payment(&self, payment: PaymentId) -> Result<PaymentOrder, CallError> {
        let url = join(&self.base, &["v1", "payments", &payment.to_string()])?;
        self.call(|http| http.request(Method::GET, url.clone()))
            .await
    }

    /// Withdraws a dossier, or finds it withdrawn.
    ///
    /// # Errors
    /// As [`Self::put_revision`].
    pub async fn withdraw(
        &self,
        dossier: DossierId,
        withdrawal: &Withdrawal,
    ) -> Result<DossierView, CallError> {
        let id = dossier.to_string();
        let url = join(&self.base, &["v1", "dossiers", &id, "withdrawal"])?;
        self.call(|http| http.request(Method::PUT, url.clone()).json(withdrawal))
            .await
    }

    /// Says how satisfied the person was, or finds it said.
    ///
    /// # Errors
    /// As [`Self::put_revision`].
    pub async fn rate(
        &self,
        dossier: DossierId,
        rating: &Rating,
    ) -> Result<DossierView, CallError> {
        let id = dossier.to_string();
        let url = join(&self.base, &["v1", "dossiers", &id, "rating"])?;
        self.call(|http| http.request(Method::PUT, url.clone()).json(rating))
            .await
    }

    /// The person's account as the portal has it.
    ///
    /// # Errors
    /// No answer of the contract.
    pub async fn account(&self) -> Result<Account, CallError> {
        let url = join(&self.base, &["v1", "account"])?;
        self.call(|http| http.request(Method::GET, url.clone()))
            .await
    }

    /// Changes the account over the state that is named, or finds the change taken before: the answer is the account as it now is.
    ///
    /// # Errors
    /// No answer of the contract; the account has another state, or the portal doesn't take what it shall say.
    pub async fn put_account(
        &self,
        edit: EditId,
        data: &AccountData,
        over: EditId,
    ) -> Result<Account, CallError> {
        let url = join(&self.base, &["v1", "account", "edits", &edit.to_string()])?;
        self.call(|http| {
            let request = http.request(Method::PUT, url.clone());
            request.header(IF_MATCH, format!("\"{over}\"")).json(data)
        })
        .await
    }

    /// Makes a desktop's key known as the person's, as often as one likes.
    ///
    /// # Errors
    /// No answer of the contract.
    pub async fn put_key(&self, key: &SigningKey) -> Result<(), CallError> {
        let url = join(&self.base, &["v1", "keys"])?;
        let response = authorized(self.tokens.as_ref(), |token| {
            let request = self.http.request(Method::PUT, url.clone());
            self.http.send(request.json(key).bearer_auth(token))
        })
        .await?;
        if response.status() == StatusCode::NO_CONTENT {
            Ok(())
        } else {
            Err(self.http.refusal(response).await)
        }
    }

    /// The drafts that the person's desktops share.
    ///
    /// # Errors
    /// No answer of the contract.
    pub async fn drafts(&self) -> Result<DraftList, CallError> {
        let url = join(&self.base, &["v1", "drafts"])?;
        self.call(|http| http.request(Method::GET, url.clone()))
            .await
    }

    /// The bytes of a shared draft's newest version; size and hash are checked.
    ///
    /// # Errors
    /// No answer of the contract, or other bytes than the list announced.
    pub async fn draft(&self, draft: &SharedDraft) -> Result<Vec<u8>, CallError> {
        let url = self.draft_url(draft.id, None)?;
        let most = self.most().min(MAX_DRAFT);
        let limit = self.http.patience(draft.size).min(DRAFT_PATIENCE);
        self.fetch_announced(url, (draft.size, draft.sha256), most, limit, "a draft")
            .await
    }

    /// Keeps a version of a shared draft, after the one of that number; 0: as the first.
    ///
    /// # Errors
    /// No answer of the contract; another desktop writes it, or it has another version by now.
    pub async fn put_draft(
        &self,
        id: SharedDraftId,
        desktop: DesktopId,
        after: u64,
        bytes: Vec<u8>,
    ) -> Result<SharedDraft, CallError> {
        let url = self.draft_url(id, None)?;
        let limit = self.http.patience(length(&bytes));
        let response = authorized(self.tokens.as_ref(), |token| {
            let request = self
                .http
                .request(Method::PUT, url.clone())
                .header(CONTENT_TYPE, "application/octet-stream")
                .header(DESKTOP_HEADER, desktop.to_string())
                .body(bytes.clone());
            let request = match after {
                0 => request.header(IF_NONE_MATCH, "*"),
                after => request.header(IF_MATCH, format!("\"{after}\"")),
            };
            self.http.send_within(request.bearer_auth(token), limit)
        })
        .await?;
        self.http.json(response).await
    }

    /// Asks for a shared draft's lease, or for more of it.
    ///
    /// # Errors
    /// No answer of the contract; another desktop has it.
    pub async fn lease_draft(
        &self,
        id: SharedDraftId,
        wish: &LeaseWish,
    ) -> Result<SharedDraft, CallError> {
        let url = self.draft_url(id, Some("lease"))?;
        self.call(|http| http.request(Method::PUT, url.clone()).json(wish))
            .await
    }

    /// Ends the sharing of a draft, as often as one likes.
    ///
    /// # Errors
    /// No answer of the contract.
    pub async fn end_draft(&self, id: SharedDraftId) -> Result<(), CallError> {
        let url = self.draft_url(id, None)?;
        let response = authorized(self.tokens.as_ref(), |token| {
            let request = self.http.request(Method::DELETE, url.clone());
            self.http.send(request.bearer_auth(token))
        })
        .await?;
        if response.status() == StatusCode::NO_CONTENT {
            Ok(())
        } else {
            Err(self.http.refusal(response).await)
        }
    }

    /// How many bytes of files may leave in a second, over this and every clone of it; `None` for as many as the line takes.
    pub fn limit_uploads(&self, bytes_per_second: Option<NonZeroU32>) {
        self.tus.throttle().set(bytes_per_second);
    }

    /// Announces a file, or finds it announced. The address is relative to the portal.
    ///
    /// # Errors
    /// No answer of the contract.
    pub async fn create_upload(&self, wish: &UploadWish) -> Result<Created, CallError> {
        self.create_upload_with(wish, None).await
    }

    /// [`Self::create_upload`] with the whole of a small file at once; how much of it the portal has then, its answer says.
    ///
    /// # Errors
    /// No answer of the contract; the portal may have some of the bytes.
    pub async fn create_upload_with(
        &self,
        wish: &UploadWish,
        bytes: Option<Vec<u8>>,
    ) -> Result<Created, CallError> {
        let metadata = [
            (upload_metadata::UPLOAD, wish.upload.to_string()),
            (upload_metadata::DOSSIER, wish.dossier.to_string()),
            (upload_metadata::SHA256, wish.sha256.to_string()),
            (upload_metadata::FILE_NAME, wish.name.clone()),
            (upload_metadata::FILE_TYPE, wish.media_type.clone()),
        ];
        let metadata = metadata
            .each_ref()
            .map(|(key, value)| (*key, value.as_str()));
        self.tus.create_with(wish.size, &metadata, bytes).await
    }

    /// Bytes that the portal has of a file; `None` when it doesn't know the address.
    ///
    /// # Errors
    /// No answer of the contract.
    pub async fn upload_offset(&self, url: &str) -> Result<Option<u64>, CallError> {
        self.tus.offset(url).await
    }

    /// Sends everything from `offset`; `progress` hears the bytes that have left, from the file's start. Dropping the future stops it.
    ///
    /// # Errors
    /// No answer of the contract; the offset has to be asked for.
    pub async fn send_bytes(
        &self,
        url: &str,
        offset: u64,
        source: Arc<dyn ByteSource>,
        progress: impl Fn(u64) + Send + Sync + 'static,
    ) -> Result<u64, CallError> {
        self.tus.send(url, offset, source, progress).await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        request: impl Fn(&Http) -> RequestBuilder,
    ) -> Result<T, CallError> {
        let response = authorized(self.tokens.as_ref(), |token| {
            self.http.send(request(&self.http).bearer_auth(token))
        })
        .await?;
        self.http.json(response).await
    }

    /// A public resource, unless it is unchanged.
    async fn fetch(
        &self,
        url: Url,
        etag: Option<&str>,
    ) -> Result<Option<(Response, Option<String>)>, CallError> {
        let mut request = self.http.request(Method::GET, url);
        if let Some(etag) = etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let response = self.http.send(request).await?;
        if response.status() == StatusCode::NOT_MODIFIED {
            return Ok(None);
        }
        let new_etag = response.headers().get(ETAG);
        let new_etag = new_etag.and_then(|value| value.to_str().ok());
        let new_etag = new_etag.map(ToOwned::to_owned);
        Ok(Some((response, new_etag)))
    }

    fn draft_url(&self, id: SharedDraftId, tail: Option<&str>) -> Result<Url, CallError> {
        let id = id.to_string();
        let mut path = vec!["v1", "drafts", &id];
        path.extend(tail);
        join(&self.base, &path)
    }

    fn revision_url(
        &self,
        dossier: DossierId,
        revision: u32,
        tail: Option<&str>,
    ) -> Result<Url, CallError> {
        let (id, number) = (dossier.to_string(), revision.to_string());
        let mut path = vec!["v1", "dossiers", &id, "revisions", &number];
        path.extend(tail);
        join(&self.base, &path)
    }
}

/// Segments are escaped, so what a portal names can't lead elsewhere.
fn join(base: &Url, segments: &[&str]) -> Result<Url, CallError> {
    let mut url = base.clone();
    url.path_segments_mut()
        .map_err(|()| CallError::local("the portal's address is not one of a web server"))?
        .pop_if_empty()
        .extend(segments);
    Ok(url)
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

fn with_cursor(mut url: Url, cursor: Option<&str>) -> Url {
    if let Some(cursor) = cursor {
        url.query_pairs_mut().append_pair("cursor", cursor);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_outside_stay_within_the_path() {
        let base = Url::parse("http://127.0.0.1:1/portal/").unwrap();
        let url = join(&base, &["v1", "packs", "../../x?y#z"]).unwrap();
        assert_eq!(
            url.as_str(),
            "http://127.0.0.1:1/portal/v1/packs/..%2F..%2Fx%3Fy%23z"
        );
        let url = with_cursor(url, Some("a&b=c"));
        assert_eq!(url.query(), Some("cursor=a%26b%3Dc"));
    }
}
