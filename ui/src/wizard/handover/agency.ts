import { FormContext } from '@/form/context';
import { choiceOf, text } from '@/form/controls/place';
import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';
import type { ReceivingAgency } from '@/lib/bindings/ReceivingAgency';
import type { Draft } from '../draft.svelte';

/** What the lists of provinces and communes see of the desk that receives the dossier: the codes of where it is. */
export class AgencyPlace extends FormContext {
  constructor(
    draft: Draft,
    /** The name of a province or commune by its code, as the list has it. */
    readonly nameOf: (path: string, code: string) => string,
  ) {
    super(draft, 'applicant', []);
  }

  get chosen(): ReceivingAgency | null {
    return this.draft.handover.agency;
  }

  override value(path: string): JsonValue {
    const { province = '', commune } = this.chosen ?? {};
    return path === 'province' ? province : commune ? choiceOf(commune, province) : '';
  }

  override set(path: string, value: JsonValue | undefined): Promise<void> {
    const level = this.draft.info.agencyLevel;
    if (!level) return Promise.resolve();
    const name = (code: string) => this.nameOf(path, code);
    if (path === 'province') {
      const province = text(value);
      // The same province again leaves the commune that was chosen in it.
      if (province !== this.chosen?.province || level !== this.chosen.level)
        this.put(province ? { level, province, name: name(province) } : null);
    } else if (text(value)) {
      const [commune = '', province = ''] = text(value).split('\t');
      this.put({ level, province, commune, name: name(text(value)) });
    } else if (this.chosen) {
      const { province } = this.chosen;
      this.put({ level, province, name: this.nameOf('province', province) });
    }
    return Promise.resolve();
  }

  /** What somebody chooses is no suggestion any more. */
  put(agency: ReceivingAgency | null): void {
    for (const key of ['province', 'commune']) this.draft.forgive('applicant', `agency-${key}`);
    this.draft.typeHandover({ ...this.draft.handover, agency, agencySuggested: null });
    this.draft.commitHandover();
  }

  /** The person says that what was suggested is right. */
  confirm(): Promise<void> {
    this.put(this.chosen);
    return this.draft.saved();
  }
}
