// The definitions that are compared: those written for this test, those of the form packs, and those of a folder that HOSO_CORPUS names,
// or of `shared/corpus/formio` beside the project where that is there.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const read = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** The folder of other people's definitions: the one that HOSO_CORPUS names, or the one beside the project; nothing where neither is there. */
export function corpusFolder(root) {
  const beside = join(root, '../shared/corpus/formio');
  return process.env.HOSO_CORPUS || (existsSync(beside) ? beside : '');
}

/** `{ group, name, form, given }` of each, where `group` is `written`, `pack` or `corpus`. */
export function definitions(here, root, wanted) {
  const named = ({ name }) => !wanted || name.includes(wanted);
  const packs = join(root, 'crates/app/packs');
  const folders = existsSync(packs) ? readdirSync(packs).sort() : [];
  const shared = folders.filter((name) => name.startsWith('_'));
  const ofPacks = folders
    .filter((name) => !name.startsWith('_'))
    .map((name) => ({ name: `pack ${name}`, folder: name }))
    .filter(named)
    .map(({ name, folder }) => {
      // The pack's own file, or one that packs share.
      const file = (wanted) =>
        read([folder, ...shared].map((one) => join(packs, one, wanted)).find(existsSync));
      const { form, example, catalogues = {} } = file('pack.json');
      return {
        group: 'pack',
        name,
        form: withLists(file(form), catalogues, file),
        given: [{ data: file(example) }],
      };
    });
  const folder = (group, path) =>
    readdirSync(path)
      .filter((name) => name.endsWith('.json') && !name.endsWith('.submission.json'))
      .filter((name) => named({ name }))
      .sort()
      .map((name) => {
        let form = read(join(path, name));
        if (!form.components && form.form?.components) form = form.form;
        const beside = join(path, name.replace(/\.json$/, '.submission.json'));
        const { submissions, ...definition } = form;
        return {
          group,
          name,
          form: definition,
          given: submissions ?? (existsSync(beside) ? [read(beside)] : []),
        };
      })
      .filter(({ form }) => Array.isArray(form.components));
  const corpus = corpusFolder(root);
  return [
    ...folder('written', join(here, 'forms')),
    ...ofPacks,
    ...(corpus ? folder('corpus', corpus) : []),
  ].flatMap((entry) =>
    ownTypes(entry.form)
      ? [
          { ...entry, own: true },
          // What is left when our own types are read as form.io reads them.
          { ...entry, name: `${entry.name}, plain`, form: plain(entry.form) },
        ]
      : [entry],
  );
}

/** A pack's definition with its lists in it, as the application runs it. */
function withLists(node, catalogues, file) {
  if (Array.isArray(node)) return node.map((one) => withLists(one, catalogues, file));
  if (!node || typeof node !== 'object') return node;
  const list = node.type === 'select' && catalogues[node.data?.url];
  if (list) return { ...node, dataSrc: 'json', data: { json: file(list) } };
  return Object.fromEntries(
    Object.entries(node).map(([key, one]) => [key, withLists(one, catalogues, file)]),
  );
}

const OWN = /^vn[A-Z]/;

function ownTypes(node) {
  if (!node || typeof node !== 'object') return false;
  return (typeof node.type === 'string' && OWN.test(node.type)) || Object.values(node).some(ownTypes);
}

function plain(node) {
  if (Array.isArray(node)) return node.map(plain);
  if (!node || typeof node !== 'object') return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === 'type' && typeof value === 'string' && OWN.test(value) ? 'textfield' : plain(value),
    ]),
  );
}
