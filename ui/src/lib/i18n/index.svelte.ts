import { en } from './en';
import { vi, type Messages } from './vi';

const messages = { vi, en } satisfies Record<string, Messages>;

class Current {
  current = $state<keyof typeof messages>('vi');

  set(language: keyof typeof messages): void {
    this.current = language;
  }
}

/** The language of the window. */
export const language = new Current();

/** The words of the present language: `t.home.title`. Reading it in a component follows the switch. */
export const t: Messages = new Proxy(vi, {
  get: (_, area) => messages[language.current][area as keyof Messages],
});
