import type { DataFile } from '../data/open-data.js';
import { byId } from './elements.js';

/** Lets a person bring files: dropped on the page (folders too), picked, or by address. */
export function listenForFiles(
  onFiles: (files: readonly DataFile[]) => void,
  onAddress: (address: string) => void,
): void {
  const input = byId<HTMLInputElement>('file-input');
  const stage = document.documentElement;
  for (const id of ['open', 'open-here']) byId(id).addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])].map((file) => ({ name: file.name, from: file }));
    // the same file may be chosen again
    input.value = '';
    if (files.length > 0) onFiles(files);
  });
  stage.addEventListener('dragover', (event) => {
    event.preventDefault();
    stage.dataset.dropping = 'true';
  });
  stage.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) delete stage.dataset.dropping;
  });
  stage.addEventListener('drop', async (event) => {
    event.preventDefault();
    delete stage.dataset.dropping;
    const files = await droppedFiles(event.dataTransfer);
    if (files.length > 0) onFiles(files);
  });
  byId<HTMLFormElement>('address-form').addEventListener('submit', (event) => {
    event.preventDefault();
    onAddress(byId<HTMLInputElement>('address').value);
  });
}

/** Files of a drop, those in folders too. */
async function droppedFiles(transfer: DataTransfer | null): Promise<DataFile[]> {
  const entries = [...(transfer?.items ?? [])].map((item) => item.webkitGetAsEntry());
  const found: DataFile[] = [];
  const visit = async (entry: FileSystemEntry): Promise<void> => {
    if (entry.isFile) {
      const file = await new Promise<File>((resolve, reject) => {
        (entry as FileSystemFileEntry).file(resolve, reject);
      });
      found.push({ name: pathIn(entry), from: file });
      return;
    }
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    for (;;) {
      const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject),
      );
      if (some.length === 0) return;
      for (const each of some) await visit(each);
    }
  };
  for (const entry of entries) if (entry) await visit(entry);
  if (found.length > 0) return found;
  return [...(transfer?.files ?? [])].map((file) => ({ name: file.name, from: file }));
}

/** Path from what was dropped: of a folder, without its own name. */
function pathIn(entry: FileSystemEntry): string {
  const parts = entry.fullPath.split('/').filter((part) => part !== '');
  return parts.length > 1 ? parts.slice(1).join('/') : parts[0];
}
