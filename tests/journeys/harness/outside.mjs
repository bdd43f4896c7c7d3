// What people do outside the window: in the browser that it opened, at the clerk's desk, at the bank.

import { until } from './process.mjs';

/** An invented person whom the sandbox knows. */
export const AN = {
  login: '001090000001',
  password: 'MatKhau#2026',
  name: 'Nguyễn Thị An',
  phone: '0900000001',
};

/** Signs in at the address that the window opened: number and password, then the six digits sent to the telephone. */
export async function signIn(sandbox, link, { login, password, phone } = AN) {
  const page = new URL(link);
  const form = new URLSearchParams(page.search);
  form.set('login', login);
  form.set('password', password);
  const asked = await (await post(new URL(page.pathname, page), form)).text();
  const signin = /name="signin" value="([^"]+)"/.exec(asked)?.[1];
  if (!signin) throw new Error(`the sign-in page did not ask for the six digits:\n${asked}`);

  const outbox = await sandbox.fetch('/outbox', { headers: { accept: 'application/json' } });
  const { otp } = (await outbox.json()).find((message) => message.to === phone && message.otp);
  const answer = await post(new URL('/oidc/otp', page), new URLSearchParams({ signin, otp }));
  const back = answer.headers.get('location');
  if (!back) throw new Error(`the six digits were not taken: ${answer.status}`);
  await (await fetch(back)).text();
}

/** Presses a button of the clerk's page: `accept`, `supplement`, `process`, `finish`, `return-result`, `take-cash` or `refuse`. */
export async function clerk(sandbox, dossier, button, fields = {}) {
  const address = new URL(`/clerk/dossiers/${dossier}/${button}`, sandbox.url);
  await redirected(`the clerk's ${button}`, await post(address, new URLSearchParams(fields)));
}

/** Presses `pay` or `decline` on the bank's page that the window opened. */
export async function bank(link, button) {
  const shown = await fetch(link);
  if (!shown.ok) throw new Error(`the bank's page ${link} answered ${shown.status}`);
  await redirected(`the bank's ${button}`, await post(new URL(`${link}/${button}`), new URLSearchParams()));
}

/** What the portal holds: `dossiers`, `payments`, `captures` and `uploads`. */
export async function audit(sandbox) {
  return (await sandbox.fetch('/audit')).json();
}

/** The one dossier of the portal, once it has been handed in. */
export function onlyDossier(sandbox) {
  return until('a dossier at the portal', 30_000, async () => {
    const { dossiers } = await audit(sandbox);
    if (dossiers.length > 1) throw new Error(`the portal has ${dossiers.length} dossiers instead of one`);
    return dossiers[0]?.code ? dossiers[0] : null;
  });
}

/** A form sent without following where the answer leads, as buttons end in a redirect. */
function post(address, form) {
  return fetch(address, { method: 'POST', body: form, redirect: 'manual' });
}

async function redirected(what, answer) {
  if (answer.status < 300 || answer.status > 399)
    throw new Error(`${what} was refused: ${answer.status} ${await answer.text()}`);
}
