import { reportStyle } from './report-style.js';

/** What pages of results are put together from; texts are escaped here. */

export interface ReportDocument {
  readonly title: string;
  /** A sentence under the title */
  readonly summary: string;
  /** Rules beside those of all reports */
  readonly style?: string;
  /** HTML under the sentence */
  readonly body: string;
  /** HTML behind the body, as scripts */
  readonly end?: string;
}

export function reportDocument({ title, summary, style = '', body, end = '' }: ReportDocument): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${reportStyle}${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(summary)}</p>
${body}
</main>
${end}</body>
</html>
`;
}

/** Tables under headings of their own. */
export function tables(
  all: readonly {
    readonly title: string;
    readonly note?: string;
    readonly columns: readonly string[];
    readonly rows: readonly (readonly string[])[];
  }[],
): string {
  return all
    .map(
      (table) =>
        `<h2>${escapeHtml(table.title)}</h2>\n${note(table.note)}${tableOf(table.columns, table.rows)}`,
    )
    .join('\n');
}

export function headline(
  figures: readonly { readonly label: string; readonly value: string; readonly note?: string }[],
): string {
  const cards = figures.map(
    ({ label, value, note: remark }) =>
      `<div><dt>${escapeHtml(label)}</dt><dd class="value">${escapeHtml(value)}</dd>${remark ? `<dd class="note">${escapeHtml(remark)}</dd>` : ''}</div>`,
  );
  return `<dl class="figures">${cards.join('')}</dl>`;
}

export function tableOf(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = columns.map((column) => `<th scope="col">${escapeHtml(column)}</th>`).join('');
  const body = rows.map(
    ([first = '', ...rest]) =>
      `<tr><th scope="row">${escapeHtml(first)}</th>${rest.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`,
  );
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

export function pairs(entries: Readonly<Record<string, string>>): string {
  const items = Object.entries(entries).map(
    ([term, text]) => `<dt>${escapeHtml(term)}</dt><dd>${escapeHtml(text)}</dd>`,
  );
  return items.length === 0 ? '' : `<dl class="pairs">${items.join('')}</dl>`;
}

export function note(text: string | undefined): string {
  return text ? `<p class="note">${escapeHtml(text)}</p>\n` : '';
}

export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (character) => entities[character]);
}
