import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { FormView } from '@/lib/bindings/FormView';
import type { Node } from '@/lib/bindings/Node';
import type { Patch } from '@/lib/bindings/Patch';
import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';
import { putAt, valueAt } from './path';

export type Overrides = { [property: string]: JsonValue };

/** A form as the core last described it. Patches change it; no rule is evaluated here. */
export class FormModel {
  readonly title: string;
  readonly nodes: Node[];
  data = $state<JsonValue>({});
  readonly hidden: SvelteSet<string>;
  readonly sources: SvelteMap<string, string>;
  readonly warnings: SvelteMap<string, string>;
  readonly blocked: SvelteMap<string, string>;
  readonly overrides: SvelteMap<string, Overrides>;
  /** Grows when answers change under the person's hands, as undo does; controls then show the new text. */
  epoch = $state(0);

  constructor(view: FormView) {
    this.title = view.title;
    this.nodes = view.nodes;
    this.data = view.state.data ?? {};
    this.hidden = new SvelteSet(view.state.hidden);
    this.sources = new SvelteMap(Object.entries(view.state.sources));
    this.warnings = new SvelteMap(Object.entries(view.state.warnings));
    this.blocked = new SvelteMap(Object.entries(view.state.blocked));
    this.overrides = new SvelteMap(Object.entries(view.state.overrides));
  }

  value(path: string): JsonValue | undefined {
    return valueAt(this.data, path);
  }

  put(path: string, value: JsonValue | undefined): void {
    putAt(this.data, path, value);
  }

  /** Applies what the core answered. A value that the person has changed since is left alone. */
  apply(patch: Patch, changedSince: (path: string) => boolean = () => false): void {
    for (const [path, value] of Object.entries(patch.values)) {
      if (!changedSince(path)) this.put(path, value ?? undefined);
    }
    for (const [path, hidden] of Object.entries(patch.hidden)) {
      if (hidden) this.hidden.add(path);
      else this.hidden.delete(path);
    }
    replace(this.sources, patch.sources);
    replace(this.warnings, patch.warnings);
    replace(this.blocked, patch.blocked);
    for (const [path, properties] of Object.entries(patch.overrides)) {
      if (Object.keys(properties).length > 0) this.overrides.set(path, properties);
      else this.overrides.delete(path);
    }
  }
}

function replace(map: SvelteMap<string, string>, changes: { [path: string]: string | null }): void {
  for (const [path, words] of Object.entries(changes)) {
    if (words === null) map.delete(path);
    else map.set(path, words);
  }
}
