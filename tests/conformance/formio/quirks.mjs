// Reads the accepted differences from QUIRKS.md: the rows of its table, `| id | part | what | match | reason |`.

/** One test a quirk: does it excuse this difference? */
export function quirks(markdown) {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, id, part, match]) => ({ id: id.replaceAll('`', ''), part: part.replaceAll('`', ''), match: new RegExp(match.replaceAll('`', '').replaceAll('¦', '|')) }))
    .map(({ part, match }) => (difference) =>
      difference.part === part && match.test(`${difference.path}: form.io ${difference.theirs}, ours ${difference.mine}`));
}
