export type Toast = {
  id: number;
  text: string;
  tone: 'plain' | 'error';
  action?: { label: string; run: () => void };
  /** How often one has gone to another page since. */
  moves: number;
};

/**
 * Short news at the bottom of the window. What offers an action, or failed, stays until it is dismissed or one has gone
 * on from the page that followed it.
 */
class Toasts {
  list = $state.raw<Toast[]>([]);
  #next = 1;

  tell(text: string, options: Partial<Pick<Toast, 'tone' | 'action'>> = {}): void {
    const { tone = 'plain', action } = options;
    const toast: Toast = { id: this.#next++, text, tone, action, moves: 0 };
    this.list = [...this.list.filter((one) => one.action || one.tone === 'error').slice(-2), toast];
    if (!toast.action && toast.tone === 'plain') setTimeout(() => this.dismiss(toast.id), 8000);
  }

  /** One has gone to another page. */
  moved(): void {
    this.list = this.list
      .map((toast) => ({ ...toast, moves: toast.moves + 1 }))
      .filter((toast) => toast.moves < 2);
  }

  clear(): void {
    this.list = [];
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
