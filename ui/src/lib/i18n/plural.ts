/** `1 file`, `2 files`: English, where Vietnamese needs no plural. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;
