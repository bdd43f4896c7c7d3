import type { Change } from '@/lib/bindings/Change';
import type { FormState } from '@/lib/bindings/FormState';
import type { FormView } from '@/lib/bindings/FormView';
import type { Node } from '@/lib/bindings/Node';
import type { Patch } from '@/lib/bindings/Patch';
import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';
import { Notes, Signals } from './notes.svelte';
import { putAt, valueAt } from './path';

export type Overrides = { [property: string]: JsonValue };

/** A form as the core last described it. Patches change it; no rule is evaluated here. */
export class FormModel {
  readonly title: string;
  readonly nodes: Node[];
  data = $state<JsonValue>({});
  readonly hidden: Notes<true>;
  readonly sources: Notes<string>;
  readonly warnings: Notes<string>;
  readonly blocked: Notes<string>;
  readonly overrides: Notes<Overrides>;
  /** Grows when answers change under the person's hands, as undo does; controls then show the new text. */
  epoch = $state(0);

  constructor(view: FormView) {
    const { data, hidden, sources, warnings, blocked, overrides } = view.state;
    // A question reads all of these about its own path, so that one signal a path does for them.
    const signals = new Signals();
    this.title = view.title;
    this.nodes = view.nodes;
    this.data = data ?? {};
    this.hidden = new Notes(
      hidden.map((path) => [path, true] as const),
      signals,
    );
    this.sources = new Notes(Object.entries(sources), signals);
    this.warnings = new Notes(Object.entries(warnings), signals);
    this.blocked = new Notes(Object.entries(blocked), signals);
    this.overrides = new Notes(Object.entries(overrides), signals);
  }

  /** As the core has it, whatever was shown so far; the questions are the same. */
  restate({ data, hidden, sources, warnings, blocked, overrides }: FormState): void {
    this.data = data ?? {};
    this.hidden.replace(new Map(hidden.map((path) => [path, true] as const)));
    this.sources.replace(new Map(Object.entries(sources)));
    this.warnings.replace(new Map(Object.entries(warnings)));
    this.blocked.replace(new Map(Object.entries(blocked)));
    this.overrides.replace(new Map(Object.entries(overrides)));
    this.epoch += 1;
  }

  value(path: string): JsonValue | undefined {
    return valueAt(this.data, path);
  }

  /** How many rows a grid has. What is in them is not looked at, so that a row's answer wakes its own question only. */
  rows(path: string): number {
    const value = this.value(path);
    return Array.isArray(value) ? value.length : 0;
  }

  put(path: string, value: JsonValue | undefined): void {
    putAt(this.data, path, value);
  }

  #moveRow(change: Change): void {
    const rows = 'path' in change ? this.value(change.path) : null;
    if (!Array.isArray(rows)) return;
    if (change.op === 'insertRow') rows.splice(change.index, 0, change.value);
    else if (change.op === 'removeRow') rows.splice(change.index, 1);
    else if (change.op === 'moveRow') rows.splice(change.to, 0, ...rows.splice(change.from, 1));
  }

  /** Applies what the core answered. A value that the person has changed since is left alone. */
  apply(patch: Patch, changedSince: (path: string) => boolean = () => false): void {
    for (const change of patch.rows) this.#moveRow(change);
    for (const [path, value] of Object.entries(patch.values)) {
      if (!changedSince(path)) this.put(path, value ?? undefined);
    }
    for (const [path, hidden] of Object.entries(patch.hidden)) this.hidden.put(path, hidden ? true : null);
    this.sources.putAll(patch.sources);
    this.warnings.putAll(patch.warnings);
    this.blocked.putAll(patch.blocked);
    for (const [path, properties] of Object.entries(patch.overrides)) {
      this.overrides.put(path, Object.keys(properties).length > 0 ? properties : null);
    }
  }
}
