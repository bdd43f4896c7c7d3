import { mockIPC } from '@tauri-apps/api/mocks';
import type { Component } from 'svelte';
import { beforeEach } from 'vitest';
import { clear, put, settle } from '@/dev/mounting';
import type { Change } from '@/lib/bindings/Change';
import type { FormState } from '@/lib/bindings/FormState';
import type { Node } from '@/lib/bindings/Node';
import { Draft } from '@/wizard/draft.svelte';
import FormStep from '@/wizard/FormStep.svelte';
import { draftInfo, draftPatch } from './testing';

/**
 * Components shown on a page of their own, with a core that takes every change; for tests.
 * `answer` may answer a command instead.
 */
export class Shown {
  /** What was sent to the core. */
  changes: Change[] = [];

  constructor(answer: (command: string, args: unknown) => unknown = () => undefined) {
    beforeEach(() => {
      this.changes = [];
      mockIPC((command, args) => {
        const answered = answer(command, args);
        if (answered !== undefined) return answered;
        const change = (args as { change?: Change }).change;
        if (change) this.changes.push(change);
        return draftPatch('form');
      });
    });
  }

  show(nodes: Node[], state: Partial<FormState> = {}): Draft {
    const draft = new Draft(draftInfo(nodes, state));
    this.put(FormStep, { draft, part: 'form', nodes });
    return draft;
  }

  /** Something else than a form's questions. */
  put<Props extends Record<string, unknown>>(component: Component<Props>, props: Props): void {
    put(component, props);
  }

  async clear(): Promise<void> {
    await clear();
    this.changes = [];
  }
}

export const one = <T extends HTMLElement = HTMLInputElement>(selector: string): T => {
  const found = document.querySelector<T>(selector);
  if (!found) throw new Error(`nothing fits ${selector}`);
  return found;
};

export async function write(input: HTMLInputElement | HTMLTextAreaElement, text: string): Promise<void> {
  input.focus();
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  input.dispatchEvent(new Event('blur'));
  await settle();
}

export async function press(input: HTMLElement, key: string): Promise<void> {
  input.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  await settle();
}

/** Presses the button of that text or name. */
export async function click(words: string): Promise<void> {
  const button = [...document.querySelectorAll('button')].find(
    (one) => !one.disabled && (one.textContent?.trim() === words || one.getAttribute('aria-label') === words),
  );
  if (!button) throw new Error(`there is no button ${words}`);
  button.click();
  await settle();
}

/** Why a button does nothing for now, as those who hear it are told; empty where it works. */
export function reasonOf(button: HTMLElement | null): string {
  if (!button || button.matches(':disabled')) throw new Error('there is no button that could be reached');
  const words = document.getElementById(button.getAttribute('aria-describedby') ?? '')?.textContent ?? '';
  const off = button.getAttribute('aria-disabled') === 'true';
  if (off !== (words !== '') || off !== button.classList.contains('off'))
    throw new Error(`the button looks otherwise than it is: ${button.outerHTML}`);
  return words;
}

export { settle };
