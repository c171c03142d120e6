import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { equations } from './equations.js';
import { headingSlug } from './heading-slug.js';
import { SECTIONS } from './pages.js';
import { repositoryAddress, repositoryLinks } from './repository-links.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const repository = repositoryAddress(manifest.repository);

/** Entry points of the package, whose pages are made of doc comments. */
const api = Object.keys(manifest.exports)
  .filter((name) => name !== './package.json')
  .map((name) => name.slice(2));

/** The documentation site; scripts/build-docs.mjs lays its pages out in dist-site/pages and calls this. */
export default defineConfig({
  title: 'Fieldsmith',
  description: manifest.description,
  lang: 'en',
  // a folder of the site may be served at any place: DOCS_BASE=/fieldsmith/ npm run docs
  base: process.env.DOCS_BASE ?? '/',
  srcDir: `${root}dist-site/pages`,
  outDir: `${root}dist-site/site`,
  cacheDir: `${root}dist-site/cache`,
  // addresses end in .html, so that a plain file server is enough
  cleanUrls: false,
  lastUpdated: false,
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify: headingSlug },
    config: (md) => {
      repositoryLinks(md, repository);
      equations(md);
    },
  },
  vite: { build: { chunkSizeWarningLimit: 4000 }, publicDir: `${root}dist-site/public` },
  themeConfig: {
    nav: [
      { text: 'Start', link: '/start' },
      { text: 'Live', link: '/live' },
      { text: 'Limits', link: '/limits' },
      { text: 'API', link: '/api/' },
      ...(repository ? [{ text: 'Repository', link: repository }] : []),
    ],
    sidebar: [
      ...SECTIONS.map(({ title, pages }) => ({
        text: title,
        items: pages.map(([path, text]) => ({ text, link: path === 'index' ? '/' : `/${path}` })),
      })),
      {
        text: 'API',
        items: [
          { text: 'All entry points', link: '/api/' },
          ...api.map((name) => ({ text: `fieldsmith/${name}`, link: `/api/${name}` })),
        ],
      },
    ],
    outline: [2, 3],
    search: { provider: 'local', options: { detailedView: true } },
    externalLinkIcon: true,
  },
});
