import type { ErrorView } from '@/lib/bindings/ErrorView';
import type { PictureChoices } from '@/lib/bindings/PictureChoices';
import type { PictureEdit } from '@/lib/bindings/PictureEdit';
import type { PictureInfo } from '@/lib/bindings/PictureInfo';
import type { PicturesSize } from '@/lib/bindings/PicturesSize';
import { errorView, ipc } from '@/lib/ipc';

/** A page to be: a picture that the core holds, and what is done to it. */
export type Page = { readonly info: PictureInfo; readonly edit: PictureEdit };

/** What a step back brings back. */
type Step = { readonly pages: readonly Page[]; readonly choices: PictureChoices };

/** After a change the size is asked for once nothing more came for so many milliseconds. */
const REST = 700;
const LOOK = 250;

/** Which pages in which order, with every step of the way here; the core holds the pictures themselves. */
export class Plan {
  pages = $state.raw<readonly Page[]>([]);
  /** The page that is being edited, by its place. */
  at = $state(0);
  choices = $state.raw<PictureChoices>({ whiten: false, straighten: false });
  size = $state.raw<PicturesSize | null>(null);
  failure = $state.raw<ErrorView | null>(null);
  /** Pictures looked at so far; null when nothing is being made. */
  progress = $state<number | null>(null);
  /** Which of the added pictures is being read, from 1; 0 when none is. */
  reading = $state(0);
  busy = $state(false);
  #past = $state.raw<readonly Step[]>([]);
  #future = $state.raw<readonly Step[]>([]);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  constructor(
    readonly draft: string,
    readonly component: string,
  ) {}

  readonly canUndo = $derived(this.#past.length > 0);
  readonly canRedo = $derived(this.#future.length > 0);
  readonly current = $derived<Page | undefined>(this.pages[this.at]);

  async start(): Promise<void> {
    await this.#try(async () => {
      this.choices = await ipc.picturesChoices();
    });
  }

  /** Adds pictures that the person picks, treated as was chosen the last time. */
  async add(): Promise<void> {
    let open = true;
    const look = setInterval(() => {
      void ipc
        .picturesProgress()
        .then(({ reading }) => {
          if (open) this.reading = reading;
        })
        .catch(() => {});
    }, LOOK);
    await this.#try(async () => {
      const added = await ipc.picturesPick();
      if (!added || added.length === 0) return;
      const first = this.pages.length;
      this.#to([...this.pages, ...added.map((info) => ({ info, edit: this.fresh(info) }))]);
      this.at = first;
    });
    open = false;
    clearInterval(look);
    this.reading = 0;
  }

  /** How a new picture begins. */
  fresh(info: PictureInfo): PictureEdit {
    return {
      quarterTurns: info.quarterTurns,
      straighten: this.choices.straighten && info.quarterTurns === 0 ? (info.askew ?? 0) : 0,
      crop: null,
      brightness: 0,
      contrast: 0,
      whiten: this.choices.whiten,
    };
  }

  edit(change: Partial<PictureEdit>, at = this.at): void {
    this.#to(
      this.pages.map((page, place) => (place === at ? { ...page, edit: { ...page.edit, ...change } } : page)),
    );
  }

  /** Does it to every page, and to those that come. */
  choose(change: Partial<PictureChoices>): void {
    const { whiten, straighten } = change;
    const pages = this.pages.map((page) => ({
      ...page,
      edit: {
        ...page.edit,
        ...(whiten === undefined ? {} : { whiten }),
        ...(straighten === undefined ? {} : { straighten: straighten ? (page.info.askew ?? 0) : 0 }),
      },
    }));
    this.#to(pages, { ...this.choices, ...change });
  }

  /** Moves a page to another place. */
  move(from: number, to: number): void {
    const page = this.pages[from];
    if (!page || to < 0 || to >= this.pages.length || from === to) return;
    const others = this.pages.filter((_, place) => place !== from);
    this.#to([...others.slice(0, to), page, ...others.slice(to)]);
    this.at = to;
  }

  remove(at: number): void {
    this.#to(this.pages.filter((_, place) => place !== at));
    this.at = Math.max(0, Math.min(this.at, this.pages.length - 1));
  }

  undo = (): void => this.#step('past');
  redo = (): void => this.#step('future');

  /** Asks how large the PDF gets. */
  async measure(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.pages.length === 0) {
      this.size = null;
      return;
    }
    const mine = ++this.#turn;
    await this.#watched(mine, async () => {
      const size = await ipc.picturesSize(this.draft, this.component, this.#wanted());
      if (mine === this.#turn) this.size = size;
    });
  }

  /** Stops whatever is being made. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#turn += 1;
    this.progress = null;
    await ipc.picturesStop().catch(() => {});
  }

  /** What `attach` is given. */
  attach(): ReturnType<typeof ipc.picturesAttach> {
    clearTimeout(this.#timer);
    this.#turn += 1;
    return ipc.picturesAttach(this.draft, this.component, this.#wanted(), this.choices);
  }

  /** Runs the making with its progress shown; false if it failed or was stopped. */
  async making(work: () => Promise<unknown>): Promise<boolean> {
    this.busy = true;
    let done = false;
    await this.#watched(++this.#turn, async () => {
      await work();
      done = true;
    });
    this.busy = false;
    return done;
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#turn += 1;
    void ipc.picturesEnd().catch(() => {});
  }

  #wanted() {
    return this.pages.map(({ info, edit }) => ({ page: info.page, edit }));
  }

  #to(pages: readonly Page[], choices = this.choices): void {
    this.#past = [...this.#past, { pages: this.pages, choices: this.choices }];
    this.#future = [];
    this.#show({ pages, choices });
  }

  #step(where: 'past' | 'future'): void {
    const [from, to] = where === 'past' ? [this.#past, this.#future] : [this.#future, this.#past];
    const step = from.at(-1);
    if (!step) return;
    const [left, more] = [from.slice(0, -1), [...to, { pages: this.pages, choices: this.choices }]];
    [this.#past, this.#future] = where === 'past' ? [left, more] : [more, left];
    this.#show(step);
  }

  #show({ pages, choices }: Step): void {
    this.pages = pages;
    this.choices = choices;
    this.at = Math.max(0, Math.min(this.at, pages.length - 1));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.measure(), REST);
  }

  async #watched(mine: number, work: () => Promise<void>): Promise<void> {
    this.progress = 0;
    this.failure = null;
    const look = setInterval(() => {
      void ipc
        .picturesProgress()
        .then(({ done }) => {
          if (mine === this.#turn && this.progress !== null) this.progress = done;
        })
        .catch(() => {});
    }, LOOK);
    try {
      await work();
    } catch (thrown) {
      if (mine === this.#turn) this.#fail(thrown);
    }
    clearInterval(look);
    if (mine === this.#turn) this.progress = null;
  }

  /** Whoever stopped something knows it. */
  #fail(thrown: unknown): void {
    const failure = errorView(thrown);
    if (failure.code !== 'attachment.stopped') this.failure = failure;
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.failure = null;
    try {
      await work();
    } catch (thrown) {
      this.#fail(thrown);
    }
    this.busy = false;
  }
}
