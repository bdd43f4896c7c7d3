import { expect, test } from 'vitest';
import { settle, Shown } from '@/form/mounting';
import { draftInfo, node } from '@/form/testing';
import { Draft } from './draft.svelte';
import FormStep from './FormStep.svelte';
import Handover from './handover/Handover.svelte';
import Inspector from './Inspector.svelte';
import { undoKeys } from './undo';

let sent: string[] = [];
const shown = new Shown((command) => {
  sent.push(command);
  if (command === 'draft_explain') return null;
  return command === 'places_communes' ? [] : undefined;
});

test('Ctrl+Z takes back an answer of the form, and in fields that hold none it is the field’s own', async () => {
  const grid = node('datagrid', {
    key: 'g',
    children: [node('textfield', { key: 'n', path: 'g[].n' })],
  });
  const nodes = [node('textfield', { key: 'a' }), grid];
  const info = draftInfo(nodes, { data: { a: 'x', g: Array.from({ length: 40 }, () => ({ n: '1' })) } });
  const draft = new Draft({
    ...info,
    canUndo: true,
    handover: { ...info.handover, delivery: { how: 'post', address: '' } },
  });
  shown.put(FormStep, { draft, part: 'form', nodes });
  shown.put(Handover, { draft, problems: [] });
  shown.put(Inspector, { draft, part: 'form', onclose: () => {} });
  await settle();
  const undone = async (selector: string) => {
    const target = document.querySelector(selector);
    if (!target) throw new Error(`nothing fits ${selector}`);
    sent = [];
    const event = new KeyboardEvent('keydown', { key: 'z', ctrlKey: true, bubbles: true, cancelable: true });
    const listen = (pressed: Event) => undoKeys(pressed as KeyboardEvent, draft);
    document.body.addEventListener('keydown', listen, { once: true });
    target.dispatchEvent(event);
    await settle();
    expect(event.defaultPrevented).toBe(sent.includes('draft_undo'));
    return event.defaultPrevented;
  };
  for (const selector of ['#form-a', '#form-g-0-n', '#form-g-add'])
    expect([selector, await undone(selector)]).toEqual([selector, true]);
  for (const selector of ['#form-g-find', '#delivery-street', '#inspector-path'])
    expect([selector, await undone(selector)]).toEqual([selector, false]);
});
