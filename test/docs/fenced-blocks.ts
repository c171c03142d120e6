import { readdirSync, readFileSync } from 'node:fs';
import { packageFile } from '../../common/package-file.js';

/** A fenced block of a page of the repository. */
export interface FencedBlock {
  /** `PAGE § HEADING`, with ` (2)`, ` (3)` … for further blocks of the same language below one heading */
  readonly key: string;
  readonly page: string;
  /** Line of the fence, from 1 */
  readonly line: number;
  /** As written behind the fence; '' for text */
  readonly language: string;
  readonly text: string;
}

/** Every Markdown page of the repository that people read, by path. */
export function markdownPages(): string[] {
  const below = (folder: string) =>
    readdirSync(packageFile(folder), { recursive: true })
      .map((name) => `${folder}/${String(name).replaceAll('\\', '/')}`)
      .filter((path) => path.endsWith('.md') && !path.includes('/.vitepress/'));
  const top = readdirSync(packageFile('.')).filter((name) => name.endsWith('.md'));
  return [...top, ...below('docs'), 'examples/README.md', 'pretrained/README.md'].sort();
}

export const readPage = (page: string): string => readFileSync(packageFile(page), 'utf8');

/** The blocks of a page, in order. */
export function blocksOf(page: string, content = readPage(page)): FencedBlock[] {
  const blocks: FencedBlock[] = [];
  const seen = new Map<string, number>();
  let heading = '';
  let open: { fence: string; language: string; line: number; lines: string[] } | undefined;
  content.split('\n').forEach((text, i) => {
    const fence = /^ {0,3}(`{3,})\s*(\S*)/.exec(text);
    if (open) {
      const ends = fence?.[2] === '' && fence[1].length >= open.fence.length;
      if (!ends) open.lines.push(text);
      else {
        const { language, line, lines } = open;
        const place = `${page} § ${heading}`;
        const count = (seen.get(place + language) ?? 0) + 1;
        seen.set(place + language, count);
        const key = count === 1 ? place : `${place} (${count})`;
        blocks.push({ key, page, line, language, text: lines.join('\n') });
        open = undefined;
      }
    } else if (fence) open = { fence: fence[1], language: fence[2], line: i + 1, lines: [] };
    else heading = /^#+ (.*)/.exec(text)?.[1] ?? heading;
  });
  if (open) throw new Error(`${page}:${open.line}: this block has no end`);
  return blocks;
}

export const allBlocks = (): FencedBlock[] => markdownPages().flatMap((page) => blocksOf(page));
