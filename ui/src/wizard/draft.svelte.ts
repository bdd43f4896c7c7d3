import { tick, untrack } from 'svelte';
import { FormModel } from '@/form/model.svelte';
import { Notes } from '@/form/notes.svelte';
import { related } from '@/form/path';
import type { Change } from '@/lib/bindings/Change';
import type { ComponentState } from '@/lib/bindings/ComponentState';
import type { DraftInfo } from '@/lib/bindings/DraftInfo';
import type { DraftPatch } from '@/lib/bindings/DraftPatch';
import type { DraftShare } from '@/lib/bindings/DraftShare';
import type { DraftProblem } from '@/lib/bindings/DraftProblem';
import type { ErrorView } from '@/lib/bindings/ErrorView';
import type { FeeSummary } from '@/lib/bindings/FeeSummary';
import type { FormView } from '@/lib/bindings/FormView';
import type { FormPart } from '@/lib/bindings/FormPart';
import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';
import type { Handover } from '@/lib/bindings/Handover';
import type { PaperState } from '@/lib/bindings/PaperState';
import type { StepInfo } from '@/lib/bindings/StepInfo';
import { errorView, ipc } from '@/lib/ipc';

/** While typing, a change leaves after so many milliseconds of rest. */
const REST = 120;
const RETRY = [1000, 2000, 5000, 10_000];

/** `reopen` is no change: what the core holds is shown again. */
type Job = ({ part: FormPart; change: Change; path: string } | { handover: Handover } | { reopen: true }) & {
  done: () => void;
};
type Typed = {
  part: FormPart;
  path: string;
  value: JsonValue | undefined;
  timer: ReturnType<typeof setTimeout>;
};

/** Asked to bring an answer's question to the page, if it is the one that holds it. */
export type Revealer = (part: FormPart, path: string) => void;

/**
 * An open draft. Changes leave one after the other, in the order in which they were made, and each answer is applied
 * before the next change leaves; what can't be saved stays first in the line and is tried again.
 */
export class Draft {
  readonly id: string;
  readonly info: DraftInfo;
  readonly applicant: FormModel;
  readonly form: FormModel;
  components = $state.raw<ComponentState[]>([]);
  fee = $state.raw<FeeSummary>() as FeeSummary;
  handover = $state.raw<Handover>() as Handover;
  steps = $state.raw<StepInfo[]>([]);
  paper = $state.raw<PaperState>('none');
  /** How it is shared with the person's other computers. */
  share = $state.raw<DraftShare | null>(null);
  canUndo = $state(false);
  canRedo = $state(false);
  savedAt = $state('');
  /** Something is on its way to the disk. */
  saving = $state(false);
  /** Why the first change in the line could not be saved. */
  failure = $state.raw<ErrorView | null>(null);
  attempts = $state(0);
  /** Grows with every change, so that the paper is drawn again. */
  version = $state(0);
  /** Where in the wizard the person was last. */
  at: Pick<DraftInfo, 'step' | 'page'>;
  /** When the last key was pressed in an answer, on the page's own clock; nobody is told. */
  typedAt = -Infinity;

  #problems = $state.raw<DraftProblem[]>([]);
  readonly #errors = new Notes<string>();
  readonly #errorsBelow = new Notes<string>();
  #troubled = $state.raw<ReadonlySet<string>>(new Set());
  readonly #revealers = new Set<Revealer>();
  readonly #places = new Map<string, string>();
  #typed = new Map<string, Typed>();
  /** Waits for the rest after a key in how papers and news travel. */
  #handing: ReturnType<typeof setTimeout> | null = null;
  #jobs: Job[] = [];
  #running: Promise<void> | null = null;
  #wake: () => void = () => {};
  /** So many attempts came to nothing. */
  #failed = 0;
  /** The draft of its own that the line goes into, since another computer took this one over. */
  #copy = '';
  #copying: Promise<string> | null = null;

  constructor(info: DraftInfo) {
    this.id = info.id;
    this.info = info;
    this.applicant = new FormModel(info.applicant ?? NOBODY);
    this.form = new FormModel(info.form);
    this.handover = info.handover;
    this.at = { step: info.step, page: info.page };
    this.share = info.share;
    this.#facts(info);
  }

  /** Something that was typed is not on disk yet. */
  get pending(): boolean {
    return this.#jobs.length > 0 || this.#typed.size > 0 || this.#handing !== null;
  }

