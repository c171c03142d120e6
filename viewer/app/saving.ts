import { byId, create } from './elements.js';
import { linkText, sessionText } from './session.js';
import type { ViewDocument } from './view-document.js';
import type { Viewer } from './viewer.js';

/** Hands a file to the person, under a name without characters that file systems refuse. */
export function saveFile(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  create('a', { href: url, download: name.replace(/[^\w.-]+/g, '-') }).click();
  URL.revokeObjectURL(url);
}

/** The buttons that keep what is shown: as a picture, as a session, as a link. */
export function listenForSaving(
  view: ViewDocument,
  viewer: Viewer,
  caption: () => string,
  fail: (error: unknown) => void,
): void {
  const savePicture = async () => {
    const scale = Number(byId<HTMLSelectElement>('picture-scale').value);
    saveFile(`${caption()}.png`, await viewer.picture(caption(), scale));
  };
  const copyLink = async () => {
    const url = new URL(location.href);
    url.hash = `view=${linkText(view.state)}`;
    history.replaceState(null, '', url.hash);
    let said = 'The link is copied.';
    try {
      await navigator.clipboard.writeText(url.href);
    } catch {
      said = 'The link is in the address bar.';
    }
    byId('announcement').textContent = said;
    byId('copy-link').textContent = said === 'The link is copied.' ? 'Copied' : 'In the address bar';
    setTimeout(() => {
      byId('copy-link').textContent = 'Copy link';
    }, 2000);
  };
  byId('save-picture').addEventListener('click', () => savePicture().catch(fail));
  byId('copy-link').addEventListener('click', () => copyLink().catch(fail));
  byId('save-session').addEventListener('click', () =>
    saveFile(`${caption()}.view.json`, new Blob([sessionText(view.state)], { type: 'application/json' })),
  );
}
