// form.io's own engine over lines of {form, submission}; prints {data, errors, hidden} a line, or {error} where it throws.
import { createInterface } from 'node:readline';
import { process1 } from './core.mjs';

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = JSON.stringify(process1(JSON.parse(line)));
  } catch (error) {
    answer = JSON.stringify({ error: String(error?.message ?? error) });
  }
  process.stdout.write(`${answer}\n`);
}
