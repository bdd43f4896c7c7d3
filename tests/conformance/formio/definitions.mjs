// The definitions that are compared: those written for this test, those of the form packs, and those of a folder that HOSO_CORPUS names.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const read = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** `{ group, name, form, given }` of each, where `group` is `written`, `pack` or `corpus`. */
export function definitions(here, root, wanted) {
  const named = ({ name }) => !wanted || name.includes(wanted);
  const packs = join(root, 'crates/app/packs');
  const ofPacks = (existsSync(packs) ? readdirSync(packs).sort() : [])
    .map((name) => ({
      name: `pack ${name}`,
      pack: join(packs, name, 'pack.json'),
      file: join(packs, name, 'form.json'),
      example: join(packs, name, 'example.json'),
    }))
    .filter(({ file }) => existsSync(file))
    .filter(named)
    .map(({ name, pack, file, example }) => ({
      group: 'pack',
      name,
      form: withLists(read(file), read(pack).catalogues ?? {}, join(packs, '_lists')),
      given: existsSync(example) ? [{ data: read(example) }] : [],
    }));
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
  const corpus = process.env.HOSO_CORPUS;
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

/** A pack's definition with the lists in it that packs share, as the application runs it. */
function withLists(node, catalogues, folder) {
  if (Array.isArray(node)) return node.map((one) => withLists(one, catalogues, folder));
  if (!node || typeof node !== 'object') return node;
  const list = node.type === 'select' && catalogues[node.data?.url];
  if (list) return { ...node, dataSrc: 'json', data: { json: read(join(folder, list)) } };
  return Object.fromEntries(
    Object.entries(node).map(([key, one]) => [key, withLists(one, catalogues, folder)]),
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
