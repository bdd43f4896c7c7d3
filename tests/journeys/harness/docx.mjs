// The words of a Word file, without a program for it.

import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';

/** The text of the document, paragraph by paragraph. */
export function docxWords(file) {
  return entry(readFileSync(file), 'word/document.xml')
    .toString('utf8')
    .replaceAll('</w:p>', '\n')
    .replace(/<w:(br|tab)\b[^>]*>/g, ' ')
    .replace(/<[^>]+>/g, '')
    .replace(
      /&(lt|gt|quot|apos|amp);/g,
      (_, name) => ({ lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' })[name],
    );
}

/** One file of a ZIP archive, found through its central directory. */
function entry(zip, wanted) {
  const end = zip.lastIndexOf('PK\x05\x06');
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    if (zip.toString('utf8', at + 46, at + 46 + name) === wanted) {
      const local = zip.readUInt32LE(at + 42);
      const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const packed = zip.subarray(from, from + zip.readUInt32LE(at + 20));
      return zip.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed);
    }
    at += 46 + name + extra + comment;
  }
  throw new Error(`the archive has no ${wanted}`);
}
