export type Toast = {
  id: number;
  text: string;
  tone: 'plain' | 'error';
  action?: { label: string; run: () => void };
};

/** Short news at the bottom of the window. What offers an action, or failed, stays until it is dismissed. */
class Toasts {
  list = $state.raw<Toast[]>([]);
  #next = 1;

  tell(text: string, options: Partial<Pick<Toast, 'tone' | 'action'>> = {}): void {
    const toast: Toast = { id: this.#next++, text, tone: options.tone ?? 'plain', action: options.action };
    this.list = [...this.list.filter((one) => one.action || one.tone === 'error').slice(-2), toast];
    if (!toast.action && toast.tone === 'plain') setTimeout(() => this.dismiss(toast.id), 8000);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
