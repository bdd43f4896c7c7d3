// The pages of the gallery in their order: together every type of component that the engine knows, and one that it doesn't.

import { CHOICES } from './choices.mjs';
import { FILES } from './files.mjs';
import { GROUPS } from './groups.mjs';
import { NESTED } from './nested.mjs';
import { NUMBERS } from './numbers.mjs';
import { RARE } from './rare.mjs';
import { ROWS } from './rows.mjs';
import { WORDS } from './words.mjs';

export const PAGES = [WORDS, NUMBERS, CHOICES, FILES, GROUPS, NESTED, ROWS, RARE];
