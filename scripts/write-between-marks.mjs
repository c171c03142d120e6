import { readFileSync, writeFileSync } from 'node:fs';

/** Puts what `script` measured into a page, between the marks that name it. */
export function writeBetweenMarks(page, script, text) {
  const [begin, end] = [`<!-- figures: begin, by scripts/${script} -->`, '<!-- figures: end -->'];
  const [before, rest] = readFileSync(page, 'utf8').split(begin);
  if (!rest?.includes(end)) throw new Error(`${page} has no marks '${begin}' and '${end}'`);
  writeFileSync(page, `${before}${begin}\n\n${text}\n${end}${rest.split(end)[1]}`);
}
