import { posix } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';
import { BORROWED, sourceOfPage } from './pages.js';

type Token = ReturnType<MarkdownRenderer['parse']>[number];

/**
 * Links that work in the repository, made to work on the site: to a file that is a page of the site they lead to that page,
 * to any other file to the repository at `address`; where there is no such address only the text stays, set as code.
 */
export function repositoryLinks(md: MarkdownRenderer, address: string | undefined): void {
  md.core.ruler.push('repository-links', ({ tokens, env }) => {
    const page = String((env as { relativePath?: string }).relativePath).replace(/\.md$/, '');
    if (page.startsWith('api/')) return;
    for (const token of tokens) if (token.children) mend(token.children, page, address);
  });
}

function mend(tokens: Token[], page: string, address: string | undefined): void {
  for (let i = 0; i < tokens.length; i++) {
    const href = tokens[i].type === 'link_open' ? tokens[i].attrGet('href') : null;
    if (href === null || /^([a-z]+:|#|\/)/.test(href)) continue;
    const [path, anchor] = href.split('#');
    const file = posix.join(posix.dirname(sourceOfPage(page)), decodeURIComponent(path));
    const target = pageOf(file);
    if (target !== undefined) {
      const relative = posix.relative(posix.dirname(page), target);
      tokens[i].attrSet(
        'href',
        (relative.startsWith('.') ? relative : `./${relative}`) + '.md' + (anchor ? `#${anchor}` : ''),
      );
    } else if (address !== undefined) tokens[i].attrSet('href', `${address}/blob/main/${file}`);
    else asCode(tokens, i);
  }
}

/** The page that a file of the repository is, without `.md`. */
export function pageOf(file: string): string | undefined {
  return BORROWED[file] ?? /^docs\/(.*)\.md$/.exec(file)?.[1];
}

/** Takes the link at `start` away and leaves its text. */
function asCode(tokens: Token[], start: number): void {
  const end = tokens.findIndex(({ type }, i) => i > start && type === 'link_close');
  for (const token of tokens.slice(start + 1, end)) {
    if (token.type !== 'text') continue;
    token.type = 'code_inline';
    token.tag = 'code';
  }
  tokens.splice(end, 1);
  tokens.splice(start, 1);
}

/** https address of the repository that package.json names, or undefined. */
export function repositoryAddress(repository: string | { url: string } | undefined): string | undefined {
  const url = typeof repository === 'string' ? repository : repository?.url;
  if (url === undefined) return undefined;
  const short = /^(?:github:)?([\w.-]+\/[\w.-]+)$/.exec(url);
  return short ? `https://github.com/${short[1]}` : url.replace(/^git\+/, '').replace(/\.git$/, '');
}
