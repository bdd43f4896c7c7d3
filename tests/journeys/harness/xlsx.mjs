// Spreadsheets as a person fills them in elsewhere: read, and written again.

import { readFileSync, writeFileSync } from 'node:fs';
import { entry, stored } from './zip.mjs';

const SIGNS = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
const plain = (xml) =>
  xml
    .replace(/<[^>]+>/g, '')
    .replace(/&(lt|gt|quot|apos|amp);/g, (_, name) => SIGNS[name])
    .replace(/_x([0-9A-F]{4})_/g, (_, code) => String.fromCharCode(parseInt(code, 16)));
const escaped = (text) =>
  text.replace(/[<>&"]/g, (sign) => `&${Object.keys(SIGNS).find((name) => SIGNS[name] === sign)};`);

/** The words of a sheet (from 1), row by row; empty where a cell says nothing. */
export function readXlsx(file, sheet = 1) {
  const zip = readFileSync(file);
  const part = (name) => entry(zip, name).toString('utf8');
  const shared = [...part('xl/sharedStrings.xml').matchAll(/<si>(.*?)<\/si>/gs)].map(([, text]) =>
    plain(text),
  );
  return [...part(`xl/worksheets/sheet${sheet}.xml`).matchAll(/<row [^>]*?(?:\/>|>(.*?)<\/row>)/gs)].map(
    ([, cells = '']) => {
      const row = [];
      for (const [, place, kind, value] of cells.matchAll(
        /<c r="([A-Z]+)\d+"(?: s="\d+")?(?: t="(\w+)")?(?:\/>|>(.*?)<\/c>)/gs,
      )) {
        row[number(place)] = kind === 's' ? shared[Number(plain(value))] : plain(value ?? '');
      }
      return Array.from(row, (text) => text ?? '');
    },
  );
}

/** Writes a sheet of words. */
export function writeXlsx(file, rows, name = 'Trang 1') {
  const cells = (row) => row.map((text) => `<c t="inlineStr"><is><t>${escaped(text)}</t></is></c>`).join('');
  const sheet = rows.map((row, at) => `<row r="${at + 1}">${cells(row)}</row>`).join('');
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const relation = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const relations = (kind, target) =>
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' +
    `<Relationship Id="rId1" Type="${relation}/${kind}" Target="${target}"/></Relationships>`;
  writeFileSync(
    file,
    stored([
      ['_rels/.rels', relations('officeDocument', 'xl/workbook.xml')],
      ['xl/_rels/workbook.xml.rels', relations('worksheet', 'worksheets/sheet1.xml')],
      [
        'xl/workbook.xml',
        `<workbook xmlns="${main}" xmlns:r="${relation}"><sheets><sheet name="${escaped(name)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
      ],
      ['xl/worksheets/sheet1.xml', `<worksheet xmlns="${main}"><sheetData>${sheet}</sheetData></worksheet>`],
    ]),
  );
}

/** `AB` as 27. */
function number(letters) {
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}
