import { afterEach, expect, test } from 'vitest';
import { denseKeys } from './dense';

afterEach(() => document.body.replaceChildren());

function form(html: string): { press: (id: string, more?: KeyboardEventInit) => string; sections: number } {
  const box = document.createElement('div');
  box.innerHTML = html;
  document.body.append(box);
  const told = {
    sections: 0,
    press(id: string, more: KeyboardEventInit = {}): string {
      const target = document.getElementById(id);
      target?.focus();
      target?.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...more }),
      );
      return document.activeElement?.id ?? '';
    },
  };
  box.addEventListener('keydown', (event) =>
    denseKeys(event as KeyboardEvent & { currentTarget: HTMLElement }, () => (told.sections += 1)),
  );
  return told;
}

test('Enter goes to the next question that can be answered', () => {
  const { press } = form(
    '<input id="a"><input id="b" disabled><input id="c" readonly><select id="d"></select><input type="radio" name="r" id="e"><input type="radio" name="r" id="f"><textarea id="g"></textarea>',
  );
  expect(press('a')).toBe('d');
  expect(press('d')).toBe('e');
  expect(press('e')).toBe('g');
  expect(press('g')).toBe('g');
});

test('what is calculated is passed by, and led on from', () => {
  const { press } = form(
    '<input id="a"><textarea id="b" readonly></textarea><input id="c"><input id="d" readonly><input id="e">',
  );
  expect(press('a')).toBe('c');
  expect(press('b')).toBe('c');
  expect(press('d')).toBe('e');
});

test('Ctrl+Enter goes to the next section, from anywhere', () => {
  const told = form('<input id="a"><textarea id="g"></textarea>');
  expect(told.press('g', { ctrlKey: true })).toBe('g');
  expect(told.sections).toBe(1);
  told.press('a', { shiftKey: true });
  expect(told.sections).toBe(1);
});
