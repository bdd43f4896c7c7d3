//! What the provider says about itself, and what is asked of it.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClaimName, CoreClaimType, CoreClientAuthMethod,
    CoreErrorResponseType, CoreGenderClaim, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm,
    CoreResponseMode, CoreResponseType, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreSubjectIdentifierType, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessToken, AdditionalClaims, AdditionalProviderMetadata, AsyncHttpClient, AuthorizationCode,
    Client, ClientId, DiscoveryError, EmptyExtraTokenFields, EndSessionUrl, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IdTokenFields, IssuerUrl,
    LogoutRequest, Nonce, OAuth2TokenResponse as _, PkceCodeVerifier, ProviderMetadata,
    RedirectUrl, RefreshToken, RequestTokenError, StandardErrorResponse, StandardTokenResponse,
    TokenResponse as _, UserInfoClaims, UserInfoError,
};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Claims, SignInError, Tokens};
use crate::session::unix_now;
use crate::{CallError, Http};

/// How far the two clocks may be apart.
const LEEWAY: u64 = 120;

/// A provider that has been asked about itself.
#[derive(Debug, Clone)]
pub(crate) struct Provider {
    metadata: Metadata,
}

/// Why there are no renewed tokens.
#[derive(Debug)]
pub(crate) enum RefreshError {
    /// The provider takes the refresh token no more.
    Refused,
    /// No usable answer; the refresh token may still be good.
    Call(CallError),
}

type Metadata = ProviderMetadata<
    Endpoints,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

type TokenAnswer = StandardTokenResponse<
    IdTokenFields<
        Identity,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

type TokenError = StandardErrorResponse<CoreErrorResponseType>;

pub(super) type OidcClient = Client<
    Identity,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    TokenError,
    TokenAnswer,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Endpoints beyond discovery's own list (RFC 8414, RP-Initiated Logout 1.0).
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Endpoints {
    #[serde(default)]
    revocation_endpoint: Option<String>,
    #[serde(default)]
    end_session_endpoint: Option<String>,
}

impl AdditionalProviderMetadata for Endpoints {}

/// Numbers that name a person or an organisation, under the national login's names and the plain one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identity {
    #[serde(default, rename = "SoDinhDanh")]
    personal_number: Option<String>,
    #[serde(default, rename = "MaSoThue")]
    tax_code: Option<String>,
    #[serde(default)]
    identity: Option<String>,
}

impl Identity {
    fn personal(&self) -> Option<String> {
        self.personal_number
            .clone()
            .or_else(|| self.identity.clone())
    }
}

impl AdditionalClaims for Identity {}

impl Provider {
    pub(crate) async fn discover(http: &Http, issuer: &str) -> Result<Self, CallError> {
        let issuer = IssuerUrl::new(issuer.to_owned()).map_err(CallError::local)?;
        crate::http::check_address(issuer.url())?;
        let transport = Transport(http);
        match Metadata::discover_async(issuer, &transport).await {
            Ok(metadata) => {
                let provider = Self { metadata };
                provider.check_pages()?;
                Ok(provider)
            }
            Err(DiscoveryError::Request(error)) => Err(error),
            Err(DiscoveryError::Response(status, _, what)) => Err(CallError::Unexpected {
                status: status.as_u16(),
                what,
            }),
            Err(error) => Err(CallError::Unexpected {
                status: 200,
                what: format!("the sign-in provider's description: {error}"),
            }),
        }
    }

    /// What the browser is sent to, and what tokens are sent to. The other addresses are looked at when they are asked.
    fn check_pages(&self) -> Result<(), CallError> {
        let more = self.metadata.additional_metadata();
        let ends = [&more.end_session_endpoint, &more.revocation_endpoint];
        let ends = ends.into_iter().flatten().map(String::as_str);
        for address in ends.chain([self.metadata.authorization_endpoint().as_str()]) {
            let url = Url::parse(address).map_err(CallError::local)?;
            crate::http::check_address(&url)?;
        }
        Ok(())
    }

    pub(crate) fn issuer(&self) -> &str {
        self.metadata.issuer().as_str()
    }

    pub(super) fn client(&self, client_id: &str) -> OidcClient {
        OidcClient::from_provider_metadata(
            self.metadata.clone(),
            ClientId::new(client_id.to_owned()),
            None,
        )
    }

