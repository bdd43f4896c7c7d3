import { tick } from 'svelte';
import type { DraftProblem } from '@/lib/bindings/DraftProblem';
import type { ErrorView } from '@/lib/bindings/ErrorView';
import type { FormPart } from '@/lib/bindings/FormPart';
import type { WizardStep } from '@/lib/bindings/WizardStep';
import { errorView, ipc } from '@/lib/ipc';
import { focusField } from '@/parts/focus';
import { portal } from '@/lib/portal.svelte';
import { fieldId } from '@/form/context';
import type { Draft } from './draft.svelte';
import { pagesOf, questionOf, type Page } from './pages';

/** A rule that couldn't be run here: told, but it holds nothing up. */
export const isUnchecked = (problem: DraftProblem): boolean => problem.rule === 'unchecked';

/** It is about how papers and news travel, whatever step asks for that. */
const isHandover = (problem: DraftProblem): boolean => problem.rule.startsWith('handover.');

/** The id of the place that a problem is about. */
export function problemId(problem: DraftProblem): string {
  if (isHandover(problem)) return problem.path;
  if (problem.step === 'applicant' || problem.step === 'form') return fieldId(problem.step, problem.path);
  return `component-${problem.path}`;
}

/** Where in the wizard one is, and how one gets on. */
export class Flow {
  step = $state<WizardStep>('applicant');
  page = $state('');
  /** One came here from the check, and goes back there. */
  fromReview = $state(false);
  busy = $state(false);
  failure = $state.raw<ErrorView | null>(null);
  /** Grows with each check, so that its summary takes focus anew. */
  checks = $state(0);
  #keeping = false;

  constructor(readonly draft: Draft) {
    this.step = draft.at.step;
    this.page = draft.at.page;
  }

  /** The steps that this draft has. */
  get steps(): readonly WizardStep[] {
    return this.draft.onlyPaper ? ['form'] : portal.steps;
  }

  /** Nothing comes after this page. */
  get atEnd(): boolean {
    return this.draft.onlyPaper && this.pageIndex >= this.pages.length - 1;
  }

  readonly pages: Page[] = $derived.by(() => pagesOf(this.draft.form));

  get pageIndex(): number {
    return Math.max(
      0,
      this.pages.findIndex((page) => page.key === this.page),
    );
  }

  /** Goes to a step; everything typed is saved first. */
  async go(step: WizardStep, page = ''): Promise<void> {
    this.failure = null;
    await this.draft.flush();
    this.step = step;
    this.page = step === 'form' ? page || (this.pages[0]?.key ?? '') : '';
    if (step === 'review') this.fromReview = false;
    this.draft.problems = [];
    // The focus moves with the page, not when the core has answered: by then one may be typing.
    await tick();
    const heading = document.getElementById('step-title');
    heading?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
    void this.#keepPlace();
  }

  /**
   * Remembers where one is. Nobody waits for it: who goes on at once on the new page would press in vain. One place after the other, or an older one might
   * be stored last; what one has left by then is left out.
   */
  async #keepPlace(): Promise<void> {
    this.draft.at = { step: this.step, page: this.page };
    if (this.#keeping) return;
    this.#keeping = true;
    for (let kept = false; !kept;) {
      const { at, version } = this.draft;
      try {
        const steps = await ipc.draftStep(this.draft.id, at.step, at.page);
        // What was typed meanwhile has told of the steps, perhaps later than this was said: it is asked once more.
        kept = this.draft.at === at && this.draft.version === version;
        if (kept) this.draft.steps = steps;
      } catch (thrown) {
        kept = this.draft.at === at;
        this.failure = errorView(thrown);
      }
    }
    this.#keeping = false;
  }

  /** Goes to what is wrong and gives it focus. */
  async goTo(problem: DraftProblem, all: DraftProblem[]): Promise<void> {
    const fromReview = this.fromReview || this.step === 'review';
    const elsewhere =
      problem.step !== this.step ||
      (problem.step === 'form' && problem.page !== (this.pages[this.pageIndex]?.key ?? ''));
    if (elsewhere) {
      await this.go(problem.step, problem.page);
      this.fromReview = fromReview && problem.step !== 'review';
      this.draft.problems = all.filter((one) => one.step === problem.step && one.page === problem.page);
      await tick();
    }
    if (!isHandover(problem) && (problem.step === 'applicant' || problem.step === 'form')) {
      await this.#focus(problem.step, problem.path);
    } else focusField(problemId(problem));
  }

  /** Goes to the question of an answer that is on the paper. */
  async goToAnswer(answer: string): Promise<void> {
    const place = questionOf(this.pages, answer);
    if (!place) return;
    if (this.step !== 'form' || this.pages[this.pageIndex]?.key !== place.page) {
      await this.go('form', place.page);
      await tick();
    }
    await this.#focus('form', place.path);
  }

  async #focus(part: FormPart, path: string): Promise<void> {
    const id = fieldId(part, path);
    await this.draft.reveal(part, path, () => document.getElementById(id) !== null);
    focusField(id);
  }

  async edit(step: WizardStep, page: string): Promise<void> {
    await this.go(step, page);
    this.fromReview = true;
  }

  /** *Tiếp tục*: checks what is on screen; goes on when nothing is wrong. */
  async next(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      if (await this.check()) await this.#onward();
    } catch (thrown) {
      this.failure = errorView(thrown);
    }
    this.busy = false;
  }

  async check(): Promise<boolean> {
    this.failure = null;
    if (!(await this.draft.flush())) return false;
    const page = this.step === 'form' ? (this.pages[this.pageIndex]?.key ?? '') : '';
    this.draft.problems = await ipc.draftCheck(this.draft.id, this.step, page);
    this.checks += 1;
    return this.draft.problems.length === 0;
  }

  /** Checks the whole draft; what is wrong is told on the first page that has something. */
  async checkAll(): Promise<boolean> {
    this.failure = null;
    if (!(await this.draft.flush())) return false;
    const found = (await ipc.draftCheck(this.draft.id, null, '')).filter((one) => !isUnchecked(one));
    const [first] = found;
    if (first && first.page !== (this.pages[this.pageIndex]?.key ?? ''))
      await this.go(first.step, first.page);
    this.draft.problems = found.filter((one) => one.page === first?.page);
    this.checks += 1;
    return !first;
  }

  async #onward(): Promise<void> {
    if (this.fromReview) return this.go('review');
    const nextPage = this.pages[this.pageIndex + 1];
    if (this.step === 'form' && nextPage) return this.go('form', nextPage.key);
    const nextStep = this.steps[this.steps.indexOf(this.step) + 1];
    if (nextStep) await this.go(nextStep);
  }

  async back(): Promise<void> {
    const before = this.pages[this.pageIndex - 1];
    if (this.step === 'form' && this.pageIndex > 0 && before) return this.go('form', before.key);
    const step = this.steps[this.steps.indexOf(this.step) - 1];
    if (step) await this.go(step, step === 'form' ? (this.pages.at(-1)?.key ?? '') : '');
  }
}
