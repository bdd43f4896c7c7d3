import type { Node } from '@/lib/bindings/Node';
import type { FormModel } from '@/form/model.svelte';
import { concrete } from '@/form/path';

/** A page of the *tờ khai*: a panel at the top of the form, or the whole form when it has none. */
export type Page = { key: string; title: string; hint: string; nodes: Node[] };

/** The pages that are not hidden now. Loose components at the top belong to the page before them. */
export function pagesOf(model: FormModel): Page[] {
  const pages: Page[] = [];
  for (const node of model.nodes) {
    if (node.kind === 'panel') {
      if (!model.hidden.has(node.path)) {
        pages.push({
          key: node.key,
          title: node.label || model.title,
          hint: node.hint,
          nodes: node.children,
        });
      }
      continue;
    }
    const last = pages.at(-1);
    if (last) last.nodes = [...last.nodes, node];
    else pages.push({ key: '', title: model.title, hint: '', nodes: [node] });
  }
  return pages;
}

/** The question that an answer belongs to: the innermost one whose answer it is, or is a part of. */
export function questionOf(pages: Page[], answer: string): { page: string; path: string } | undefined {
  const rows = [...answer.matchAll(/\[(\d+)\]/g)].map(([, row]) => Number(row));
  const pattern = answer.replace(/\[\d+\]/g, '[]');
  const holds = (path: string) =>
    path !== '' && pattern.startsWith(path) && /^([.[]|$)/.test(pattern.slice(path.length));
  const innermost = (nodes: Node[]): string =>
    nodes.reduce((best, node) => {
      const here = [holds(node.path) ? node.path : '', innermost(node.children)];
      return here.reduce((one, other) => (other.length > one.length ? other : one), best);
    }, '');
  for (const page of pages) {
    const path = innermost(page.nodes);
    if (path) return { page: page.key, path: concrete(path, rows) };
  }
  return undefined;
}
