import type { Node } from '@/lib/bindings/Node';
import type { FormModel } from '@/form/model.svelte';

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
