import type { AppInfo } from './bindings/AppInfo';
import type { ErrorView } from './bindings/ErrorView';
import type { SendRules } from './bindings/SendRules';
import type { Settings } from './bindings/Settings';
import type { SyncInfo } from './bindings/SyncInfo';
import { announceChanged, onChanged } from './changed';
import { Choices } from './choices';
import { confirmer } from './confirm.svelte';
import { language } from './i18n/index.svelte';
import { errorView, ipc } from './ipc';
import { toasts } from './toasts.svelte';

/** What the core last said about the application and the connection. */
class App {
  /** How often something was heard. */
  #news = 0;
  #wanted = false;
  #asking: Promise<void> | null = null;
  info = $state.raw<AppInfo | null>(null);
  sync = $state.raw<SyncInfo | null>(null);
  /** Why the application could not be asked at all. */
  error = $state.raw<ErrorView | null>(null);
  readonly #settings = new Choices<Settings, AppInfo>(
    () => this.info?.settings,
    (settings) => ipc.settingsUpdate(settings),
    (info) => this.set(info),
  );
  readonly #rules = new Choices<SendRules, SyncInfo>(
    () => this.sync?.rules,
    (rules) => ipc.syncRules(rules),
    (sync) => this.setSync(sync),
  );

  get settings(): Settings | null {
    return this.info?.settings ?? null;
  }

  get open(): boolean {
    return this.info?.lock === 'open';
  }

  get signedIn(): boolean {
    return this.info?.session.state === 'signedIn';
  }

  get online(): boolean {
    return this.sync?.online === true;
  }

  set(info: AppInfo): void {
    const before = this.info?.lock;
    this.#news += 1;
    this.#show(info);
    this.error = null;
    if (info.lock !== 'open') {
      this.sync = null;
      // Nothing that was said of the profile stays beside the lock.
      toasts.clear();
      confirmer.answer(false);
    } else if (before !== 'open') void this.refreshSync();
  }

  /** Asks the core; whoever wants that while it is being asked waits for an answer to a later question. */
  refresh(): Promise<void> {
    this.#wanted = true;
    return (this.#asking ??= this.#ask());
  }

  async #ask(): Promise<void> {
    while (this.#wanted) {
      this.#wanted = false;
      const news = this.#news;
      try {
        const info = await ipc.appInfo();
        // Answers may overtake each other: what was asked before the last news may be older, and is asked again.
        if (news === this.#news) this.set(info);
        else this.#wanted = true;
      } catch (thrown) {
        this.error = errorView(thrown);
      }
    }
    this.#asking = null;
  }

  async refreshSync(): Promise<void> {
    if (!this.open) return;
    try {
      this.setSync(await ipc.syncInfo());
    } catch {
      // The chip keeps what it knew; the next event asks again.
    }
  }

  setSync(sync: SyncInfo): void {
    this.sync = { ...sync, rules: this.#rules.over(sync.rules) };
  }

  /** Saves one or more settings; the look changes at once. */
  async change(settings: Partial<Settings>): Promise<void> {
    if (!this.info) return;
    const before = language.current;
    const kept = this.#settings.change(settings);
    this.#show(this.info);
    try {
      await kept;
    } catch (thrown) {
      void this.refresh();
      throw thrown;
    }
    if (before !== language.current) announceChanged(['dossiers', 'vault']);
  }

  /** Saves when files leave, and how fast. */
  async changeRules(rules: Partial<SendRules>): Promise<void> {
    if (!this.sync) return;
    const kept = this.#rules.change(rules);
    this.setSync(this.sync);
    try {
      await kept;
    } catch (thrown) {
      void this.refreshSync();
      throw thrown;
    }
  }

  start(): () => void {
    void this.refresh();
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => this.settings && this.#look(this.settings);
    dark.addEventListener('change', follow);
    const stop = [
      onChanged(['app', 'shut'], () => void this.refresh()),
      onChanged(['sync', 'dossiers'], () => void this.refreshSync()),
      () => dark.removeEventListener('change', follow),
    ];
    return () => stop.forEach((end) => end());
  }

  #show(info: AppInfo): void {
    this.info = { ...info, settings: this.#settings.over(info.settings) };
    this.#look(this.info.settings);
  }

  #look(settings: Settings): void {
    const root = document.documentElement;
    const dark =
      settings.theme === 'dark' ||
      (settings.theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
    root.dataset.theme = dark ? 'dark' : 'light';
    root.style.fontSize = `${Math.min(200, Math.max(100, settings.zoom))}%`;
    language.set(settings.language === 'en' ? 'en' : 'vi');
    root.lang = language.current;
  }
}

export const app = new App();
