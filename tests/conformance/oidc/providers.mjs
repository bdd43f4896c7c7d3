// The providers to sign in at: a real one, and one that signs whatever it is told to.

import { createServer } from 'node:http';
import { once } from 'node:events';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import Provider from 'oidc-provider';

export const CLIENT = 'hoso-desktop';
export const PERSON = { sub: 'p-1', name: 'Lê Thị Mẫu', identity: '001090000001' };

async function listen(handler) {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${server.address().port}` };
}

function close(server) {
  server.closeAllConnections();
  return new Promise((done) => server.close(done));
}

/** panva's oidc-provider with its development pages. */
export async function realProvider() {
  let handler;
  const { server, url } = await listen((request, response) => handler(request, response));
  const provider = new Provider(url, {
    clients: [
      {
        client_id: CLIENT,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: ['http://127.0.0.1/callback'],
      },
    ],
    claims: { openid: ['sub'], profile: ['name', 'identity'] },
    features: { revocation: { enabled: true } },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ ...PERSON, sub: id }) }),
    pkce: { required: () => true },
    rotateRefreshToken: true,
    ttl: { AccessToken: 600, Grant: 3600, IdToken: 600, Interaction: 600, RefreshToken: 3600, Session: 3600 },
  });
  handler = provider.callback();
  return { url, close: () => close(server) };
}

/**
 * An issuer whose token endpoint answers with `lie({ url, claims, sign })`: `sign(claims, header)` is its true signature, `forge` another key's.
 */
export async function lyingProvider(lie, overrides = {}) {
  const honest = await generateKeyPair('RS256');
  const other = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(honest.publicKey)), kid: 'k', alg: 'RS256', use: 'sig' };
  const nonces = new Map();
  const { server, url } = await listen(async (request, response) => {
    const target = new URL(request.url, url);
    const json = (value) => {
      response.writeHead(200, { 'content-type': 'application/json', ...overrides.headers?.() });
      response.end(JSON.stringify(value));
    };
    if (target.pathname === '/.well-known/openid-configuration') {
      return json({
        issuer: overrides.issuer ?? url,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
        jwks_uri: `${url}/jwks`,
        userinfo_endpoint: `${url}/me`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      });
    }
    if (target.pathname === '/jwks') return json({ keys: [jwk] });
    if (target.pathname === '/me') return json({ ...PERSON, ...overrides.userinfo });
    if (target.pathname === '/authorize') {
      nonces.set('c', target.searchParams.get('nonce'));
      const back = new URL(target.searchParams.get('redirect_uri'));
      back.search = new URLSearchParams({ code: 'c', state: target.searchParams.get('state') });
      response.writeHead(302, { location: back.href });
      return response.end();
    }
    const now = Math.floor(Date.now() / 1000);
    const signed =
      (key) =>
      (claims, header = {}) =>
        new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k', ...header }).sign(key);
    const answer = await lie({
      now,
      claims: { iss: url, aud: CLIENT, sub: PERSON.sub, iat: now, exp: now + 600, nonce: nonces.get('c') },
      sign: signed(honest.privateKey),
      forge: signed(other.privateKey),
      unsigned: (claims) => new UnsecuredJWT(claims).encode(),
    });
    return json({ access_token: 'a', token_type: 'Bearer', expires_in: 600, id_token: answer });
  });
  return { url, close: () => close(server) };
}