    /// Turns the code into tokens and checks the ID token.
    pub(super) async fn exchange(
        &self,
        http: &Http,
        client_id: &str,
        code: String,
        verifier: PkceCodeVerifier,
        redirect: &RedirectUrl,
        nonce: &Nonce,
    ) -> Result<Tokens, SignInError> {
        let client = self.client(client_id);
        let transport = Transport(http);
        let answer = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(CallError::local)?
            .set_pkce_verifier(verifier)
            .set_redirect_uri(std::borrow::Cow::Borrowed(redirect))
            .request_async(&transport)
            .await
            .map_err(|error| match error {
                RequestTokenError::ServerResponse(said) => SignInError::Refused {
                    code: said.error().to_string(),
                    what: said.error_description().cloned().unwrap_or_default(),
                },
                other => SignInError::Call(token_call_error(other)),
            })?;
        let id_token = answer.id_token().ok_or_else(|| SignInError::Invalid {
            what: "there is no ID token".into(),
        })?;
        let earlier = Duration::from_secs(unix_now().saturating_sub(LEEWAY));
        let checker = client
            .id_token_verifier()
            .set_allowed_algs([
                CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
                CoreJwsSigningAlgorithm::RsaSsaPssSha256,
                CoreJwsSigningAlgorithm::EcdsaP256Sha256,
                CoreJwsSigningAlgorithm::EdDsa,
            ])
            .set_time_fn(move || (std::time::UNIX_EPOCH + earlier).into());
        let claims = id_token.claims(&checker, nonce).map_err(|error| {
            match http
                .clock_skew()
                .filter(|skew| skew.unsigned_abs() > LEEWAY)
            {
                Some(skew) => SignInError::Clock { skew },
                None => SignInError::Invalid {
                    what: error.to_string(),
                },
            }
        })?;
        let mut who = Claims {
            sub: claims.subject().to_string(),
            name: name_of(claims.name()),
            identity: claims.additional_claims().personal(),
            tax_code: claims.additional_claims().tax_code.clone(),
        };
        if who.name.is_none() || who.identity.is_none() {
            self.complete(&client, &transport, answer.access_token(), &mut who)
                .await?;
        }
        Ok(self.tokens(client_id, &answer, Some(id_token.to_string()), who, None))
    }

    /// Many providers tell the name only at the userinfo endpoint.
    async fn complete(
        &self,
        client: &OidcClient,
        transport: &Transport<'_>,
        token: &AccessToken,
        who: &mut Claims,
    ) -> Result<(), SignInError> {
        let sub = openidconnect::SubjectIdentifier::new(who.sub.clone());
        let Ok(request) = client.user_info(token.clone(), Some(sub)) else {
            return Ok(());
        };
        let info: Result<UserInfoClaims<Identity, CoreGenderClaim>, _> =
            request.request_async(transport).await;
        let info = match info {
            Ok(info) => info,
            Err(UserInfoError::Request(error)) => return Err(error.into()),
            // Somebody else's name would be worse than none.
            Err(UserInfoError::ClaimsVerification(error)) => {
                return Err(SignInError::Invalid {
                    what: error.to_string(),
                });
            }
            Err(_) => return Ok(()),
        };
        who.name = who.name.take().or_else(|| name_of(info.name()));
        who.identity = who
            .identity
            .take()
            .or_else(|| info.additional_claims().personal());
        who.tax_code = who
            .tax_code
            .take()
            .or_else(|| info.additional_claims().tax_code.clone());
        Ok(())
    }

    pub(crate) async fn refresh(
        &self,
        http: &Http,
        tokens: &Tokens,
    ) -> Result<Tokens, RefreshError> {
        let Some(refresh) = tokens.refresh.clone() else {
            return Err(RefreshError::Refused);
        };
        let client = self.client(&tokens.client_id);
        let transport = Transport(http);
        let answer = client
            .exchange_refresh_token(&RefreshToken::new(refresh.clone()))
            .map_err(|error| RefreshError::Call(CallError::local(error)))?
            .request_async(&transport)
            .await
            .map_err(|error| match error {
                RequestTokenError::ServerResponse(said)
                    if *said.error() == CoreErrorResponseType::InvalidGrant =>
                {
                    RefreshError::Refused
                }
                other => RefreshError::Call(token_call_error(other)),
            })?;
        // The person stays who signed in; a provider that rotates no refresh token keeps the old one good.
        Ok(self.tokens(
            &tokens.client_id,
            &answer,
            tokens.id_token.clone(),
            tokens.claims.clone(),
            Some(refresh),
        ))
    }

