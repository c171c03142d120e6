const key = 'fieldsmith-theme';

/** Applies the chosen theme ("auto" is the system's) and remembers it where the browser lets a page do so. */
export function followTheme(select: HTMLSelectElement): void {
  try {
    select.value = localStorage.getItem(key) ?? 'auto';
  } catch {
    // storage is blocked: the choice lasts as long as the page
  }
  const apply = () => {
    document.documentElement.dataset.theme = select.value;
  };
  select.addEventListener('change', () => {
    apply();
    try {
      localStorage.setItem(key, select.value);
    } catch {
      // as above
    }
  });
  apply();
}
