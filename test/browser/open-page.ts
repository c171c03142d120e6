import { type Browser, chromium, type Page } from 'playwright-core';
import { describe } from 'vitest';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { decodePng, type Picture } from './decode-png.js';

const executablePath = findBrowser();

/** A suite that needs a browser: skipped, and saying so in its name, where none is found. */
export function describeInBrowser(name: string, suite: () => void): void {
  const title = executablePath ? name : `${name} (SKIPPED: no Chrome or Chromium found)`;
  describe.skipIf(!executablePath)(title, suite);
}

/** WebGL runs in software, so that the same pixels come out with and without a graphics card. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
    ],
  });
}

export interface PageOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly reducedMotion?: 'reduce' | 'no-preference';
  /** Hears every address that the page asks for, its own first */
  readonly onRequest?: (url: string) => void;
}

const PAGE_DEFAULTS = { viewport: { width: 1280, height: 720 } } as const satisfies PageOptions;

/** A page and the list that collects everything it complains about. */
export async function openPage(
  browser: Browser,
  url: string,
  options: PageOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  const { viewport, reducedMotion, onRequest } = { ...PAGE_DEFAULTS, ...options };
  const page = await browser.newPage({ viewport, reducedMotion });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  if (onRequest) page.on('request', (request) => onRequest(request.url()));
  await page.goto(url);
  return { page, complaints };
}

/** What is on screen: colours at points in CSS pixels. */
export async function pixelsOf(page: Page): Promise<Picture> {
  return decodePng(await page.screenshot());
}
