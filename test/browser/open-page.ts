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

/** A page and the list that collects everything it complains about. */
export async function openPage(browser: Browser, url: string): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints };
}

/** What is on screen: colours at points in CSS pixels. */
export async function pixelsOf(page: Page): Promise<Picture> {
  return decodePng(await page.screenshot());
}
