export type Question = {
  title: string;
  body: string;
  action: string;
  /** Said for not doing it, where “cancel” would not be plain. */
  cancel?: string;
  danger?: boolean;
};

/** Asks in a dialog of the window; the webview's own `confirm` is never used. */
class Confirmer {
  question = $state.raw<Question | null>(null);
  #answer: (yes: boolean) => void = () => {};

  ask(question: Question): Promise<boolean> {
    this.answer(false);
    this.question = question;
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  answer(yes: boolean): void {
    this.question = null;
    this.#answer(yes);
    this.#answer = () => {};
  }
}

export const confirmer = new Confirmer();
