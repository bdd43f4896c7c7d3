import { app } from './app.svelte';
import type { Capability } from './bindings/Capability';
import type { Delivery } from './bindings/Delivery';
import type { NoticeWay } from './bindings/NoticeWay';
import type { PayWay } from './bindings/PayWay';
import type { PortalProfile } from './bindings/PortalProfile';
import type { WizardStep } from './bindings/WizardStep';
import { language, t } from './i18n/index.svelte';

/** The portal's own order, names and limits, where it has said which portal it is; our own words otherwise. */
class Portal {
  get profile(): PortalProfile | null {
    return app.info?.portalProfile ?? null;
  }

  /** The steps of the wizard in order. */
  get steps(): readonly WizardStep[] {
    return this.profile?.steps.map((one) => one.step) ?? STEPS;
  }

  step(step: WizardStep): string {
    const own = this.profile?.steps.find((one) => one.step === step);
    return own?.label[language.current] ?? t.steps[step];
  }

  get goOn(): string {
    return this.profile?.goOn[language.current] ?? t.fill.next;
  }

  /** The button that hands in; a portal's own name for it only where it is a first submission that leaves at once. */
  submit(pays: boolean): string {
    const own = pays ? this.profile?.submit : (this.profile?.submitUnpaid ?? this.profile?.submit);
    return own?.[language.current] ?? t.review.submit;
  }

  /** How the fee may be paid; online only, where its guide knows no other way. */
  get payWays(): { way: PayWay; label: string }[] {
    const own = this.profile?.payWays?.map(({ way, label }) => ({ way, label: label[language.current] }));
    return own?.length ? own : [{ way: 'online', label: t.fees.online }];
  }

  /** What stands over the ways to pay. */
  get payTitle(): string {
    return this.profile?.payTitle?.[language.current] ?? t.fees.way;
  }

  /** The only way to pay, where its guide has a name for it. */
  get onlyWay(): string | null {
    const own = this.profile?.payWays ?? [];
    return own.length === 1 ? (own[0]?.label[language.current] ?? null) : null;
  }

  /** Whose account the money goes to, where its guide has that checked. */
  get receiver(): { name: string; bank: string; account: string } | null {
    const own = this.profile?.receiver;
    if (!own) return null;
    return { name: own.name[language.current], bank: own.bank[language.current], account: own.account };
  }

  /** Its button that keeps a dossier unsent; null where it has none. */
  get keep(): string | null {
    return this.profile?.keep?.[language.current] ?? null;
  }

  /** Its button that prints the form; null where it has none. */
  get print(): string | null {
    return this.profile?.print?.[language.current] ?? null;
  }

  /** What stands over the choice of who receives the dossier; null where nobody has to choose. */
  get agency(): { title: string; province: string; commune: string } | null {
    const own = this.profile?.agency;
    if (!own) return null;
    const { title, province, commune } = own;
    const { current } = language;
    return { title: title[current], province: province[current], commune: commune[current] };
  }

  /** How the dossier is handed in, where its guide says so; null where it doesn't. */
  get handIn(): { title: string; way: string } | null {
    const own = this.profile?.handIn;
    return own ? { title: own.title[language.current], way: own.way[language.current] } : null;
  }

  get delivery(): { how: Delivery['how']; label: string }[] {
    return (
      this.profile?.delivery.map(({ how, label }) => ({ how, label: label[language.current] })) ??
      HOWS.map((how) => ({ how, label: t.review[how] }))
    );
  }

  /** How the originals may be sent by post, by the portal's own name for it; null where it has no such way. */
  get originals(): string | null {
    return this.profile?.originals?.[language.current] ?? null;
  }

  /** How it tells of news, where the person chooses so. */
  get notices(): NoticeWay[] {
    return this.profile?.notices ?? [];
  }

  /** The step at which its guide asks for these. */
  get handoverStep(): WizardStep {
    return this.profile?.handover ?? 'review';
  }

  /** The name of its account with Zalo that answers codes; null where it has none. */
  get zalo(): string | null {
    return this.profile?.zalo?.name ?? null;
  }

  /** As its profile says, and as it said itself. */
  get cannot(): Capability[] {
    return [...new Set([...(this.profile?.cannot ?? []), ...(app.info?.portalCannot ?? [])])];
  }

  can(what: Capability): boolean {
    return !this.cannot.includes(what);
  }
}

export const STEPS: readonly WizardStep[] = ['applicant', 'form', 'components', 'fees', 'review'];
const HOWS: readonly Delivery['how'][] = ['electronic', 'atDesk', 'post'];

export const portal = new Portal();