    /// RFC 7009, where the provider offers it. Asked plainly: the library refuses every address that is not https, this machine's own too.
    pub(crate) async fn revoke(&self, http: &Http, tokens: &Tokens) -> Result<(), CallError> {
        let endpoint = &self.metadata.additional_metadata().revocation_endpoint;
        let Some(endpoint) = endpoint else {
            return Ok(());
        };
        let endpoint = Url::parse(endpoint).map_err(CallError::local)?;
        // A provider need not take back the access token with the refresh token.
        let refresh = tokens
            .refresh
            .as_deref()
            .map(|token| (token, "refresh_token"));
        for (token, kind) in refresh
            .into_iter()
            .chain([(tokens.access.as_str(), "access_token")])
        {
            let request = http
                .request(reqwest::Method::POST, endpoint.clone())
                .form(&[
                    ("token", token),
                    ("token_type_hint", kind),
                    ("client_id", &tokens.client_id),
                ]);
            let response = http.send(request).await?;
            if !response.status().is_success() {
                return Err(http.refusal(response).await);
            }
        }
        Ok(())
    }

    /// The page that ends the provider's own session.
    pub(crate) fn end_session(&self, tokens: &Tokens) -> Option<Url> {
        let endpoint = self
            .metadata
            .additional_metadata()
            .end_session_endpoint
            .clone()?;
        let mut url = LogoutRequest::from(EndSessionUrl::new(endpoint).ok()?)
            .set_client_id(ClientId::new(tokens.client_id.clone()))
            .http_get_url();
        if let Some(hint) = &tokens.id_token {
            url.query_pairs_mut().append_pair("id_token_hint", hint);
        }
        Some(url)
    }

    fn tokens(
        &self,
        client_id: &str,
        answer: &TokenAnswer,
        id_token: Option<String>,
        claims: Claims,
        old_refresh: Option<String>,
    ) -> Tokens {
        let refresh = answer.refresh_token().map(|token| token.secret().clone());
        Tokens {
            access: answer.access_token().secret().clone(),
            refresh: refresh.or(old_refresh),
            id_token,
            claims,
            expires_at: answer
                .expires_in()
                .map(|span| unix_now().saturating_add(span.as_secs())),
            issuer: self.issuer().to_owned(),
            client_id: client_id.to_owned(),
        }
    }
}

fn name_of(
    name: Option<&openidconnect::LocalizedClaim<openidconnect::EndUserName>>,
) -> Option<String> {
    let name = name?;
    let (_, first) = name.iter().next()?;
    Some(name.get(None).unwrap_or(first).as_str().to_owned())
}

fn token_call_error<T>(error: RequestTokenError<CallError, T>) -> CallError
where
    T: openidconnect::ErrorResponse + std::fmt::Display,
{
    match error {
        RequestTokenError::Request(error) => error,
        RequestTokenError::ServerResponse(said) => CallError::Unexpected {
            status: 400,
            what: said.to_string(),
        },
        RequestTokenError::Parse(error, _) => CallError::Unexpected {
            status: 200,
            what: format!("the sign-in provider's answer can't be read: {error}"),
        },
        RequestTokenError::Other(what) => CallError::Unexpected { status: 200, what },
    }
}

/// Our client, with its limits, for the OpenID library.
struct Transport<'h>(&'h Http);

impl<'c> AsyncHttpClient<'c> for Transport<'_> {
    type Error = CallError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, CallError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let url = Url::parse(&head.uri.to_string()).map_err(CallError::local)?;
            crate::http::check_address(&url)?;
            let request = self
                .0
                .request(head.method, url)
                .headers(head.headers)
                .body(body);
            let response = self.0.send(request).await?;
            let mut answer = openidconnect::http::Response::new(Vec::new());
            *answer.status_mut() = response.status();
            *answer.headers_mut() = response.headers().clone();
            *answer.body_mut() = self.0.body(response, self.0.options().max_json).await?;
            Ok(answer)
        })
    }
}
