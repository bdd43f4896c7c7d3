import type { FormView } from '@/lib/bindings/FormView';
import type { Node } from '@/lib/bindings/Node';
import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';
import { valueAt } from '@/form/path';
import { node } from '@/form/testing';

/** Just enough of form.io to show the real form packs without the core: no rules but when/eq and required. */
type Component = {
  type: string;
  key: string;
  label?: string;
  title?: string;
  legend?: string;
  description?: string;
  placeholder?: string;
  html?: string;
  hideLabel?: boolean;
  components?: Component[];
  columns?: { components: Component[]; width?: number }[];
  values?: { label: string; value: JsonValue }[];
  data?: { values?: { label: string; value: JsonValue }[]; url?: string };
  validate?: { required?: boolean };
  conditional?: { show?: boolean | string; when?: string; eq?: string };
  defaultValue?: JsonValue;
  [property: string]: unknown;
};
export type Definition = { title: string; components: Component[] };

const files = import.meta.glob<Definition>('../../../crates/app/packs/*/{form,citizen}.json', {
  import: 'default',
  eager: true,
});

const lists = import.meta.glob<{ ten: string }[]>('../../../crates/app/packs/_lists/*.json', {
  import: 'default',
  eager: true,
});

/** The choices of a list that the form keeps at an address. */
function listed(url = ''): { label: string; value: JsonValue }[] {
  const name = `/${url.split('/').pop()}.json`;
  const found = Object.entries(lists).find(([path]) => path.endsWith(name));
  return found?.[1].map(({ ten }) => ({ label: ten, value: ten })) ?? [];
}

export function definition(pack: string): Definition {
  const found = Object.entries(files).find(([path]) => path.includes(`/${pack}/`));
  return found?.[1] ?? { title: pack, components: [] };
}

type Rule = { path: string; when: string; eq: string };

export class MockForm {
  readonly nodes: Node[];
  readonly rules: Rule[] = [];
  hidden = new Set<string>();

  constructor(
    readonly source: Definition,
    readonly data: { [key: string]: JsonValue },
  ) {
    this.nodes = source.components.map((one) => this.#node(one, ''));
    this.hide();
  }

  view(sources: { [path: string]: string } = {}): FormView {
    return {
      title: this.source.title,
      nodes: this.nodes,
      state: { data: this.data, hidden: [...this.hidden], sources, warnings: {}, overrides: {}, blocked: {} },
    };
  }

  hide(): void {
    this.hidden = new Set(
      this.rules
        .filter((rule) => String(valueAt(this.data, rule.when) ?? '') !== rule.eq)
        .map((rule) => rule.path),
    );
  }

  /** Required answers that are missing, within the page of that key. */
  missing(page: string): { path: string; page: string; label: string }[] {
    const found: { path: string; page: string; label: string }[] = [];
    const walk = (nodes: Node[], at: string): void => {
      for (const node of nodes) {
        if (this.hidden.has(node.path)) continue;
        const value = valueAt(this.data, node.path);
        if (node.required && (value === undefined || value === '' || value === null || value === false)) {
          found.push({ path: node.path, page: at, label: node.label });
        }
        if (!['datagrid', 'editgrid'].includes(node.kind)) walk(node.children, at);
      }
    };
    for (const node of this.nodes) if (!page || node.key === page) walk([node], node.key);
    return found;
  }

  #node(one: Component, prefix: string): Node {
    const path = prefix + one.key;
    const inside = ['container'].includes(one.type)
      ? `${path}.`
      : ['datagrid', 'editgrid'].includes(one.type)
        ? `${path}[].`
        : prefix;
    if (one.conditional?.when)
      this.rules.push({ path, when: one.conditional.when, eq: one.conditional.eq ?? '' });
    const cells = (one.columns ?? []).map((column, index) => ({
      ...blank(`${path}#${index}`, 'column'),
      attributes: { width: column.width ?? 6 },
      children: column.components.map((child) => this.#node(child, inside)),
    }));
    const attributes: Node['attributes'] = {};
    for (const name of ['rows', 'inline', 'suffix', 'autocomplete', 'enableTime', 'dayFirst'])
      if (one[name] !== undefined) attributes[name] = one[name] as JsonValue;
    return {
      ...blank(path, one.type),
      key: one.key,
      label: one.title ?? one.legend ?? one.label ?? '',
      hideLabel: one.hideLabel === true,
      hint: one.description ?? '',
      placeholder: one.placeholder ?? '',
      required: one.validate?.required === true,
      disabled: one.type === 'vnDateWords',
      choices: one.values ?? one.data?.values ?? listed(one.data?.url),
      html: one.html ?? '',
      attributes,
      children: cells.length > 0 ? cells : (one.components ?? []).map((child) => this.#node(child, inside)),
    };
  }
}

const blank = (path: string, kind: string): Node =>
  node(kind, { key: path, path, label: '', hideLabel: kind === 'column' });
