// A browser as far as sign-in needs one: cookies, redirects, the provider's forms.

export class Browser {
  #jar = new Map();

  /** Follows redirects within `origin`; returns the first answer that is none, or the first address elsewhere. */
  async open(address, init = {}) {
    const origin = new URL(address).origin;
    let request = init;
    for (let hop = 0; hop < 20; hop += 1) {
      const cookie = [...this.#jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(address, {
        ...request,
        redirect: 'manual',
        headers: { ...request.headers, cookie },
      });
      for (const line of response.headers.getSetCookie()) {
        const [pair] = line.split(';');
        const at = pair.indexOf('=');
        this.#jar.set(pair.slice(0, at), pair.slice(at + 1));
      }
      const next = response.headers.get('location');
      if (!next) {
        return { address, status: response.status, html: await response.text() };
      }
      await response.arrayBuffer();
      address = new URL(next, address).href;
      request = {};
      if (new URL(address).origin !== origin) {
        return { elsewhere: address };
      }
    }
    throw new Error(`too many redirects at ${address}`);
  }

  /** Sends the page's form with its hidden fields and `fields`. */
  async submit(page, fields) {
    const action = /<form[^>]*action="([^"]+)"/.exec(page.html)?.[1] ?? page.address;
    const hidden = [...page.html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const body = new URLSearchParams({
      ...Object.fromEntries(hidden.map(([, name, value]) => [name, value])),
      ...fields,
    });
    return this.open(new URL(action, page.address).href, { method: 'POST', body });
  }
}

/** Signs in and agrees; returns the address that the provider sends the browser back to. */
export async function agree(address) {
  const browser = new Browser();
  let page = await browser.open(address);
  for (let turn = 0; turn < 5 && !page.elsewhere; turn += 1) {
    page = await browser.submit(page, { login: 'mau', password: 'mau' });
  }
  if (!page.elsewhere) throw new Error(`no way back from ${page.address}:\n${page.html.slice(0, 400)}`);
  return page.elsewhere;
}

/** Turns away at the sign-in page. */
export async function turnAway(address) {
  const browser = new Browser();
  const page = await browser.open(address);
  const abort = /href="([^"]*\/abort)"/.exec(page.html)?.[1];
  if (!abort) throw new Error(`no way to turn away at ${page.address}:\n${page.html.slice(0, 400)}`);
  return (await browser.open(new URL(abort, page.address).href)).elsewhere;
}