  /** A paper of the one-stop desk: filled in and exported, never submitted. */
  get onlyPaper(): boolean {
    return this.info.applicant === null;
  }

  get readOnly(): boolean {
    return this.info.readOnly !== '';
  }

  model(part: FormPart): FormModel {
    return part === 'applicant' ? this.applicant : this.form;
  }

  /** What the last check of the page found. */
  get problems(): DraftProblem[] {
    return this.#problems;
  }

  set problems(found: DraftProblem[]) {
    this.#problems = found;
    const words = new Map<string, string>();
    const below = new Map<string, string>();
    const patterns = new Set<string>();
    const first = (map: Map<string, string>, key: string, message: string): void => {
      if (!map.has(key)) map.set(key, message);
    };
    for (const { step, path, message } of found) {
      first(words, `${step}:${path}`, message);
      for (const { index } of path.matchAll(/[.[]/g))
        first(below, `${step}:${path.slice(0, index)}`, message);
      patterns.add(`${step}:${path.replace(/\[\d+\]/g, '[]')}`);
    }
    this.#errors.replace(words);
    this.#errorsBelow.replace(below);
    this.#troubled = patterns;
  }

  /** What is wrong with one answer; empty when nothing is. */
  error(part: FormPart, path: string): string {
    return this.#errors.get(`${part}:${path}`) ?? '';
  }

  /** What was wrong with an answer is said no more once the person has seen to it; the next check looks again. */
  forgive(part: FormPart, path: string): void {
    if (untrack(() => this.error(part, path))) {
      this.problems = this.problems.filter((problem) => problem.step !== part || problem.path !== path);
    }
  }

  /** A component stands in the page under this id. */
  place(part: FormPart, id: string, path: string): void {
    this.#places.set(`${part}:${id}`, path);
  }

  /** The path of the component with that id, if it is one's. */
  placeOf(part: FormPart, id: string): string | undefined {
    return this.#places.get(`${part}:${id}`);
  }

  /** The path of the component that an element of the page belongs to. */
  pathAround(part: FormPart, element: EventTarget | null): string | undefined {
    for (let at = element as Element | null; at; at = at.parentElement) {
      const path = this.placeOf(part, at.id);
      if (path !== undefined) return path;
    }
    return undefined;
  }

  /** The first problem of one of several values, of a row or of anything else below a path. */
  errorBelow(part: FormPart, path: string): string {
    return this.#errorsBelow.get(`${part}:${path}`) ?? '';
  }

  /** Whether the component of that path, rows as `[]`, has a problem in whatever row. */
  troubled(part: FormPart, pattern: string): boolean {
    return this.#troubled.has(`${part}:${pattern}`);
  }

  /** Something that shows only a part of its questions can bring others to the page; returns how it leaves. */
  onReveal(reveal: Revealer): () => void {
    this.#revealers.add(reveal);
    return () => void this.#revealers.delete(reveal);
  }

  /** Brings the question of an answer to the page, where a tab, a far row or a section not yet drawn holds it. */
  async reveal(part: FormPart, path: string, isThere: () => boolean): Promise<void> {
    // A grid within a grid can only be asked when its row is there.
    for (let round = 0; round < 4 && !isThere(); round++) {
      for (const reveal of [...this.#revealers]) reveal(part, path);
      await tick();
    }
  }

  /** An answer while it is being typed: shown at once, saved after a short rest or on `commit`. */
  type(part: FormPart, path: string, value: JsonValue | undefined): void {
    this.typedAt = performance.now();
    this.#showAnswer(part, path, value);
    const key = `${part}:${path}`;
    clearTimeout(this.#typed.get(key)?.timer);
    const timer = setTimeout(() => this.commit(part, path), REST);
    this.#typed.set(key, { part, path, value, timer });
  }

  /** Saves at once what was typed in a field. */
  commit(part: FormPart, path: string): void {
    const key = `${part}:${path}`;
    const typed = this.#typed.get(key);
    if (!typed) return;
    clearTimeout(typed.timer);
    this.#typed.delete(key);
    void this.change(part, setOrClear(path, typed.value), path);
  }

  /** An answer that is complete with one gesture, as a tick is. */
  set(part: FormPart, path: string, value: JsonValue | undefined): Promise<void> {
    this.#showAnswer(part, path, value);
    return this.change(part, setOrClear(path, value), path);
  }

  /** Puts a change at the end of the line; resolves when the core has answered it. */
  change(part: FormPart, change: Change, path: string): Promise<void> {
    if (this.readOnly) return Promise.resolve();
    this.forgive(part, path);
    return new Promise((done) => this.#push({ part, change, path, done }));
  }

  /** How papers and news travel, while it is being typed: saved after a short rest or on `commitHandover`, as answers are. */
  typeHandover(handover: Handover): void {
    if (this.readOnly || JSON.stringify(handover) === JSON.stringify(this.handover)) return;
    this.typedAt = performance.now();
    this.handover = handover;
    if (this.#handing) clearTimeout(this.#handing);
    this.#handing = setTimeout(() => this.commitHandover(), REST);
  }

  /** Saves at once what was typed or chosen there. */
  commitHandover(): void {
    if (!this.#handing) return;
    clearTimeout(this.#handing);
    this.#handing = null;
    this.#push({ handover: this.handover, done: () => {} });
  }

  /** Everything typed so far is on disk when this resolves; false if it could not be saved now either. */
  async flush(): Promise<boolean> {
    const before = this.#failed;
    this.#commitAll();
    this.retry();
    while (this.#running && this.#failed === before) await Promise.race([this.#running, wait(50)]);
    return this.#failed === before && !this.#halted;
  }

  /** Like `flush`, for what must not go ahead without it. Throws why something could not be saved. */
  async saved(): Promise<void> {
    if (!(await this.flush())) throw this.failure ?? HELD;
  }

  retry(): void {
    this.#wake();
  }

  /** Gives up the change that can't be saved; what the core holds is shown again, and over it what is still to be saved. */
  async skip(): Promise<void> {
    const job = this.#jobs[0];
    if (!job) return;
    this.failure = null;
    this.attempts = 0;
    job.done();
    if ('reopen' in job) this.#jobs.shift();
    const shown = new Promise<void>((done) => {
      if (!('reopen' in job)) this.#jobs[0] = { reopen: true, done };
      else done();
    });
    this.#wake();
    await shown;
  }

  /** The draft is thrown away, and with it what is not saved. */
  drop(): void {
    for (const { timer } of this.#typed.values()) clearTimeout(timer);
    if (this.#handing) clearTimeout(this.#handing);
    this.#handing = null;
    this.#typed.clear();
    for (const job of this.#jobs.splice(0)) job.done();
    this.failure = null;
    this.#wake();
  }

  /** Somebody else may have written the draft; once the line is empty, what the core holds is shown. */
  reopen(): void {
    this.#push({ reopen: true, done: () => {} });
    this.retry();
  }

  /**
   * Another computer writes the draft by now: what could not be saved goes into a draft of its own, and so does all that
   * is typed from now on. Answers which, once everything is there; asked again it is the same one.
   */
  async rescue(): Promise<string> {
    this.#commitAll();
    this.#copying ??= this.#moveOut();
    try {
      this.#copy = await this.#copying;
    } catch (thrown) {
      this.#copying = null;
      this.#start();
      throw thrown;
    }
    this.#start();
    await this.#running;
    return this.#copy;
  }

  /** Runs something that answers with a patch, after everything typed is saved; throws what hinders either. */
  async run(action: () => Promise<DraftPatch | null>): Promise<DraftPatch | null> {
    await this.saved();
    const patch = await action();
    if (patch) this.#take(patch);
    return patch;
  }

  async undo(): Promise<DraftPatch | null> {
    return this.#back(() => ipc.draftUndo(this.id));
  }

  async redo(): Promise<DraftPatch | null> {
    return this.#back(() => ipc.draftRedo(this.id));
  }

  async #back(action: () => Promise<DraftPatch>): Promise<DraftPatch | null> {
    const patch = await this.run(action);
    if (patch?.part) this.model(patch.part).epoch += 1;
    return patch;
  }

  #showAnswer(part: FormPart, path: string, value: JsonValue | undefined): void {
    if (this.readOnly) return;
    this.model(part).put(path, value);
    this.forgive(part, path);
  }

  #commitAll(): void {
    for (const { part, path } of [...this.#typed.values()]) this.commit(part, path);
    this.commitHandover();
  }

  #push(job: Job): void {
    this.#jobs.push(job);
    this.saving = true;
    this.#start();
  }

  /** The line moves, unless it is empty or waits for where it is to go. */
  #start(): void {
    if (this.#jobs.length > 0 && !this.#halted) this.#running ??= this.#work();
  }

  /** A copy is being made, and nothing goes into the old draft any more. */
  get #halted(): boolean {
    return this.#copying !== null && !this.#copy;
  }

  async #moveOut(): Promise<string> {
    // What is under way ends first: it may have been saved after all.
    const stopped = this.#running;
    this.#wake();
    await stopped;
    const { id } = await ipc.draftCopy(this.id);
    this.failure = null;
    this.attempts = 0;
    return id;
  }

  /** Answers with what shows the core's answer. */
  async #send(job: Job): Promise<() => void> {
    const id = this.#copy || this.id;
    if ('reopen' in job) {
      const info = await ipc.draftOpen(id);
      return () => this.#restate(info);
    }
    const patch = await ('handover' in job
      ? ipc.draftHandover(id, job.handover)
      : ipc.draftChange(id, job.part, job.change));
    return () => this.#take(patch);
  }

  async #work(): Promise<void> {
    for (let job = this.#jobs[0]; job && !this.#halted; job = this.#jobs[0]) {
      this.#merge(job);
      try {
        const show = await this.#send(job);
        // It may have been given up while it was on its way.
        if (this.#jobs[0] === job) this.#jobs.shift();
        this.failure = null;
        this.attempts = 0;
        show();
        job.done();
      } catch (thrown) {
        this.failure = errorView(thrown);
        this.#failed += 1;
        if (this.#halted) break;
        const pause = RETRY[Math.min(this.attempts, RETRY.length - 1)] ?? 1000;
        this.attempts += 1;
        await Promise.race([wait(pause), new Promise<void>((wake) => (this.#wake = wake))]);
      }
    }
    this.saving = this.#jobs.length > 0;
    this.#running = null;
  }

  /** Several values for one field in a row leave as the last of them. */
  #merge(job: Job): void {
    for (let next = this.#jobs[1]; next && takeOver(job, next); next = this.#jobs[1]) {
      this.#jobs.splice(1, 1);
      const [mine, its] = [job.done, next.done];
      job.done = () => {
        mine();
        its();
      };
    }
  }

  #take(patch: DraftPatch): void {
    const part = patch.part;
    if (part) {
      const newer = [...this.#typed.values(), ...this.#jobs].flatMap((one) =>
        'part' in one && one.part === part ? [one.path] : [],
      );
      this.model(part).apply(patch.patch, (path) => newer.some((one) => related(one, path)));
    }
    this.#facts(patch);
    this.version += 1;
  }

  #restate(info: DraftInfo): void {
    if (info.applicant) this.applicant.restate(info.applicant.state);
    this.form.restate(info.form.state);
    for (const job of this.#jobs) {
      if ('change' in job && (job.change.op === 'set' || job.change.op === 'clear'))
        this.model(job.part).put(
          job.change.path,
          job.change.op === 'set' ? (job.change.value ?? undefined) : undefined,
        );
    }
    for (const { part, path, value } of this.#typed.values()) this.model(part).put(path, value);
    if (!this.#handing && !this.#jobs.some((job) => 'handover' in job)) this.handover = info.handover;
    this.share = info.share;
    this.#facts(info);
    this.version += 1;
  }

  #facts(told: DraftPatch | DraftInfo): void {
    if (told.fee) this.fee = told.fee;
    if (told.components) this.components = told.components;
    this.steps = told.steps;
    this.paper = told.paper;
    this.canUndo = told.canUndo && !this.readOnly;
    this.canRedo = told.canRedo && !this.readOnly;
    this.savedAt = told.savedAt;
  }
}

/** The applicant's form of a paper, which has none. */
const NOBODY: FormView = {
  title: '',
  nodes: [],
  state: { data: {}, hidden: [], sources: {}, warnings: {}, overrides: {}, blocked: {} },
};

/** While words go into a draft of their own, nothing else is done with this one. */
const HELD: ErrorView = { code: 'draft.held', message: '', fields: {} };

/** Whether the next one is only a newer value of the same; then the job has it. */
function takeOver(job: Job, next: Job): boolean {
  if ('reopen' in job || 'reopen' in next) return 'reopen' in job && 'reopen' in next;
  if ('handover' in job || 'handover' in next) {
    if (!('handover' in job && 'handover' in next)) return false;
    job.handover = next.handover;
    return true;
  }
  const same = next.part === job.part && next.path === job.path;
  if (!same || job.change.op !== 'set' || next.change.op !== 'set') return false;
  job.change = next.change;
  return true;
}

function setOrClear(path: string, value: JsonValue | undefined): Change {
  return value === undefined ? { op: 'clear', path } : { op: 'set', path, value };
}

const wait = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));
