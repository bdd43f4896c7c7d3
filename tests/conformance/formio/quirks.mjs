import { isSamePlace, isTidied } from './tidied.mjs';

/** What a row's difference must be beside what its pattern says. */
const BESIDES = {
  'vn-tidy': isTidied,
  'vn-places': isSamePlace,
};

// Reads the accepted differences from QUIRKS.md: the rows of its table, `| id | part | type | match | reason |`.

/** `{ id, excuses }` of each: does it excuse this difference, at a component of this type? */
export function quirks(markdown) {
  const whole = (pattern) => new RegExp(pattern.replaceAll('`', '').replaceAll('¦', '|'));
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, id, part, type, match]) => ({
      id: id.replaceAll('`', ''),
      part: part.replaceAll('`', ''),
      type: whole(type),
      match: whole(match),
    }))
    .map(({ id, part, type, match }) => ({
      id,
      excuses: (difference, typeAt) =>
        difference.part === part &&
        type.test(typeAt(difference.path.split(' ')[0])) &&
        match.test(`${difference.path}: form.io ${difference.theirs}, ours ${difference.mine}`) &&
        (BESIDES[id]?.(difference) ?? true),
    }));
}

/** Rows by which a value is kept in another writing. */
export const TIDIED = ['vn-tidy', 'vn-places'];

/** Finds a component's type by its data path, rows left out. */
export function types(form) {
  const found = new Map();
  const walk = (components, base) => {
    for (const component of components ?? []) {
      if (!component) continue;
      const layout =
        component.input === false ||
        ['panel', 'columns', 'fieldset', 'well', 'table', 'tabs', 'content', 'htmlelement'].includes(
          component.type,
        );
      const path = layout ? base : [base, component.key].filter(Boolean).join('.');
      if (!layout) found.set(path, component.type);
      const inner = component.type === 'form' ? `${path}.data` : path;
      const cells = [
        ...(Array.isArray(component.columns) ? component.columns : []),
        ...(Array.isArray(component.rows) ? component.rows.flat() : []),
      ];
      for (const cell of cells) walk(cell?.components, inner);
      walk(component.components, inner);
    }
  };
  walk(form.components, '');
  return (path) => {
    const plain = path.replace(/\[\d+\]/g, '').replace(/\.\d+(?=\.|$)/g, '');
    // Parts of an address are no components.
    const above = found.get(plain.replace(/\.[^.]*$/, ''));
    return found.get(plain) ?? (above === 'vnAddress' ? above : '');
  };
}
