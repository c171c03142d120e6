import { type Browser, chromium, type Page } from 'playwright-core';
import { describe } from 'vitest';
import { findBrowser } from '../../scripts/find-browser.mjs';

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

export interface Pixels {
  /** [red, green, blue] at a point in CSS pixels */
  at(x: number, y: number): [number, number, number];
}

/** What is on screen, decoded by a page of its own. */
export async function pixelsOf(browser: Browser, page: Page): Promise<Pixels> {
  const picture = (await page.screenshot()).toString('base64');
  const decoder = await browser.newPage();
  const { width, base64 } = await decoder.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width;
    canvas.height = image.height;
    const context = canvas.getContext('2d')!;
    context.drawImage(image, 0, 0);
    const bytes = context.getImageData(0, 0, image.width, image.height).data;
    const reader = new FileReader();
    reader.readAsDataURL(new Blob([bytes]));
    await new Promise((done) => {
      reader.onload = done;
    });
    return { width: image.width, base64: String(reader.result).split(',')[1] };
  }, picture);
  await decoder.close();
  const bytes = Buffer.from(base64, 'base64');
  return {
    at: (x, y) => {
      const offset = 4 * (Math.round(y) * width + Math.round(x));
      return [bytes[offset], bytes[offset + 1], bytes[offset + 2]];
    },
  };
}
