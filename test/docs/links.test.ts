import { existsSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import { headingSlug } from '../../docs/.vitepress/heading-slug.js';
import { BORROWED, SECTIONS } from '../../docs/.vitepress/pages.js';
import { repositoryAddress } from '../../docs/.vitepress/repository-links.js';
import { markdownPages, readPage } from './fenced-blocks.js';

/** Links and images of a page outside of code, with their lines. */
function linksOf(page: string): { target: string; line: number }[] {
  let inside = false;
  return readPage(page)
    .split('\n')
    .flatMap((text, i) => {
      if (/^ {0,3}```/.test(text)) inside = !inside;
      if (inside || /^ {4}/.test(text)) return [];
      const prose = text.replace(/`[^`]*`/g, (code) => 'x'.repeat(code.length));
      return [...prose.matchAll(/\]\(([^()\s]+(?:\([^()]*\)[^()\s]*)*)\)/g)].map(([, target]) => ({
        target,
        line: i + 1,
      }));
    });
}

function anchorsOf(page: string): string[] {
  let inside = false;
  const seen = new Map<string, number>();
  return readPage(page)
    .split('\n')
    .flatMap((text) => {
      if (/^ {0,3}```/.test(text)) inside = !inside;
      const heading = inside ? null : /^#+ (.*)/.exec(text);
      if (!heading) return [];
      const slug = headingSlug(heading[1].replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, ''));
      const count = seen.get(slug) ?? 0;
      seen.set(slug, count + 1);
      return [count === 0 ? slug : `${slug}-${count}`];
    });
}

function complaintAbout(page: string, target: string): string | undefined {
  if (/^[a-z]+:/.test(target)) {
    return URL.canParse(target) && /^(https|mailto):/.test(target) ? undefined : 'no https address';
  }
  const [path, anchor] = target.split('#');
  const file = path === '' ? page : posix.join(posix.dirname(page), decodeURIComponent(path));
  if (file.startsWith('..') || !existsSync(packageFile(file))) return `there is no ${file}`;
  if (anchor === undefined) return undefined;
  if (statSync(packageFile(file)).isDirectory() || !file.endsWith('.md')) return `${file} has no anchors`;
  return anchorsOf(file).includes(anchor) ? undefined : `${file} has no heading #${anchor}`;
}

describe('Markdown of the repository', () => {
  it('links to files, headings and pictures that are there', () => {
    const complaints = markdownPages().flatMap((page) =>
      linksOf(page).flatMap(({ target, line }) => {
        const complaint = complaintAbout(page, target);
        return complaint ? [`${page}:${line}: ${target}: ${complaint}`] : [];
      }),
    );
    expect(complaints).toEqual([]);
  });

  it('is checked for what it should find', () => {
    expect(complaintAbout('docs/jaws.md', 'nothing.md')).toBe('there is no docs/nothing.md');
    expect(complaintAbout('docs/jaws.md', 'limits.md#nothing')).toMatch(/no heading/);
    expect(complaintAbout('docs/jaws.md', 'http://example.org')).toBe('no https address');
    expect(complaintAbout('docs/jaws.md', '../README.md#two-commands')).toBeUndefined();
  });
});

describe('the sidebar of the site', () => {
  it('has every page of docs/ once, and no other', () => {
    const listed = SECTIONS.flatMap(({ pages }) => pages.map(([path]) => path));
    const borrowed = Object.values(BORROWED);
    const pages = markdownPages().flatMap((page) => /^docs\/(.*)\.md$/.exec(page)?.[1] ?? []);
    expect([...listed].sort()).toEqual([...pages, ...borrowed].sort());
  });

  it('knows the ways in which package.json names a repository', () => {
    expect(repositoryAddress(undefined)).toBeUndefined();
    expect(repositoryAddress('github:a/b')).toBe('https://github.com/a/b');
    expect(repositoryAddress({ url: 'git+https://example.org/a/b.git' })).toBe('https://example.org/a/b');
  });
});
