import { FormContext } from '@/form/context';
import { choiceOf, text } from '@/form/controls/place';
import type { Node } from '@/lib/bindings/Node';
import type { PostAddress } from '@/lib/bindings/PostAddress';
import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';
import type { Draft } from '../draft.svelte';

/** What the list of communes sees of a postal address: a commune brings its province with it. */
export class PostalPlace extends FormContext {
  constructor(
    draft: Draft,
    readonly address: () => PostAddress,
    readonly put: (commune: string, province: string) => void,
  ) {
    super(draft, 'applicant', []);
  }

  override value(): JsonValue {
    return choiceOf(this.address().commune, this.address().province);
  }

  override set(_path: string, value: JsonValue | undefined): Promise<void> {
    const [commune = '', province = ''] = text(value).split('\t');
    this.put(commune, province);
    return Promise.resolve();
  }
}

/** A question of our own for a control of forms. */
export const ownNode = (key: string, label: string, more: Partial<Node> = {}): Node => ({
  key,
  path: key,
  kind: 'textfield',
  label,
  hideLabel: false,
  hint: '',
  placeholder: '',
  required: true,
  disabled: false,
  multiple: false,
  choices: [],
  questions: [],
  html: '',
  attributes: {},
  children: [],
  ...more,
});
