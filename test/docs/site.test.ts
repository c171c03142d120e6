import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, posix } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import { spotProblem } from '../../docs/.vitepress/live/live-problem.js';
import { loadPretrained, openSurrogate } from '../../training/index.js';
import { describeInBrowser, launchBrowser } from '../browser/open-page.js';
import { serveFolder } from './static-server.js';

const site = packageFile('dist-site/site');
let pages: string[];

beforeAll(() => {
  execFileSync(process.execPath, ['scripts/build-docs.mjs'], { cwd: packageFile('.'), stdio: 'pipe' });
  pages = readdirSync(site, { recursive: true })
    .map((name) => String(name).replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.html') && name !== '404.html');
}, 900_000);

const textOf = (page: string): string => readFileSync(join(site, page), 'utf8');
const attributes = (html: string, name: string): string[] =>
  [...html.matchAll(new RegExp(`\\s${name}="([^"]*)"`, 'g'))].map(([, value]) =>
    value.replaceAll('&amp;', '&'),
  );

describe('the built site', () => {
  it('has a page for every entry point of the package', () => {
    const { exports } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8'));
    const entries = Object.keys(exports).filter((name) => exports[name].types);
    for (const name of entries) expect(pages).toContain(`api/${name.slice(2)}.html`);
    expect(textOf('api/solvers.html')).toContain('id="solve"');
    expect(pages.length).toBeGreaterThan(50);
  });

  it('links to pages, headings and pictures that are there', () => {
    const identifiers = new Map(pages.map((page) => [page, new Set(attributes(textOf(page), 'id'))]));
    const complaints = pages.flatMap((page) => {
      const html = textOf(page);
      return [...new Set([...attributes(html, 'href'), ...attributes(html, 'src')])].flatMap((target) => {
        const complaint = complaintAbout(page, target, identifiers);
        return complaint ? [`${page}: ${target}: ${complaint}`] : [];
      });
    });
    expect(complaints).toEqual([]);
  });
});

function complaintAbout(
  page: string,
  target: string,
  identifiers: Map<string, Set<string>>,
): string | undefined {
  if (/^(data|mailto):/.test(target)) return undefined;
  if (/^[a-z]+:/.test(target))
    return URL.canParse(target) && target.startsWith('https:') ? undefined : 'no https address';
  const [path, anchor] = target.split('#');
  const file =
    path === '' ? page : posix.join(path.startsWith('/') ? '' : posix.dirname(page), path).replace(/^\//, '');
  const name = file === '' || file.endsWith('/') ? `${file}index.html` : file;
  if (!existsSync(join(site, name))) return `there is no ${name}`;
  if (!anchor) return undefined;
  return identifiers.get(name)?.has(decodeURIComponent(anchor)) ? undefined : `${name} has no #${anchor}`;
}

describeInBrowser('the site in a browser', () => {
  let server: Awaited<ReturnType<typeof serveFolder>>;
  let browser: Browser;
  beforeAll(async () => {
    server = await serveFolder(site);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  /** A context that reaches this site alone, and what was asked of others or went wrong. */
  async function openContext(options: Parameters<Browser['newContext']>[0] = {}) {
    const context = await browser.newContext(options);
    const complaints: string[] = [];
    await context.route(
      (url) => url.origin !== server.url && url.protocol.startsWith('http'),
      (route) => {
        complaints.push(`asks for ${route.request().url()}`);
        return route.abort();
      },
    );
    context.on('weberror', (error) => complaints.push(error.error().message));
    context.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    return { context, complaints };
  }

  const open = async (context: BrowserContext, path: string) => {
    const page = await context.newPage();
    await page.goto(`${server.url}/${path}`, { waitUntil: 'load' });
    return page;
  };

  it('asks nothing of any other host, and no page complains', async () => {
    const { context, complaints } = await openContext();
    const page = await open(context, 'index.html');
    for (const path of pages) {
      // as one who clicks on a link: the page's script is loaded, its text shown and its pictures fetched
      await page.evaluate((href) => {
        const link = document.body.appendChild(document.createElement('a'));
        link.href = href;
        link.click();
        link.remove();
      }, `/${path}`);
      const [, heading] = /<h1 id="([^"]*)"/.exec(textOf(path))!;
      await page.waitForFunction((id) => document.querySelector('.vp-doc h1')?.id === id, heading);
    }
    await context.close();
    expect(complaints).toEqual([]);
  }, 300_000);

  it('finds what one searches for', async () => {
    const { context, complaints } = await openContext();
    const page = await open(context, 'index.html');
    await page.getByRole('button', { name: 'Search' }).first().click();
    await page.locator('#localsearch-input').fill('certificate');
    await page.locator('#localsearch-list a').first().waitFor();
    const found = await page.locator('#localsearch-list a').allTextContents();
    expect(found.join(' ').toLowerCase()).toContain('certificate');
    await context.close();
    expect(complaints).toEqual([]);
  });

  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const looked = [
    'index.html',
    'start.html',
    'reduced-basis.html',
    'kernels.html',
    'live.html',
    'api/control.html',
  ];
  it.each(['light', 'dark'] as const)(
    'has no serious barrier: %s',
    async (colorScheme) => {
      const { context } = await openContext({ colorScheme });
      const found: string[] = [];
      for (const path of looked) {
        const page = await open(context, path);
        if (path === 'live.html') await page.locator('.live-model[data-hottest]').waitFor();
        await page.evaluate(axe);
        const violations = (await page.evaluate(
          'axe.run({ resultTypes: ["violations"] }).then(({ violations }) => violations)',
        )) as {
          id: string;
          impact: string;
          nodes: { html: string }[];
        }[];
        for (const { id, impact, nodes } of violations) {
          if (impact === 'serious' || impact === 'critical')
            found.push(`${path}: ${id} (${impact}), ${nodes.length} times: ${nodes[0].html.slice(0, 120)}`);
        }
        await page.close();
      }
      await context.close();
      expect(found).toEqual([]);
    },
    300_000,
  );

  it('has no page that is wider than a phone', async () => {
    const { context } = await openContext({ viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    const wide: string[] = [];
    for (const path of [
      'index.html',
      'reduced-basis.html',
      'results/jaws.html',
      'kernels.html',
      'live.html',
      'api/training.html',
    ]) {
      await page.goto(`${server.url}/${path}`);
      const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (excess > 0) wide.push(`${path}: ${excess} pixels`);
    }
    await context.close();
    expect(wide).toEqual([]);
  });

  it('answers on the live page as in Node, without any other host', async () => {
    const { context, complaints } = await openContext();
    const page = await open(context, 'live.html');
    const live = page.locator('.live-model');
    await page.locator('.live-model[data-hottest]').waitFor();
    await live.getByRole('slider').fill('80');
    await page.locator('.live-model[data-x="0.8"]').waitFor();
    const shown = Number(await live.getAttribute('data-hottest'));
    const said = await live.getByRole('status').textContent();
    await context.close();

    const surrogate = await openSurrogate(loadPretrained('random-bc'));
    const prediction = await surrogate.predict(spotProblem(0.8));
    await surrogate.dispose();
    const hottest = Math.max(...prediction);
    expect(Math.abs(shown - hottest)).toBeLessThan(1e-4 * hottest);
    expect(said).toContain(`Hottest cell ${shown.toFixed(4)}`);
    expect(complaints).toEqual([]);
  });
});
