import type { Folder } from './bindings/Folder';

/** Where in the window one is. */
export type Route =
  | { page: 'home' }
  | { page: 'procedures'; query: string }
  | { page: 'procedure'; code: string }
  | { page: 'fill'; draft: string }
  | { page: 'dossiers'; folder: Folder | null }
  | { page: 'dossier'; id: string }
  | { page: 'batches'; form: string }
  | { page: 'batch'; id: string }
  | { page: 'lookup'; code: string }
  | { page: 'vault' }
  | { page: 'payments' }
  | { page: 'settings' };

export const FOLDERS: readonly Folder[] = [
  'unsent',
  'outbox',
  'failed',
  'conflict',
  'sent',
  'awaitingPayment',
  'supplementRequested',
  'processing',
  'returned',
  'rejected',
];

/** The address of a route: `#/thu-tuc/1.001193`. */
export function href(route: Route): string {
  switch (route.page) {
    case 'home':
      return '#/';
    case 'procedures':
      return route.query ? `#/thu-tuc?q=${encodeURIComponent(route.query)}` : '#/thu-tuc';
    case 'procedure':
      return `#/thu-tuc/${encodeURIComponent(route.code)}`;
    case 'fill':
      return `#/dien/${encodeURIComponent(route.draft)}`;
    case 'dossiers':
      return route.folder ? `#/ho-so?thu-muc=${route.folder}` : '#/ho-so';
    case 'dossier':
      return `#/ho-so/${encodeURIComponent(route.id)}`;
    case 'batches':
      return route.form ? `#/bang-tinh?to-khai=${encodeURIComponent(route.form)}` : '#/bang-tinh';
    case 'batch':
      return `#/bang-tinh/${encodeURIComponent(route.id)}`;
    case 'lookup':
      return route.code ? `#/tra-cuu?ma=${encodeURIComponent(route.code)}` : '#/tra-cuu';
    case 'vault':
      return '#/kho';
    case 'payments':
      return '#/thanh-toan';
    case 'settings':
      return '#/cai-dat';
  }
}

/** Reads an address; what it doesn't know leads home. */
export function parse(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?');
  const [first = '', rest = ''] = path.split('/');
  const params = new URLSearchParams(search);
  let second: string;
  try {
    second = decodeURIComponent(rest);
  } catch {
    return { page: 'home' };
  }
  switch (first) {
    case 'thu-tuc':
      return second
        ? { page: 'procedure', code: second }
        : { page: 'procedures', query: params.get('q') ?? '' };
    case 'dien':
      return second ? { page: 'fill', draft: second } : { page: 'home' };
    case 'ho-so': {
      if (second) return { page: 'dossier', id: second };
      const folder = FOLDERS.find((name) => name === params.get('thu-muc')) ?? null;
      return { page: 'dossiers', folder };
    }
    case 'bang-tinh':
      return second ? { page: 'batch', id: second } : { page: 'batches', form: params.get('to-khai') ?? '' };
    case 'tra-cuu':
      return { page: 'lookup', code: params.get('ma') ?? '' };
    case 'kho':
      return { page: 'vault' };
    case 'thanh-toan':
      return { page: 'payments' };
    case 'cai-dat':
      return { page: 'settings' };
    default:
      return { page: 'home' };
  }
}

class Router {
  route = $state.raw<Route>(parse(globalThis.location?.hash ?? ''));

  constructor() {
    globalThis.addEventListener?.('hashchange', () => {
      this.route = parse(location.hash);
    });
  }

  go(route: Route): void {
    location.hash = href(route);
  }

  /** Goes there without leaving a step in the history. */
  replace(route: Route): void {
    history.replaceState(null, '', href(route));
    this.route = route;
  }
}

export const router = new Router();
