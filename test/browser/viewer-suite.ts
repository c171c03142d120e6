import { rmSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type ServedViewer, serveViewer } from '../../viewer/server.js';
import { writeCubeFixture } from './cube-fixture.js';
import { describeInBrowser, launchBrowser } from './open-page.js';
import { type OpenedViewer, openFiles, openViewer, setView } from './viewer-page.js';

/** What the tests of a suite share. */
export interface ViewerSuite {
  readonly browser: Browser;
  /** The one page, with the cube of test/browser/cube-fixture.ts as it is at first */
  readonly page: Page;
  readonly fixture: ReturnType<typeof writeCubeFixture>;
  readonly url: string;
}

/**
 * Tests of the viewer in one page, which takes seconds to load and a moment to set back. After each of them the page must not
 * have complained, nor have asked any other site for anything.
 */
export function describeViewer(name: string, tests: (suite: ViewerSuite) => void): void {
  describeInBrowser(name, () => {
    let browser: Browser;
    let viewer: ServedViewer;
    let opened: OpenedViewer;
    const fixture = writeCubeFixture();
    beforeAll(async () => {
      viewer = await serveViewer(fixture.file);
      browser = await launchBrowser();
      opened = await openViewer(browser, viewer.url);
    });
    beforeEach(async () => {
      await opened.page.mouse.move(1, 1);
      if ((await opened.page.textContent('#title')) !== 'cube.vtu')
        await openFiles(opened.page, fixture.file);
      await setView(opened.page);
    });
    afterEach(() => {
      expect(opened.complaints.splice(0)).toEqual([]);
      expect(opened.elsewhere).toEqual([]);
    });
    afterAll(async () => {
      await browser?.close();
      await viewer?.close();
      rmSync(fixture.folder, { recursive: true, force: true });
    });
    tests({
      get browser() {
        return browser;
      },
      get page() {
        return opened.page;
      },
      fixture,
      get url() {
        return viewer.url;
      },
    });
  });
}
